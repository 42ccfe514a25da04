package render

import (
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// text draws a text object, or a string as plain text.
func (d *drawing) text(v any) g.Node {
	o, ok := v.(object)
	switch {
	case ok && o["type"] == "mrkdwn":
		return d.mrkdwn(words(o), o["verbatim"] != true)
	case ok && o["emoji"] == true:
		return plainWithEmoji(words(o))
	default:
		return lines(words(v))
	}
}

// lines is literal text; its line breaks stay.
func lines(s string) g.Group {
	var out g.Group
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			out = append(out, h.Br())
		}
		if line != "" {
			out = append(out, g.Text(line))
		}
	}
	return out
}

// plainWithEmoji is literal text in which :names: of emoji are drawn.
func plainWithEmoji(s string) g.Group {
	var out g.Group
	for s != "" {
		i := strings.IndexByte(s, ':')
		if i < 0 {
			break
		}
		name, ok := emojiName(s[i:])
		if !ok {
			out, s = append(out, lines(s[:i+1])), s[i+1:]
			continue
		}
		out, s = append(out, lines(s[:i]), emoji(name)), s[i+len(name)+2:]
	}
	return append(out, lines(s))
}
