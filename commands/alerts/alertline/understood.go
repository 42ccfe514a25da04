package alertline

import (
	"ahtbot/commands/grammar"
)

// Understood returns what a line says behind add, or behind the number of an edit, as far as it is understood part by part.
// left are its other parts, as they were typed.
func Understood(line string) (d Draft, left []string) {
	words, err := grammar.SplitWords(line)
	for err != nil { // a quote that does not close
		line = line[:err.From] + line[err.To:]
		words, err = grammar.SplitWords(line)
	}
	a := newAlertLine(line, words, 0)
	left = a.Understand(func() func() {
		was, zone := a.draft, a.zone
		return func() { a.draft, a.zone = was, zone }
	})
	if a.zone != "" && (a.draft.Active == nil || a.always || !a.setZone()) {
		left = append(left, "tz "+a.zone)
	}
	return a.draft, left
}
