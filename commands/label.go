package commands

import (
	"fmt"
	"strings"
)

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

// cutMiddle shortens s to n characters, keeping both ends.
func cutMiddle(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := n / 2
	return strings.TrimRight(string(r[:head]), " ") + "…" + string(r[len(r)-(n-head-1):])
}

// changes reports whether doing c changes something that stays changed. What only asks may
// be done on a guess.
func changes(c Command) bool { return c.Effect() != EffectNone }
