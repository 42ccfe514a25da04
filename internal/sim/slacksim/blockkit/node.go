package blockkit

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// node is one JSON object under inspection.
type node struct {
	c    *checker
	path string
	m    map[string]any
}

func (n node) refuse(format string, args ...any) {
	n.c.add("invalid_blocks", n.path, format, args...)
}

func (n node) child(key string, m map[string]any) node { return node{n.c, n.path + "." + key, m} }

// text checks a string field's length in characters and returns it.
func (n node) text(key string, least, most int, required bool) string {
	s, ok := n.m[key].(string)
	switch chars := utf8.RuneCountInString(s); {
	case n.m[key] == nil:
		if required {
			n.refuse("%s is missing", key)
		}
	case !ok:
		n.refuse("%s is not a string", key)
	case chars < least || chars > most:
		n.refuse("%s has %d characters; %d to %d are allowed", key, chars, least, most)
	}
	return s
}

// number checks a numeric field, when present.
func (n node) number(key string, least, most float64) {
	if v, ok := n.m[key].(float64); n.m[key] != nil && (!ok || v < least || v > most) {
		n.refuse("%s is %v; %v to %v are allowed", key, n.m[key], least, most)
	}
}

// oneOf checks that a field, when present, has one of the words.
func (n node) oneOf(key string, words ...string) {
	if s, _ := n.m[key].(string); n.m[key] != nil && !slices.Contains(words, s) {
		n.refuse("%s is %v; allowed are %v", key, n.m[key], words)
	}
}

// switches checks that fields, when present, are true or false.
func (n node) switches(keys ...string) {
	for _, key := range keys {
		if _, ok := n.m[key].(bool); n.m[key] != nil && !ok {
			n.refuse("%s is neither true nor false", key)
		}
	}
}

// onlyFields refuses fields that are not named.
func (n node) onlyFields(keys ...string) {
	for k := range n.m {
		if !slices.Contains(keys, k) {
			n.refuse("unknown field %q", k)
		}
	}
}

// list returns the objects of an array field, after checking its size.
func (n node) list(key string, least, most int, required bool) []node {
	raw, ok := n.m[key].([]any)
	switch {
	case n.m[key] == nil:
		if required {
			n.refuse("%s is missing", key)
		}
		return nil
	case !ok:
		n.refuse("%s is not an array", key)
		return nil
	case len(raw) < least || len(raw) > most:
		n.refuse("%s has %d entries; %d to %d are allowed", key, len(raw), least, most)
	}
	out := make([]node, 0, len(raw))
	for i, v := range raw {
		at := fmt.Sprintf("%s[%d]", key, i)
		m, ok := v.(map[string]any)
		if !ok {
			n.refuse("%s is not an object", at)
			continue
		}
		out = append(out, n.child(at, m))
	}
	return out
}

// object returns an object field, if it is there.
func (n node) object(key string, required bool) (node, bool) {
	m, ok := n.m[key].(map[string]any)
	if !ok && (required || n.m[key] != nil) {
		n.refuse("%s is missing or not an object", key)
	}
	return n.child(key, m), ok
}

// plainText checks a plain_text field.
func (n node) plainText(key string, most int, required bool) {
	if o, ok := n.object(key, required); ok {
		if o.m["type"] != "plain_text" {
			o.refuse("must be plain_text")
		}
		o.textObject(most)
	}
}

// anyText checks a text field of either type.
func (n node) anyText(key string, most int, required bool) {
	if o, ok := n.object(key, required); ok {
		o.textObject(most)
	}
}

// textObject checks n as a text object of 1 to most characters.
func (n node) textObject(most int) {
	n.onlyFields("type", "text", "emoji", "verbatim")
	switch n.m["type"] {
	case "plain_text":
		if n.m["verbatim"] != nil {
			n.refuse("verbatim is for mrkdwn")
		}
	case "mrkdwn":
		if n.m["emoji"] != nil {
			n.refuse("emoji is for plain_text")
		}
	default:
		n.refuse("type %v is not a text type", n.m["type"])
	}
	n.text("text", 1, most, true)
}
