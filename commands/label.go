package commands

import (
	"fmt"
	"strings"

	"ahtbot/internal/aht"
)

// changes reports whether doing c changes something that stays changed. What only asks may
// be done on a guess.
func changes(c Command) bool {
	switch c.(type) {
	case Show, Trend, ShowGoal, ListCampaigns, Help, Status, share,
		ListDigests, ShowDigest, RunDigest, ListAlerts, ShowAlert, PreviewAlert:
		return false
	default:
		return true
	}
}

// switches reports whether c only turns on or off what stands, which pressing its opposite
// takes back.
func switches(c Command) bool {
	switch c.(type) {
	case PauseDigest, ResumeDigest, RestoreDigest, PauseAlert, ResumeAlert, MuteAlert, RestoreAlert:
		return true
	default:
		return false
	}
}

// mostLabel is how long a button's words are at most: Slack takes 75 characters, and a
// phone shows about half of them.
const mostLabel = 60

// label says in a few words what a button does that does c: a short verb where there is
// one, else the line itself, with its middle left out when it is long, since lines that are
// alike differ at their ends.
func label(c Command) string {
	words := fixedLabel(c)
	if words == "" {
		words = numberedLabel(c)
	}
	if words == "" {
		words = strings.TrimPrefix(readable(c), Name+" ")
	}
	return cutMiddle(words, mostLabel)
}

// fixedLabel names what is asked about campaigns, agents and ahtbot itself; empty for
// anything else.
func fixedLabel(c Command) string {
	switch c := c.(type) {
	case Show:
		if kind := c.Target.Kind().String(); strings.HasPrefix(strings.ToLower(c.Target.Name()), kind) {
			return "Ask " + kind + " “" + short(c.Target.Name()) + "”"
		}
		return "Ask " + short(subject(c.Target))
	case Trend:
		return fmt.Sprintf("Trend of %s, %s", short(c.Target.Name()), spans[c.Span])
	case SetGoal:
		return fmt.Sprintf("Set the target of %s to %s", short(c.Goal.Target.Name()), aht.FormatDuration(c.Goal.Mean))
	case ClearGoal:
		return "Take away the target of " + short(c.Target.Name())
	case ShowGoal:
		if c.Target.IsZero() {
			return "All targets"
		}
		return "Target of " + short(c.Target.Name())
	case Help:
		if c.Topic == "" {
			return "Help"
		}
		if v, ok := lookup(c.Topic); ok && !strings.HasSuffix(v.name, "s") && v.name != "help" {
			return "Help about " + v.name + "s"
		}
		return "Help about " + c.Topic
	case Status:
		return "Status"
	case ListCampaigns:
		return campaignsLabel(c)
	default:
		return ""
	}
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
