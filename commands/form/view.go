// Package form is what is shown to be filled in or pressed, in plain text: a window over Slack, or a person's Home tab. What is
// filled in becomes a line of the language, so that a form and a line end in the same command, the same checks and the same
// words. It draws nothing: package bot/blocks does.
package form

import "ahtbot/commands/reply"

// View is a window (Slack: a modal) or a Home tab.
type View struct {
	Form   string // which form it is, for who reads it back: alert, digest, target, ask, menu, told; home
	Title  string // of a window: at most 24 characters
	Submit string // the word on its one primary button, at most 24 characters; empty: nothing is to be submitted
	Close  string // the word that closes it; empty: Slack's own
	Meta   Meta   // travels with it through Slack and back
	Parts  []Part // at most 100 blocks when drawn
	// Partial says that a part of it is still to come from the store: [commands.Handler.FillForm] completes it.
	Partial bool
}

// Part is one piece of a View. What is empty is not drawn; what is there is drawn in this order.
type Part struct {
	Heading string
	Field   *Field
	Lines   []string // sentences
	Reply   *reply.Reply
	Line    string // a line of the language, to copy
	Note    string // small print
	Credits []reply.Credit
	Buttons []reply.Button
	Rule    bool // a rule (Slack: a divider) below it
}

// Kind is how a Field is filled in.
type Kind uint8

// The kinds of fields.
const (
	Text      Kind = iota // typed, one line
	Choice                // one of Options
	Choices               // some of Options
	Campaign              // one campaign, found by typing
	Campaigns             // some campaigns, found by typing
	Place                 // a channel or a direct message
)

// Field is one thing to fill in. Its Name is unique in the View; a mistake is told beside it.
type Field struct {
	Name     string
	Label    string
	Hint     string // small print below it
	Shadow   string // what stands in it while it is empty (Slack: placeholder), at most 150 characters
	Kind     Kind
	Options  []Option
	Value    []string // as in Values
	Optional bool
	// Live tells the form of each change at once (Slack: dispatch_action), so that what it shows follows.
	Live bool
}

// Option is one thing to choose.
type Option struct {
	Label string // at most 75 characters
	Value string // at most 150 characters
}

// Values is what is filled in, by the name of its field: one text, the values of what was chosen, campaigns by
// [CampaignValue], or the id of a channel. A field that is empty is missing or has no value.
type Values map[string][]string

// One is the single value of a field; empty when there is none.
func (v Values) One(name string) string {
	if all := v[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// Filled is a View as it comes back.
type Filled struct {
	Form   string
	Meta   string // as [Meta.Encode] wrote it, or another version of it
	Values Values
}

// Outcome is what becomes of a submitted View.
type Outcome struct {
	// Errors says what is wrong, with the way out, by the name of a field; nil when nothing is.
	Errors map[string]string
	// Next takes its place: what was done, or the form with what was filled in, and why it was refused. It is always there, for
	// when it is too late for Errors.
	Next View
}
