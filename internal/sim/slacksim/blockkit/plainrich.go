package blockkit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

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
