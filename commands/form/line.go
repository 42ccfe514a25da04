package form

import (
	"slices"
	"strings"
)

// Line is a line of the language made from the fields of a form, which knows which words came from which field.
type Line struct{ parts []part }

type part struct{ field, words string }

// Add puts the words that a field says behind the line; empty ones are left out. A field without a name is the form's own
// words.
func (l *Line) Add(field, words string) {
	if words = strings.TrimSpace(words); words != "" {
		l.parts = append(l.parts, part{field, words})
	}
}

// String is the line, without the command word.
func (l *Line) String() string { return l.Without("") }

// Without is the line without the words of a field. The form's own words stay.
func (l *Line) Without(field string) string {
	var words []string
	for _, p := range l.parts {
		if field == "" || p.field != field {
			words = append(words, p.words)
		}
	}
	return strings.Join(words, " ")
}

// Fields are the fields that have words in the line, in its order.
func (l *Line) Fields() []string {
	var out []string
	for _, p := range l.parts {
		if p.field != "" && !slices.Contains(out, p.field) {
			out = append(out, p.field)
		}
	}
	return out
}
