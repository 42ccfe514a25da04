package commands

import (
	"fmt"
	"strings"
)

// appendLine appends a button that runs c, unless its line is longer than one may be.
func appendLine(buttons []Button, action Action, label string, c Command) []Button {
	value := typedLine(c)
	if len([]rune(value)) > MaxLine {
		return buttons
	}
	return append(buttons, Button{Action: action, Label: label, Value: value})
}

// mostLabel is how long a button's words are at most: Slack takes 75 characters, and a
// phone shows about half of them.
const mostLabel = 60

// label says in a few words what a button does that does c: a short verb where there is
// one, else the line itself, with its middle left out when it is long, since lines that are
// alike differ at their ends.
func label(c Command) string {
	words := ""
	if named, ok := c.(interface{ Label() string }); ok {
		words = named.Label()
	}
	if words == "" {
		words = numberedLabel(c)
	}
	if words == "" {
		words = strings.TrimPrefix(readable(c), Name+" ")
	}
	return cutMiddle(words, mostLabel)
}

// numberedLabel names what is asked of a digest or an alert that stands; empty for anything
// else.
func numberedLabel(c Command) string {
	line := strings.Fields(strings.TrimPrefix(readable(c), Name+" "))
	if len(line) < 2 || line[0] != "digest" && line[0] != "alert" {
		return ""
	}
	noun, verb, rest := line[0], line[1], line[2:]
	switch verb {
	case "list":
		if len(rest) > 0 {
			return "All " + noun + "s"
		}
		return upperFirst(noun) + "s here"
	case "run":
		return "Preview " + noun + " " + strings.Join(rest, " ")
	case "add", "preview":
		_, what, _ := strings.Cut(readable(c), " "+verb+" ")
		return upperFirst(verb) + " " + noun + ": " + strings.TrimPrefix(what, "campaign ")
	case "edit":
		return fmt.Sprintf("Change %s %s: %s", noun, rest[0], strings.Join(rest[1:], " "))
	default:
		return upperFirst(verb) + " " + noun + " " + strings.Join(rest, " ")
	}
}

// tryButton is a further line to press.
func tryButton(cmd Command) Button {
	b := Button{Action: ActionTry, Label: label(cmd), Value: typedLine(cmd)}
	if changes(cmd) && cmd.Effect() != EffectSwitch {
		b.Confirm = &Confirm{Title: "Do this now?", Text: cutMiddle(readable(cmd), mostAsked), Yes: "Do it", No: "Not now"}
	}
	return b
}

// mostAsked is how long the question before a press is at most, in characters; Slack takes
// 300.
const mostAsked = 280
