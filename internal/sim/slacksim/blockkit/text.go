package blockkit

import (
	"encoding/json"
	"regexp"
	"strings"
)

func decode(blocks json.RawMessage) []map[string]any {
	var list []map[string]any
	_ = json.Unmarshal(blocks, &list) // a workspace keeps only what Validate took; none is fine
	return list
}

// textOf is the raw text of a text object, or of a string.
func textOf(v any) string {
	if m, ok := v.(map[string]any); ok {
		v = m["text"]
	}
	s, _ := v.(string)
	return s
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

// unescape undoes Slack's escaping of text (slack.md §8).
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// reader turns blocks into words; name says what a person or a channel is called.
type reader struct{ name func(id string) string }

var (
	markup   = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)
	emphasis = regexp.MustCompile(`(^|[\s(>])([*_~])(\S|\S.*?\S)([*_~])($|[\s).,:;!?])`)
)

// words takes Slack's markup away: mentions become names, links their labels, dates their
// fallback, bold and italic just words.
func (r reader) words(s string) string {
	s = markup.ReplaceAllStringFunc(s, func(tag string) string {
		part := markup.FindStringSubmatch(tag)
		target, label := part[1], part[2]
		switch {
		case strings.HasPrefix(target, "@"):
			return "@" + r.name(target[1:])
		case label != "":
			return strings.TrimPrefix(label, "@")
		case strings.HasPrefix(target, "#"):
			return "#" + r.name(target[1:])
		case strings.HasPrefix(target, "!"):
			return "@" + target[1:]
		default:
			return strings.TrimPrefix(target, "mailto:")
		}
	})
	s = emphasis.ReplaceAllString(s, "$1$3$5")
	return unescape(strings.ReplaceAll(s, "`", ""))
}
