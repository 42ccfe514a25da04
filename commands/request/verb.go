package request

import "strings"

// Verb is one word of the language with all that help says about it. Help, the suggestions and the parser read the same
// Verb, so they cannot disagree.
type Verb struct {
	Name     string   // what is typed
	Args     string   // how the rest is written, in the help's notation
	Does     string   // one line: what comes back
	More     []string // what /aht help <Name> adds
	Examples []string // without the command itself
	// Places is true when the rest may name channels, which Parse then gets as grammar.Normalise writes them; else as #name.
	Places bool
	// Parse reads what comes behind Name. Its error is a [*UsageError].
	Parse func(rest string) (Command, error)
}

// Rest is what v reads of a line behind its name: plain, or raw as grammar.Normalise writes it.
func (v Verb) Rest(plain, raw string) string {
	if v.Places {
		return raw
	}
	return plain
}

// Line is how a person types v, for help: "/aht agent <agent id>".
func (v Verb) Line() string { return strings.TrimSpace(CommandWord + " " + v.Name + " " + v.Args) }
