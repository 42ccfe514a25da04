package request

import (
	"fmt"
	"strings"

	"ahtbot/commands/reply"
)

// AppendLine appends a button that runs c, unless its line is longer than one may be.
func AppendLine(buttons []reply.Button, action reply.Action, label string, c Command) []reply.Button {
	value := ButtonValue(c)
	if len([]rune(value)) > MaxLine {
		return buttons
	}
	return append(buttons, reply.Button{Action: action, Label: label, Value: value})
}

// MostLabel is how long a button's words are at most: Slack takes 75 characters, and a
// phone shows about half of them.
const MostLabel = 60

// Label says in a few words what a button does that does c: a short verb where there is
// one, else the line itself, with its middle left out when it is long, since lines that are
// alike differ at their ends.
func Label(c Command) string {
	words := ""
	if named, ok := c.(interface{ Label() string }); ok {
		words = named.Label()
	}
	if words == "" {
		words = numberedLabel(c)
	}
	if words == "" {
		words = strings.TrimPrefix(Readable(c), CommandWord+" ")
	}
	return reply.CutMiddle(words, MostLabel)
}

// numberedLabel names what is asked of a digest or an alert that stands; empty for anything
// else.
func numberedLabel(c Command) string {
	line := strings.Fields(strings.TrimPrefix(Readable(c), CommandWord+" "))
	if len(line) < 2 || line[0] != "digest" && line[0] != "alert" {
		return ""
	}
	noun, verb, rest := line[0], line[1], line[2:]
	switch verb {
	case "list":
		if len(rest) > 0 {
			return "All " + noun + "s"
		}
		return reply.UpperFirst(noun) + "s here"
	case "run":
		return "Preview " + noun + " " + strings.Join(rest, " ")
	case "add", "preview":
		_, what, _ := strings.Cut(Readable(c), " "+verb+" ")
		return reply.UpperFirst(verb) + " " + noun + ": " + strings.TrimPrefix(what, "campaign ")
	case "edit":
		return fmt.Sprintf("Change %s %s: %s", noun, rest[0], strings.Join(rest[1:], " "))
	default:
		return reply.UpperFirst(verb) + " " + noun + " " + strings.Join(rest, " ")
	}
}

// TryButton is a further line to press.
func TryButton(cmd Command) reply.Button {
	b := reply.Button{Action: reply.ActionTry, Label: Label(cmd), Value: ButtonValue(cmd)}
	if Changes(cmd) && cmd.Effect() != EffectSwitch {
		b.Confirm = &reply.Confirm{Title: "Do this now?", Text: reply.CutMiddle(Readable(cmd), mostAsked), Yes: "Do it", No: "Not now"}
	}
	return b
}

// mostAsked is how long the question before a press is at most, in characters; Slack takes
// 300.
const mostAsked = 280
