package commands

import (
	"strings"
	"unicode"

	"ahtbot/internal/aht"
)

// Line returns the command as a person can type it, with quotes where they are needed, so
// that Parse reads it back to the same command. A name that no line can spell (one with
// a double quote inside, or markup of Slack's) comes back as near as can be.
func Line(c Command) string {
	switch c := c.(type) {
	case Show:
		return Name + " " + c.Target.Kind().String() + " " + spell(c.Target)
	case Help:
		return strings.TrimSpace(Name + " help " + c.Topic)
	case Status:
		return Name + " status"
	case ListCampaigns:
		return campaignsLine(c)
	case Trend:
		return trendLine(c)
	case SetGoal:
		return goalLine(c.Goal.Target, compact(c.Goal))
	case ClearGoal:
		return goalLine(c.Target, clearWord)
	case ShowGoal:
		return goalLine(c.Target, "")
	default:
		return standingLine(c, toParse)
	}
}

// readable returns Line(c) as people read it: with channels as #name. Where a channel has an
// id, Parse reads another channel out of it: a button carries Line.
func readable(c Command) string {
	if line := standingLine(c, toRead); line != Name {
		return line
	}
	return Line(c)
}

// spell writes a name so that it reads back whole.
func spell(t aht.Target) string {
	name := t.Name()
	if cmd, err := parse(t.Kind().String() + " " + name); err == nil && cmd == Command(Show{t}) && !strings.ContainsFunc(name, unicode.IsSpace) {
		return name
	}
	if strings.Contains(name, `"`) && !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + name + `"`
}
