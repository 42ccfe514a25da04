package blockkit

import (
	"encoding/json"
	"strings"
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
	case "container":
		var out []string
		for _, c := range objects(b["child_blocks"]) {
			out = append(out, r.block(c)...)
		}
		return out
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
