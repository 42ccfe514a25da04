package slacksim

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

func itoa(i int) string { return strconv.Itoa(i) }

// Button is a button as a person sees it, and what pressing it sends.
type Button struct {
	ActionID, BlockID  string
	Label, Value       string
	Style              string // "primary", "danger" or empty
	Confirm            string // the confirm dialog's title and text; empty: none
	AccessibilityLabel string
}

// Buttons returns the message's buttons in reading order.
func (m Message) Buttons() []Button {
	var out []Button
	for i, b := range m.decoded() {
		id, _ := b["block_id"].(string)
		if id == "" {
			id = "b" + itoa(i) // Slack gives a block without an id one of its own
		}
		findButtons(b, id, &out)
	}
	return out
}

// inner are the fields in which blocks hold elements, in reading order.
var inner = []string{"accessory", "elements", "actions", "child_blocks", "rows", "items", "block", "element"}

func findButtons(v any, blockID string, out *[]Button) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			findButtons(e, blockID, out)
		}
	case map[string]any:
		if v["type"] == "button" {
			*out = append(*out, buttonOf(v, blockID))
			return
		}
		if id, _ := v["block_id"].(string); id != "" {
			blockID = id
		}
		for _, k := range inner {
			findButtons(v[k], blockID, out)
		}
	}
}

func buttonOf(v map[string]any, blockID string) Button {
	s := func(k string) string { x, _ := v[k].(string); return x }
	b := Button{
		ActionID: s("action_id"), BlockID: blockID, Label: textOf(v["text"]), Value: s("value"),
		Style: s("style"), AccessibilityLabel: s("accessibility_label"),
	}
	if c, ok := v["confirm"].(map[string]any); ok {
		b.Confirm = textOf(c["title"]) + ": " + textOf(c["text"])
	}
	return b
}

// textOf is the raw text of a text object, or of a string.
func textOf(v any) string {
	if m, ok := v.(map[string]any); ok {
		v = m["text"]
	}
	s, _ := v.(string)
	return s
}

func (m Message) decoded() []map[string]any {
	var blocks []map[string]any
	_ = json.Unmarshal(m.Blocks, &blocks) // stored blocks were checked; none is fine
	return blocks
}

// Plain returns the message as a person reads it: lines of words, no markup, buttons left
// out. Without blocks it is the top-level text. Nothing is wrapped.
func (m Message) Plain() string {
	blocks := m.decoded()
	if len(blocks) == 0 {
		return m.words(m.Text)
	}
	var lines []string
	for _, b := range blocks {
		lines = append(lines, m.plainBlock(b)...)
	}
	return strings.Join(lines, "\n")
}

func (m Message) plainBlock(b map[string]any) []string {
	switch b["type"] {
	case "header":
		return []string{textOf(b["text"])}
	case "section":
		return m.plainSection(b)
	case "context":
		var parts []string
		for _, e := range objects(b["elements"]) {
			parts = append(parts, m.plainText(e))
		}
		return []string{strings.Join(parts, "  ")}
	case "rich_text":
		return m.plainRich(b)
	case "markdown":
		return strings.Split(textOf(b["text"]), "\n")
	case "divider":
		return []string{"───"}
	case "image":
		return []string{"[image: " + textOf(b["alt_text"]) + "]"}
	case "data_visualization":
		return plainChart(b)
	case "table", "data_table":
		return m.plainTable(b)
	case "container":
		var out []string
		for _, c := range objects(b["child_blocks"]) {
			out = append(out, m.plainBlock(c)...)
		}
		return out
	}
	return nil
}

func (m Message) plainSection(b map[string]any) []string {
	var out []string
	if b["text"] != nil {
		text, _ := b["text"].(map[string]any)
		out = append(out, strings.Split(m.plainText(text), "\n")...)
	}
	for _, f := range objects(b["fields"]) {
		out = append(out, strings.ReplaceAll(m.plainText(f), "\n", " "))
	}
	return out
}

// plainText reads a text object or an image.
func (m Message) plainText(t map[string]any) string {
	switch t["type"] {
	case "mrkdwn":
		return m.words(textOf(t))
	case "image":
		return "[image: " + textOf(t["alt_text"]) + "]"
	}
	return textOf(t)
}

var (
	markup   = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)
	emphasis = regexp.MustCompile(`(^|[\s(>])([*_~])(\S|\S.*?\S)([*_~])($|[\s).,:;!?])`)
)

// words takes Slack's markup away: mentions become names, links their labels, dates their
// fallback, bold and italic just words.
func (m Message) words(s string) string {
	s = markup.ReplaceAllStringFunc(s, func(tag string) string {
		part := markup.FindStringSubmatch(tag)
		target, label := part[1], part[2]
		switch {
		case strings.HasPrefix(target, "@"):
			return "@" + m.name(target[1:])
		case label != "":
			return strings.TrimPrefix(label, "@")
		case strings.HasPrefix(target, "#"):
			return "#" + m.channelName(target[1:])
		case strings.HasPrefix(target, "!"):
			return "@" + target[1:]
		default:
			return strings.TrimPrefix(target, "mailto:")
		}
	})
	s = emphasis.ReplaceAllString(s, "$1$3$5")
	return unescapeText(strings.ReplaceAll(s, "`", ""))
}

func (m Message) name(id string) string {
	if m.w == nil {
		return id
	}
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	return m.w.person(id).Name
}

func (m Message) channelName(id string) string {
	if m.w == nil {
		return id
	}
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	if c := m.w.channels[id]; c != nil {
		return c.name
	}
	return id
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
