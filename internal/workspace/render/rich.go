package render

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// rich draws a rich_text block or cell.
func (d *drawing) rich(b object) g.Node {
	return h.Div(h.Class("bk-rich"), g.Map(objects(b["elements"]), d.richPart))
}

func (d *drawing) richPart(e object) g.Node {
	run := g.Map(objects(e["elements"]), d.leaf)
	switch words(e["type"]) {
	case "rich_text_section":
		return h.Div(h.Class("bk-words"), run)
	case "rich_text_preformatted":
		return h.Pre(h.Class("bk-pre"+bordered(e)), run)
	case "rich_text_quote":
		return h.BlockQuote(h.Class("bk-quote"+bordered(e)), run)
	case "rich_text_list":
		return d.richList(e)
	}
	return notDrawn(e)
}

func bordered(e object) string {
	if number(e["border"], 0) > 0 {
		return " bk-bordered"
	}
	return ""
}

// richList draws a list; a list within another comes after it, further in.
func (d *drawing) richList(e object) g.Node {
	indent := min(max(int(number(e["indent"], 0)), 0), 8)
	class := h.Class("bk-list bk-indent-" + strconv.Itoa(indent) + bordered(e))
	items := g.Map(objects(e["elements"]), func(item object) g.Node {
		return h.Li(g.Map(objects(item["elements"]), d.leaf))
	})
	if e["style"] != "ordered" {
		return h.Ul(class, items)
	}
	var start g.Node
	if offset := int(number(e["offset"], 0)); offset > 0 {
		start = g.Attr("start", strconv.Itoa(offset+1))
	}
	return h.Ol(class, start, items)
}

// leaf draws one run of text, mention, date or emoji.
func (d *drawing) leaf(e object) g.Node {
	return styled(e["style"], d.bare(e))
}

func (d *drawing) bare(e object) g.Node {
	switch words(e["type"]) {
	case "text":
		return lines(words(e["text"]))
	case "link":
		if label := words(e["text"]); label != "" {
			return link(words(e["url"]), label)
		}
		return link(words(e["url"]), words(e["url"]))
	case "user":
		return d.person(words(e["user_id"]), "")
	case "channel":
		return d.channel(words(e["channel_id"]), "")
	case "usergroup":
		return d.group(words(e["usergroup_id"]), "")
	case "team":
		return mention("@"+d.name(words(e["team_id"]), ""), false)
	case "broadcast":
		return mention("@"+words(e["range"]), false)
	case "emoji":
		return richEmoji(e)
	case "date":
		return d.moment(int64(number(e["timestamp"], -1)), words(e["format"]), words(e["url"]), words(e["fallback"]))
	case "color":
		return color(words(e["value"]))
	}
	return notDrawn(e)
}

// styled puts a run into the styles it has.
func styled(v any, inside g.Node) g.Node {
	style, _ := v.(object)
	for _, s := range []struct {
		name string
		in   func(...g.Node) g.Node
	}{
		{"code", func(n ...g.Node) g.Node { return h.Code(h.Class("bk-code"), g.Group(n)) }},
		{"strike", h.S},
		{"italic", h.Em},
		{"bold", h.Strong},
		{"underline", h.U},
		{"highlight", h.Mark},
		{"client_highlight", h.Mark},
	} {
		if style[s.name] == true {
			inside = s.in(inside)
		}
	}
	return inside
}

// richEmoji draws the characters that Slack sends with an emoji, in hexadecimal and with hyphens between, or else by its name.
func richEmoji(e object) g.Node {
	name := words(e["name"])
	var sign strings.Builder
	for code := range strings.SplitSeq(words(e["unicode"]), "-") {
		r, err := strconv.ParseInt(code, 16, 32)
		if err != nil || r < 0x80 && !strings.ContainsRune("#*0123456789", rune(r)) || !utf8.ValidRune(rune(r)) {
			return emoji(name)
		}
		sign.WriteRune(rune(r))
	}
	return signOf(name, sign.String())
}

var hexColor = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// color is shown by its value, and by a square of it: SVG has its colours in attributes, where a style would be refused.
func color(value string) g.Node {
	if !hexColor.MatchString(value) {
		return g.Text(value)
	}
	return h.Span(h.Class("bk-color"), h.SVG(h.Width("12"), h.Height("12"), h.Aria("hidden", "true"),
		g.El("rect", h.Width("12"), h.Height("12"), g.Attr("fill", value))), g.Text(value))
}
