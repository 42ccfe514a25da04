package blockkit

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Plain returns a message as a person reads it: lines of words, no markup, buttons left
// out. Without blocks, or with JSON that is none, it is the top-level text. Nothing is
// wrapped. name says what a person or a channel is called; without it they go by their ids.
func Plain(text string, blocks json.RawMessage, name func(id string) string) string {
	if name == nil {
		name = func(id string) string { return id }
	}
	r, list := reader{name}, decode(blocks)
	if len(list) == 0 {
		return r.words(text)
	}
	var lines []string
	for _, b := range list {
		lines = append(lines, r.block(b)...)
	}
	return strings.Join(lines, "\n")
}

func (r reader) block(b map[string]any) []string {
	switch b["type"] {
	case "header":
		return []string{textOf(b["text"])}
	case "section":
		return r.section(b)
	case "context":
		var parts []string
		for _, e := range objects(b["elements"]) {
			parts = append(parts, r.text(e))
		}
		return []string{strings.Join(parts, "  ")}
	case "rich_text":
		return r.rich(b)
	case "markdown":
		return strings.Split(textOf(b["text"]), "\n")
	case "divider":
		return []string{"───"}
	case "image":
		return []string{"[image: " + textOf(b["alt_text"]) + "]"}
	case "data_visualization":
		return chart(b)
	case "table", "data_table":
		return r.table(b)
	}
	return nil
}

func (r reader) section(b map[string]any) []string {
	var out []string
	if b["text"] != nil {
		text, _ := b["text"].(map[string]any)
		out = append(out, strings.Split(r.text(text), "\n")...)
	}
	for _, f := range objects(b["fields"]) {
		out = append(out, strings.ReplaceAll(r.text(f), "\n", " "))
	}
	return out
}

// text reads a text object or an image.
func (r reader) text(t map[string]any) string {
	switch t["type"] {
	case "mrkdwn":
		return r.words(textOf(t))
	case "image":
		return "[image: " + textOf(t["alt_text"]) + "]"
	}
	return textOf(t)
}

func decode(blocks json.RawMessage) []map[string]any {
	var list []map[string]any
	_ = json.Unmarshal(blocks, &list) // a workspace keeps only what Validate took; none is fine
	return list
}

// textOf is the raw text of a text object, or of a string.
func textOf(v any) string {
	if m, ok := v.(map[string]any); ok {
		v = m["text"]
	}
	s, _ := v.(string)
	return s
}

// objects returns the objects of a JSON array.
func objects(v any) []map[string]any {
	list, _ := v.([]any)
	out := make([]map[string]any, 0, len(list))
	for _, e := range list {
		if o, ok := e.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// unescape undoes Slack's escaping of text (slack.md §8).
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// reader turns blocks into words; name says what a person or a channel is called.
type reader struct{ name func(id string) string }

var (
	markup   = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)
	emphasis = regexp.MustCompile(`(^|[\s(>])([*_~])(\S|\S.*?\S)([*_~])($|[\s).,:;!?])`)
)

// words takes Slack's markup away: mentions become names, links their labels, dates their
// fallback, bold and italic just words.
func (r reader) words(s string) string {
	s = markup.ReplaceAllStringFunc(s, func(tag string) string {
		part := markup.FindStringSubmatch(tag)
		target, label := part[1], part[2]
		switch {
		case strings.HasPrefix(target, "@"):
			return "@" + r.name(target[1:])
		case label != "":
			return strings.TrimPrefix(label, "@")
		case strings.HasPrefix(target, "#"):
			return "#" + r.name(target[1:])
		case strings.HasPrefix(target, "!"):
			return "@" + target[1:]
		default:
			return strings.TrimPrefix(target, "mailto:")
		}
	})
	s = emphasis.ReplaceAllString(s, "$1$3$5")
	return unescape(strings.ReplaceAll(s, "`", ""))
}

// rich reads a rich_text block or cell in lines.
func (r reader) rich(b map[string]any) []string {
	var out []string
	for _, e := range objects(b["elements"]) {
		switch e["type"] {
		case "rich_text_list":
			for i, item := range objects(e["elements"]) {
				mark := "• "
				if e["style"] == "ordered" {
					mark = strconv.Itoa(i+1) + ". "
				}
				indent, _ := e["indent"].(float64)
				out = append(out, strings.Repeat("  ", int(indent))+mark+r.run(item))
			}
		case "rich_text_quote":
			for line := range strings.SplitSeq(r.run(e), "\n") {
				out = append(out, "> "+line)
			}
		default:
			out = append(out, strings.Split(strings.TrimSuffix(r.run(e), "\n"), "\n")...)
		}
	}
	return out
}

func (r reader) run(e map[string]any) string {
	var s strings.Builder
	for _, leaf := range objects(e["elements"]) {
		s.WriteString(r.leaf(leaf))
	}
	return s.String()
}

func (r reader) leaf(leaf map[string]any) string {
	switch leaf["type"] {
	case "link":
		if t := textOf(leaf["text"]); t != "" {
			return t
		}
		return textOf(leaf["url"])
	case "user":
		return "@" + r.name(textOf(leaf["user_id"]))
	case "channel":
		return "#" + textOf(leaf["channel_id"])
	case "usergroup":
		return "@" + textOf(leaf["usergroup_id"])
	case "broadcast":
		return "@" + textOf(leaf["range"])
	case "emoji":
		return ":" + textOf(leaf["name"]) + ":"
	case "date":
		if f := textOf(leaf["fallback"]); f != "" {
			return f
		}
		at, _ := leaf["timestamp"].(float64)
		return time.Unix(int64(at), 0).UTC().Format("2006-01-02 15:04 MST")
	}
	return textOf(leaf["text"])
}

// chart reads a chart as its title and one line for each series or slice.
func chart(b map[string]any) []string {
	c, _ := b["chart"].(map[string]any)
	out := []string{fmt.Sprintf("[%v chart: %s]", c["type"], textOf(b["title"]))}
	for _, s := range objects(c["series"]) {
		out = append(out, textOf(s["name"])+": "+points(s["data"]))
	}
	if segments := objects(c["segments"]); len(segments) > 0 {
		out = append(out, points(c["segments"]))
	}
	return out
}

func points(v any) string {
	var parts []string
	for _, p := range objects(v) {
		value, _ := p["value"].(float64)
		parts = append(parts, textOf(p["label"])+" "+strconv.FormatFloat(value, 'f', -1, 64))
	}
	return strings.Join(parts, ", ")
}

// table reads a table as its caption and its rows.
func (r reader) table(b map[string]any) []string {
	var out []string
	if c := textOf(b["caption"]); c != "" {
		out = append(out, c)
	}
	rows, _ := b["rows"].([]any)
	for _, row := range rows {
		var cells []string
		for _, c := range objects(row) {
			cells = append(cells, r.cell(c))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	return out
}

func (r reader) cell(c map[string]any) string {
	switch c["type"] {
	case "rich_text":
		return strings.Join(r.rich(c), " ")
	case "action_cell":
		e, _ := c["element"].(map[string]any)
		return "[" + textOf(e["text"]) + "]"
	case "raw_number":
		if t := textOf(c["text"]); t != "" {
			return t
		}
		v, _ := c["value"].(float64)
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return textOf(c["text"])
}
