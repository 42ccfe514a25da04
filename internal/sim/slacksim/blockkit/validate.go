// Package blockkit is what Slack makes of messages and views: which it refuses, by the limits
// of its blocks ([Validate], [ValidateView]), and how a person reads one ([Plain],
// [Buttons]). It is pure, and knows no workspace.
package blockkit

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The most characters that the top-level text of a message may have (slack.md §3).
const (
	MaxPostText = 40_000 // of a new message
	MaxEditText = 4_000  // of chat.update
)

// The kinds of Problem.
const (
	KindSlack = "slack" // Slack refuses the message
	KindHouse = "house" // Slack takes it, we do not
)

// Problem is one fault of a message or view.
type Problem struct {
	Kind string // KindSlack or KindHouse
	Code string // Slack's error word; empty for house rules
	Path string // where, such as "blocks[2].text"; empty for the whole
	Text string // what is wrong
}

// String returns the problem in one line.
func (p Problem) String() string {
	return strings.TrimSpace(strings.Join([]string{p.Kind + ":", p.Code, p.Path, p.Text}, " "))
}

// checker collects the problems of one message or view.
type checker struct {
	problems  []Problem
	maxBlocks int
	view      bool
	modal     bool
	inputs    int
	tables    int
	cells     int // characters in the cells of all tables
	markdown  int // characters in all markdown blocks
	focused   int // elements that want the focus
	ids       map[string]bool
}

func (c *checker) add(code, path, format string, args ...any) {
	if c.view && code == "invalid_blocks" {
		code = "invalid_arguments" // as the methods of views answer it (Slack: views.open, example of an error)
	}
	c.problems = append(c.problems, Problem{KindSlack, code, path, fmt.Sprintf(format, args...)})
}

func (c *checker) addHouse(path, text string) {
	c.problems = append(c.problems, Problem{KindHouse, "", path, text})
}

// Validate checks a message object, {"text":…,"blocks":[…]}, against Slack's limits
// (slack.md §3) and the house rules: mrkdwn is verbatim, nobody is mentioned en masse, and
// the top-level text stands on its own (slack.md §0.9, §0.10, §8).
func Validate(message []byte) []Problem {
	c := &checker{maxBlocks: 50, ids: map[string]bool{}}
	m, ok := c.object(message)
	if !ok {
		return c.problems
	}
	text, _ := m["text"].(string)
	if n := utf8.RuneCountInString(text); n > MaxPostText {
		c.add("msg_too_long", "text", "%d characters; at most %d", n, MaxPostText)
	}
	blocks, hasBlocks := m["blocks"].([]any)
	attached, _ := m["attachments"].([]any)
	if m["blocks"] != nil && !hasBlocks {
		c.add("invalid_blocks_format", "blocks", "not an array")
	}
	if text == "" && len(blocks) == 0 && len(attached) == 0 {
		c.add("no_text", "", "neither text nor blocks")
	}
	c.blocks("blocks", blocks)
	if len(attached) > 100 {
		c.add("too_many_attachments", "attachments", "%d; at most 100", len(attached))
	}
	for i, a := range attached {
		a, _ := a.(map[string]any)
		inner, _ := a["blocks"].([]any)
		c.blocks(fmt.Sprintf("attachments[%d].blocks", i), inner)
	}
	c.houseRules(m, text)
	return c.problems
}

// ValidateView checks a modal or Home view (slack.md §3, §4.6) and the house rules for
// what is in it.
func ValidateView(body []byte) []Problem {
	c := &checker{maxBlocks: 100, view: true, ids: map[string]bool{}}
	m, ok := c.object(body)
	if !ok {
		return c.problems
	}
	if len(body) > 250_000 {
		c.add("view_too_large", "", "%d bytes; at most 250000", len(body))
	}
	n := node{c, "", m}
	kind, _ := m["type"].(string)
	fields := []string{"type", "blocks", "private_metadata", "callback_id", "external_id"}
	switch kind {
	case "modal":
		fields = append(fields, "title", "submit", "close", "clear_on_close", "notify_on_close")
		n.plainText("title", 24, true)
		n.plainText("submit", 24, false)
		n.plainText("close", 24, false)
		n.switches("clear_on_close", "notify_on_close")
	case "home":
	default:
		n.refuse("type %q is neither modal nor home", kind)
	}
	n.onlyFields(fields...)
	n.text("private_metadata", 0, 3000, false)
	n.text("callback_id", 0, 255, false)
	n.text("external_id", 0, 255, false)
	blocks, ok := m["blocks"].([]any)
	if !ok {
		n.refuse("blocks are missing")
	}
	c.modal = kind == "modal"
	c.blocks("blocks", blocks)
	if c.modal && c.inputs > 0 && m["submit"] == nil {
		n.refuse("a modal with inputs needs submit")
	}
	if c.focused > 1 {
		n.refuse("focus_on_load in %d elements; at most one", c.focused)
	}
	c.mentions("", m)
	return c.problems
}

// Refusal returns the first reason for which Slack refuses a message, error word first; or
// "". maxText is the method's limit on the top-level text.
func Refusal(message []byte, maxText int) string {
	var m struct{ Text string }
	if json.Unmarshal(message, &m) == nil && utf8.RuneCountInString(m.Text) > maxText {
		return "msg_too_long"
	}
	return firstRefusal(Validate(message))
}

// ViewRefusal returns the first reason for which Slack refuses a view, error word first; or "".
func ViewRefusal(body []byte) string { return firstRefusal(ValidateView(body)) }

func firstRefusal(problems []Problem) string {
	for _, p := range problems {
		if p.Kind == KindSlack {
			return strings.TrimSpace(p.Code + " " + strings.TrimSpace(p.Path+" "+p.Text))
		}
	}
	return ""
}

func (c *checker) object(data []byte) (map[string]any, bool) {
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil || m == nil {
		c.add("invalid_blocks_format", "", "not a JSON object")
		return nil, false
	}
	return m, true
}

// houseRules checks our own rules about a message.
func (c *checker) houseRules(m map[string]any, text string) {
	if text == "" {
		c.addHouse("text", "missing: screen readers and notifications read nothing else")
	}
	if strings.Contains(allowedMarkup.ReplaceAllString(text, ""), "<") {
		c.addHouse("text", "markup other than a person's mention or a date")
	}
	c.mentions("", m)
}

var (
	allowedMarkup = regexp.MustCompile(`<@U[A-Z0-9]+>|<!date\^[^<>]*>`)
	massMention   = regexp.MustCompile(`<!(channel|here|everyone)(\||>)`)
)

// mentions looks for mass mentions in every string, and for mrkdwn that is not verbatim.
func (c *checker) mentions(path string, v any) {
	switch v := v.(type) {
	case string:
		if massMention.MatchString(v) {
			c.addHouse(path, "mentions everybody")
		}
	case []any:
		for i, e := range v {
			c.mentions(fmt.Sprintf("%s[%d]", path, i), e)
		}
	case map[string]any:
		if v["type"] == "mrkdwn" && v["verbatim"] != true {
			c.addHouse(path, "mrkdwn without verbatim")
		}
		if v["type"] == "broadcast" {
			c.addHouse(path, "mentions everybody")
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			c.mentions(strings.TrimPrefix(path+"."+k, "."), v[k])
		}
	}
}
