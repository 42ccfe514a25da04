package render

import (
	"slices"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// bracket draws the <…> that s begins with, and says how many bytes it is; 0: what stands there is nothing of Slack's.
func (d *drawing) bracket(s string) (g.Node, int) {
	end := strings.IndexAny(s[1:], "<>") + 1
	if end < 2 || s[end] != '>' {
		return nil, 0
	}
	target, label, _ := strings.Cut(s[1:end], "|")
	target, label = unescape(target), unescape(label)
	if node := d.reference(target, label); node != nil {
		return node, end + 1
	}
	return nil, 0
}

// reference draws what a target in angle brackets leads to, nil for what leads nowhere.
func (d *drawing) reference(target, label string) g.Node {
	if target == "" {
		return nil
	}
	switch id := target[1:]; target[0] {
	case '@':
		return d.person(id, strings.TrimPrefix(label, "@"))
	case '#':
		return d.channel(id, strings.TrimPrefix(label, "#"))
	case '!':
		return d.special(id, label)
	}
	if !isSafe(target) {
		return nil
	}
	if label == "" {
		label = strings.TrimPrefix(target, "mailto:")
	}
	return link(target, label)
}

// special draws what begins with an exclamation mark: everybody, a group, a date. Of others Slack shows the label.
func (d *drawing) special(s, label string) g.Node {
	kind, rest, _ := strings.Cut(s, "^")
	switch {
	case kind == "date":
		return d.date(rest, label)
	case kind == "subteam":
		return d.group(rest, strings.TrimPrefix(label, "@"))
	case slices.Contains(broadcasts, kind):
		return mention("@"+kind, false)
	case label != "":
		return g.Text(label)
	default:
		return g.Text("<" + s + ">")
	}
}

func (d *drawing) person(id, label string) g.Node {
	return mention("@"+d.name(id, label), id == d.Viewer && id != "", h.Data("user", id))
}

func (d *drawing) channel(id, label string) g.Node {
	return mention("#"+d.name(id, label), false, h.Data("channel", id))
}

func (d *drawing) group(id, label string) g.Node {
	return mention("@"+d.name(id, label), false, h.Data("group", id))
}

// mention draws whom or what is meant; me: who looks.
func mention(words string, me bool, more ...g.Node) g.Node {
	class := "bk-mention"
	if me {
		class += " bk-me"
	}
	return h.Span(h.Class(class), g.Group(more), g.Text(words))
}

// link draws a link that leads out of the page, or what should have been one, when its address is not safe to follow.
func link(address, label string) g.Node {
	if !isSafe(address) {
		return g.Text(label)
	}
	return h.A(h.Class("bk-link"), h.Href(address), h.Target("_blank"), h.Rel("noopener noreferrer"), lines(label))
}

// safe is how an address begins that may be followed: javascript: and data: may not.
var safe = []string{"https://", "http://", "mailto:", "tel:", "slack://"}

func isSafe(address string) bool {
	return slices.ContainsFunc(safe, func(begins string) bool {
		return len(address) > len(begins) && strings.EqualFold(address[:len(begins)], begins)
	})
}
