package blockkit

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// blocks checks a list of blocks.
func (c *checker) blocks(path string, blocks []any) {
	if len(blocks) > c.maxBlocks {
		c.add("invalid_blocks", path, "%d blocks; at most %d", len(blocks), c.maxBlocks)
	}
	for i, b := range blocks {
		c.block(fmt.Sprintf("%s[%d]", path, i), b)
	}
}

// block checks one block of whatever type.
func (c *checker) block(path string, b any) {
	m, ok := b.(map[string]any)
	n := node{c, path, m}
	if !ok {
		n.refuse("not an object")
		return
	}
	kind, _ := m["type"].(string)
	check := blockChecks[kind]
	switch {
	case check == nil:
		n.refuse("unknown block type %q", kind)
		return
	case kind == "alert" && !c.modal:
		n.refuse("alert blocks are for modals only") // slack.md §0.11
	case c.view && slices.Contains(messagesOnly, kind):
		n.refuse("%s blocks are for messages only", kind)
	}
	if id := n.text("block_id", 0, 255, false); id != "" {
		if c.ids[id] {
			n.refuse("block_id %q is used twice", id)
		}
		c.ids[id] = true
	}
	n.actionIDs()
	check(n)
}

// messagesOnly are not taken in views: markdown is for messages, and a table is shown as an attachment of one (slack.md §3). Of
// data_table and data_visualization the stored pages name no place, so that nobody can rely on one in a view.
var messagesOnly = []string{"markdown", "table", "data_table", "data_visualization"}

// blockChecks are the limits of each block type (slack.md §3). Types that the bot has no use for
// are known and not looked into.
var blockChecks = map[string]func(node){
	"section": sectionBlock, "header": headerBlock, "divider": unchecked,
	"context": contextBlock, "actions": actionsBlock, "context_actions": contextActionsBlock,
	"image": imageBlock, "markdown": markdownBlock, "rich_text": richTextBlock,
	"table": tableBlock, "data_table": dataTableBlock, "data_visualization": chartBlock,
	"input": inputBlock, "alert": alertBlock,
	"card": unchecked, "carousel": unchecked, "container": unchecked, "layout": unchecked,
	"video": unchecked, "file": unchecked, "call": unchecked, "task_card": unchecked, "plan": unchecked,
}

func unchecked(node) {}

func sectionBlock(n node) {
	if n.m["text"] == nil && n.m["fields"] == nil {
		n.refuse("needs text or fields")
	}
	n.anyText("text", 3000, false)
	for _, f := range n.list("fields", 1, 10, false) {
		f.textObject(2000)
	}
	n.elementAt("accessory", false, "accessory")
}

func headerBlock(n node) {
	n.plainText("text", 150, true)
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
		e.element("actions")
	}
}

func contextActionsBlock(n node) {
	for _, e := range n.list("elements", 1, 5, true) {
		if t := e.m["type"]; t != "feedback_buttons" && t != "icon_button" {
			e.refuse("type %v is not allowed here", t)
		}
	}
}

func markdownBlock(n node) {
	n.c.markdown += utf8.RuneCountInString(n.text("text", 1, 12_000, true))
	if n.c.markdown > 12_000 {
		n.refuse("all markdown blocks together have over 12000 characters")
	}
}

func alertBlock(n node) { n.anyText("text", 3000, true) }

func inputBlock(n node) {
	n.c.inputs++
	n.onlyFields("type", "block_id", "label", "hint", "optional", "element", "dispatch_action")
	n.plainText("label", 2000, true)
	n.plainText("hint", 2000, false)
	n.switches("optional", "dispatch_action")
	n.elementAt("element", true, "input")
}
