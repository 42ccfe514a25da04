package request

import (
	"time"

	"ahtbot/commands/reply"
)

// Question is one line typed or one button pressed by one person.
type Question struct {
	User    string       // Slack id of who asks
	Outside bool         // the person is of another workspace, as the envelope itself says
	Text    string       // the line behind the command word; unused when Action is set
	Action  reply.Action // the button pressed, or empty
	Value   string       // the button's value
	At      time.Time
	Ref     string // names this question in the log; shown when something inexplicable happens
	Open    bool   // asked where others read along: answers that may be public are
	Channel bool   // asked in a channel, where a private answer can be shared
	Place   string // id of the channel or direct message it was asked in; empty: nobody said
	Once    string // names the form it was submitted by, so that what it makes is made once; empty: no form
}

// Sure reports whether the person was asked back and pressed yes.
func (q Question) Sure() bool { return q.Action == reply.ActionSure }

// Person is who p is, with what the envelope says on top.
func (q Question) Person(p Person) Person {
	p.Outside = p.Outside || q.Outside
	return p
}

// Line is the line of q, typed or pressed; false when q is another button.
func (q Question) Line() (string, bool) {
	switch q.Action { //nolint:exhaustive // the others are no lines
	case "":
		return q.Text, true
	case reply.ActionLine, reply.ActionTry, reply.ActionSure:
		return q.Value, true
	default:
		return "", false
	}
}
