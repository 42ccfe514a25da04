package commands

import (
	"strings"
	"unicode"

	"ahtbot/internal/aht"
)

// spell writes a name so that it reads back whole.
func spell(t aht.Target) string {
	name := t.Name()
	if cmd, err := showAsTyped(t.Kind().String() + " " + name); err == nil && cmd == Command(Show{t}) && !strings.ContainsFunc(name, unicode.IsSpace) {
		return name
	}
	if strings.Contains(name, `"`) && !strings.Contains(name, "'") {
		return "'" + name + "'"
	}
	return `"` + name + `"`
}

// Line returns the command as a person can type it, with quotes where they are needed, so
// that Parse reads it back to the same command. A name that no line can spell (one with
// a double quote inside, or markup of Slack's) comes back as near as can be.
func Line(c Command) string { return c.Typed(toParse) }

// readable returns Line(c) as people read it: with channels as #name. Where a channel has an
// id, Parse reads another channel out of it: a button carries Line.
func readable(c Command) string { return c.Typed(toRead) }
