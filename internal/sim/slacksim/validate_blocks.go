package slacksim

import (
	"fmt"
	"unicode/utf8"
)

// blockCheck returns the limits of a block type (slack.md §3), or nil for an unknown one.
// Types that the bot has no use for are known and not looked into.
func blockCheck(kind string) func(node) {
	checks := map[string]func(node){
		"section": sectionBlock, "header": headerBlock, "divider": unchecked,
		"context": contextBlock, "actions": actionsBlock, "context_actions": contextActionsBlock,
		"image": imageBlock, "markdown": markdownBlock, "rich_text": richTextBlock,
		"table": tableBlock, "data_table": dataTableBlock, "data_visualization": chartBlock,
		"card": cardBlock, "carousel": carouselBlock, "container": containerBlock, "layout": layoutBlock,
		"input": inputBlock, "alert": alertBlock,
		"video": unchecked, "file": unchecked, "call": unchecked, "task_card": unchecked, "plan": unchecked,
	}
	return checks[kind]
}

func unchecked(node) {}

// node is one JSON object under inspection.
type node struct {
	c    *checker
	path string
	m    map[string]any
}

func (n node) bad(format string, args ...any) {
	n.c.add("invalid_blocks", n.path, format, args...)
}

func (n node) sub(key string, m map[string]any) node { return node{n.c, n.path + "." + key, m} }

// text checks a string field's length in characters and returns it.
func (n node) text(key string, least, most int, required bool) string {
	s, ok := n.m[key].(string)
	switch chars := utf8.RuneCountInString(s); {
	case n.m[key] == nil:
		if required {
			n.bad("%s is missing", key)
		}
	case !ok:
		n.bad("%s is not a string", key)
	case chars < least || chars > most:
		n.bad("%s has %d characters; %d to %d are allowed", key, chars, least, most)
	}
	return s
}

// number checks a numeric field, when present.
func (n node) number(key string, least, most float64) {
	if v, ok := n.m[key].(float64); n.m[key] != nil && (!ok || v < least || v > most) {
		n.bad("%s is %v; %v to %v are allowed", key, n.m[key], least, most)
	}
}

// oneOf checks that a field, when present, has one of the words.
func (n node) oneOf(key string, words ...string) {
	if n.m[key] == nil {
		return
	}
	for _, w := range words {
		if n.m[key] == w {
			return
		}
	}
	n.bad("%s is %v; allowed are %v", key, n.m[key], words)
}

// only refuses fields that are not named.
func (n node) only(keys ...string) {
	for k := range n.m {
		known := false
		for _, w := range keys {
			known = known || k == w
		}
		if !known {
			n.bad("unknown field %q", k)
		}
	}
}

// list returns the objects of an array field, after checking its size.
func (n node) list(key string, least, most int, required bool) []node {
	raw, ok := n.m[key].([]any)
	switch {
	case n.m[key] == nil:
		if required {
			n.bad("%s is missing", key)
		}
		return nil
	case !ok:
		n.bad("%s is not an array", key)
		return nil
	case len(raw) < least || len(raw) > most:
		n.bad("%s has %d entries; %d to %d are allowed", key, len(raw), least, most)
	}
	out := make([]node, 0, len(raw))
	for i, v := range raw {
		at := fmt.Sprintf("%s[%d]", key, i)
		m, ok := v.(map[string]any)
		if !ok {
			n.bad("%s is not an object", at)
			continue
		}
		out = append(out, n.sub(at, m))
	}
	return out
}

// object returns an object field, if it is there.
func (n node) object(key string, required bool) (node, bool) {
	m, ok := n.m[key].(map[string]any)
	if !ok && (required || n.m[key] != nil) {
		n.bad("%s is missing or not an object", key)
	}
	return n.sub(key, m), ok
}

