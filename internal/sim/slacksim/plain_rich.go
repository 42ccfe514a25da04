package slacksim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// plainRich reads a rich_text block or cell in lines.
func (m Message) plainRich(b map[string]any) []string {
	var out []string
	for _, e := range objects(b["elements"]) {
		switch e["type"] {
		case "rich_text_list":
			for i, item := range objects(e["elements"]) {
				mark := "• "
				if e["style"] == "ordered" {
					mark = itoa(i+1) + ". "
				}
				indent, _ := e["indent"].(float64)
				out = append(out, strings.Repeat("  ", int(indent))+mark+m.plainRun(item))
			}
		case "rich_text_quote":
			for line := range strings.SplitSeq(m.plainRun(e), "\n") {
				out = append(out, "> "+line)
			}
		default:
			out = append(out, strings.Split(strings.TrimSuffix(m.plainRun(e), "\n"), "\n")...)
		}
	}
	return out
}

func (m Message) plainRun(e map[string]any) string {
	var s strings.Builder
	for _, leaf := range objects(e["elements"]) {
		s.WriteString(m.plainLeaf(leaf))
	}
	return s.String()
}

func (m Message) plainLeaf(leaf map[string]any) string {
	switch leaf["type"] {
	case "link":
		if t := textOf(leaf["text"]); t != "" {
			return t
		}
		return textOf(leaf["url"])
	case "user":
		return "@" + m.name(textOf(leaf["user_id"]))
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

// plainChart reads a chart as its title and one line for each series or slice.
func plainChart(b map[string]any) []string {
	chart, _ := b["chart"].(map[string]any)
	out := []string{fmt.Sprintf("[%v chart: %s]", chart["type"], textOf(b["title"]))}
	for _, s := range objects(chart["series"]) {
		out = append(out, textOf(s["name"])+": "+points(s["data"]))
	}
	if segments := objects(chart["segments"]); len(segments) > 0 {
		out = append(out, points(chart["segments"]))
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

// plainTable reads a table as its caption and its rows.
func (m Message) plainTable(b map[string]any) []string {
	var out []string
	if c := textOf(b["caption"]); c != "" {
		out = append(out, c)
	}
	rows, _ := b["rows"].([]any)
	for _, r := range rows {
		var cells []string
		for _, c := range objects(r) {
			cells = append(cells, m.plainCell(c))
		}
		out = append(out, strings.Join(cells, " | "))
	}
	return out
}

func (m Message) plainCell(c map[string]any) string {
	switch c["type"] {
	case "rich_text":
		return strings.Join(m.plainRich(c), " ")
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
