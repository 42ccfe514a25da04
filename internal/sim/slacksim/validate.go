package slacksim

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
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

// Validate checks a message object, {"text":…,"blocks":[…]}, against Slack's limits
// (slack.md §3) and the house rules: mrkdwn is verbatim, nobody is mentioned en masse, and
// the top-level text stands on its own (slack.md §0.9, §0.10, §8).
func Validate(message []byte) []Problem {
	c := &checker{maxBlocks: 50}
	m, ok := c.object(message)
	if !ok {
		return c.problems
	}
	text, _ := m["text"].(string)
	if n := utf8.RuneCountInString(text); n > maxPostText {
		c.add("msg_too_long", "text", "%d characters; at most %d", n, maxPostText)
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
	c.house(m, text)
	return c.problems
}

// ValidateView checks a modal or Home view (slack.md §3, §4.6) and the house rules for
// what is in it.
func ValidateView(body []byte) []Problem {
	c := &checker{maxBlocks: 100, view: true}
	m, ok := c.object(body)
	if !ok {
		return c.problems
	}
	if len(body) > 250_000 {
		c.add("view_too_large", "", "%d bytes; at most 250000", len(body))
	}
	n := node{c, "", m}
	kind, _ := m["type"].(string)
	switch kind {
	case "modal":
		n.plain("title", 24, true)
		n.plain("submit", 24, false)
		n.plain("close", 24, false)
	case "home":
	default:
		n.bad("type %q is neither modal nor home", kind)
	}
	n.text("private_metadata", 0, 3000, false)
	n.text("callback_id", 0, 255, false)
	blocks, ok := m["blocks"].([]any)
	if !ok {
		n.bad("blocks are missing")
	}
	c.modal = kind == "modal"
	c.blocks("blocks", blocks)
	if c.modal && c.inputs > 0 && m["submit"] == nil {
		n.bad("a modal with inputs needs submit")
	}
	c.mentions("", m)
	return c.problems
}

// refusal returns the first reason for which Slack refuses a message, error word first; or
// "". maxText is the method's limit on the top-level text.
func refusal(message []byte, maxText int) string {
	var m struct{ Text string }
	if json.Unmarshal(message, &m) == nil && utf8.RuneCountInString(m.Text) > maxText {
		return "msg_too_long"
	}
	return firstRefusal(Validate(message))
}

func viewRefusal(body []byte) string { return firstRefusal(ValidateView(body)) }

func firstRefusal(problems []Problem) string {
	for _, p := range problems {
		if p.Kind == KindSlack {
			return strings.TrimSpace(p.Code + " " + strings.TrimSpace(p.Path+" "+p.Text))
		}
	}
	return ""
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
	ids       map[string]bool
}

func (c *checker) add(code, path, format string, args ...any) {
	c.problems = append(c.problems, Problem{KindSlack, code, path, fmt.Sprintf(format, args...)})
}

func (c *checker) addHouse(path, text string) {
	c.problems = append(c.problems, Problem{KindHouse, "", path, text})
}

func (c *checker) object(data []byte) (map[string]any, bool) {
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil || m == nil {
		c.add("invalid_blocks_format", "", "not a JSON object")
		return nil, false
	}
	return m, true
}

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
		n.bad("not an object")
		return
	}
	kind, _ := m["type"].(string)
	check := blockCheck(kind)
	switch {
	case check == nil:
		n.bad("unknown block type %q", kind)
		return
	case kind == "alert" && !c.modal:
		n.bad("alert blocks are for modals only") // slack.md §0.11
	}
	if id := n.text("block_id", 0, 255, false); id != "" {
		if c.ids[id] {
			n.bad("block_id %q is used twice", id)
		}
		if c.ids == nil {
			c.ids = map[string]bool{}
		}
		c.ids[id] = true
	}
	n.actionIDs()
	check(n)
}

// house checks our own rules about a message.
func (c *checker) house(m map[string]any, text string) {
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
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			c.mentions(strings.TrimPrefix(path+"."+k, "."), v[k])
		}
	}
}