// plain checks a plain_text field.
func (n node) plain(key string, most int, required bool) {
	if o, ok := n.object(key, required); ok {
		if o.m["type"] != "plain_text" {
			o.bad("must be plain_text")
		}
		o.textObject(most)
	}
}

// rich checks a text field of either type.
func (n node) rich(key string, most int, required bool) {
	if o, ok := n.object(key, required); ok {
		o.textObject(most)
	}
}

// textObject checks n as a text object of 1 to most characters.
func (n node) textObject(most int) {
	n.only("type", "text", "emoji", "verbatim")
	switch n.m["type"] {
	case "plain_text":
		if n.m["verbatim"] != nil {
			n.bad("verbatim is for mrkdwn")
		}
	case "mrkdwn":
		if n.m["emoji"] != nil {
			n.bad("emoji is for plain_text")
		}
	default:
		n.bad("type %v is not a text type", n.m["type"])
	}
	n.text("text", 1, most, true)
}

func sectionBlock(n node) {
	if n.m["text"] == nil && n.m["fields"] == nil {
		n.bad("needs text or fields")
	}
	n.rich("text", 3000, false)
	for _, f := range n.list("fields", 1, 10, false) {
		f.textObject(2000)
	}
	if a, ok := n.object("accessory", false); ok {
		a.element()
	}
}

func headerBlock(n node) {
	n.plain("text", 150, true)
	n.number("level", 1, 4)
}

func contextBlock(n node) {
	for _, e := range n.list("elements", 1, 10, true) {
		if e.m["type"] == "image" {
			imageBlock(e)
			continue
		}
		e.textObject(3000)
	}
}

func actionsBlock(n node) {
	for _, e := range n.list("elements", 1, 25, true) {
		e.element()
	}
}

func contextActionsBlock(n node) {
	for _, e := range n.list("elements", 1, 5, true) {
		if t := e.m["type"]; t != "feedback_buttons" && t != "icon_button" {
			e.bad("type %v is not allowed here", t)
		}
	}
}

func imageBlock(n node) {
	n.text("alt_text", 1, 2000, true)
	n.plain("title", 2000, false)
	n.text("image_url", 1, 3000, false)
	if (n.m["image_url"] == nil) == (n.m["slack_file"] == nil) {
		n.bad("needs image_url or slack_file, and not both")
	}
}

func markdownBlock(n node) {
	if n.c.view {
		n.bad("markdown blocks are for messages only")
	}
	n.c.markdown += utf8.RuneCountInString(n.text("text", 1, 12_000, true))
	if n.c.markdown > 12_000 {
		n.bad("all markdown blocks together have over 12000 characters")
	}
}

func alertBlock(n node) { n.rich("text", 3000, true) }

func inputBlock(n node) {
	n.c.inputs++
	n.plain("label", 2000, true)
	n.plain("hint", 2000, false)
	if e, ok := n.object("element", true); ok {
		e.element()
	}
}

func cardBlock(n node) {
	n.rich("title", 150, false)
	n.rich("subtitle", 150, false)
	n.rich("body", 200, false)
	for _, a := range n.list("actions", 1, 25, false) {
		a.element()
	}
	if n.m["hero_image"] == nil && n.m["title"] == nil && n.m["actions"] == nil && n.m["body"] == nil {
		n.bad("needs hero_image, title, actions or body")
	}
}

func carouselBlock(n node) {
	for _, e := range n.list("elements", 1, 10, true) {
		cardBlock(e)
	}
}

func containerBlock(n node) {
	n.plain("title", 150, false)
	n.rich("subtitle", 150, false)
	for _, b := range n.list("child_blocks", 1, 10, true) {
		n.c.block(b.path, b.m)
	}
}

func layoutBlock(n node) {
	n.text("label", 1, 150, true)
	for _, row := range n.list("rows", 1, 5, true) {
		for _, item := range row.list("items", 1, 3, true) {
			if b, ok := item.object("block", true); ok {
				n.c.block(b.path, b.m)
			}
		}
	}
}
