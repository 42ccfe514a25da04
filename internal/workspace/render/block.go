package render

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// blocks draws a JSON array of blocks.
func (d *drawing) blocks(raw json.RawMessage) g.Node {
	var list []any
	if len(raw) == 0 {
		return h.Div(h.Class("bk"))
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return h.Div(h.Class("bk"), unknown("no list of blocks", string(raw)))
	}
	return h.Div(h.Class("bk"), d.list(list))
}

func (d *drawing) list(list []any) g.Group {
	out := make(g.Group, 0, len(list))
	for i, v := range list {
		b, _ := v.(object)
		d.block = cmp.Or(words(b["block_id"]), blockkit.OwnID(i))
		out = append(out, d.one(v, b))
	}
	return out
}

// one draws a block; b is nil for what is none.
func (d *drawing) one(v any, b object) g.Node {
	switch words(b["type"]) {
	case "section":
		return d.section(b)
	case "header":
		return d.heading(b)
	case "context":
		return h.Div(h.Class("bk-context"), g.Map(objects(b["elements"]), d.small))
	case "actions":
		d.told = true
		return h.Div(h.Class("bk-actions"), g.Map(objects(b["elements"]), d.element))
	case "divider":
		return h.Hr(h.Class("bk-divider"))
	case "image":
		return d.picture(b)
	case "rich_text":
		return d.rich(b)
	case "table":
		return d.table(b)
	case "data_table":
		return d.dataTable(b)
	case "data_visualization":
		return d.chart(b)
	case "input":
		return d.input(b)
	case "alert":
		return d.notice(b)
	}
	return notDrawn(v)
}

func (d *drawing) section(b object) g.Node {
	d.told = true
	out := g.Group{h.Class("bk-section")}
	body := g.Group{}
	if t, ok := b["text"].(object); ok {
		body = append(body, h.Div(h.Class("bk-words"), d.text(t)))
	}
	if fields := objects(b["fields"]); len(fields) > 0 {
		body = append(body, h.Div(h.Class("bk-fields"), g.Map(fields, func(f object) g.Node {
			return h.Div(h.Class("bk-field"), d.text(f))
		})))
	}
	out = append(out, h.Div(h.Class("bk-main"), body))
	if a, ok := b["accessory"].(object); ok {
		called := cmp.Or(words(a["placeholder"]), d.plainly(b["text"]), "Choose")
		out = append(out, h.Div(h.Class("bk-accessory"), d.control(a, label{text: called})))
	}
	return h.Div(out)
}

// heading is two levels below the page's own: it has the workspace, and then the channel or the view.
func (d *drawing) heading(b object) g.Node {
	level := min(max(int(number(b["level"], 1)), 1), 4) + 2
	return g.El("h"+strconv.Itoa(level), h.Class("bk-heading"), d.text(b["text"]))
}

// levels are the classes of alert blocks by their level; red has another name than what is wrong with an input.
var levels = map[string]string{"info": " bk-info", "success": " bk-success", "warning": " bk-warning", "error": " bk-failure"}

// notice is an alert block, with its level in words for who cannot see its colour.
func (d *drawing) notice(b object) g.Node {
	level := words(b["level"])
	if levels[level] == "" {
		level = "note"
	}
	return h.Div(h.Class("bk-notice"+levels[level]), h.Role("group"), h.Aria("label", level), d.text(b["text"]))
}

// small is an element of a context block.
func (d *drawing) small(e object) g.Node {
	if e["type"] == "image" {
		return d.image(e, "bk-thumb")
	}
	return h.Span(h.Class("bk-small"), d.text(e))
}

// notDrawn shows what has no drawing here by its type and its JSON, so that nothing is lost.
func notDrawn(v any) g.Node {
	o, _ := v.(object)
	var source strings.Builder
	e := json.NewEncoder(&source)
	e.SetEscapeHTML(false) // it is escaped as text
	e.SetIndent("", "  ")
	_ = e.Encode(v) // it came from JSON
	return unknown(cmp.Or(words(o["type"]), "something without a type"), strings.TrimSuffix(source.String(), "\n"))
}

func unknown(what, source string) g.Node {
	return h.Details(h.Class("bk-unknown"),
		h.Summary(g.Text("Not drawn here: "+what)),
		h.Pre(g.Text(source)))
}
