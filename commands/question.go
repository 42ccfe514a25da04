package commands

import (
	"time"

	"ahtbot/internal/aht"
)

// Question is one line typed or one button pressed by one person.
type Question struct {
	User    string // Slack id of who asks
	Outside bool   // the person is of another workspace, as the envelope itself says
	Text    string // the line behind the command word; unused when Action is set
	Action  Action // the button pressed, or empty
	Value   string // the button's value
	At      time.Time
	Ref     string // names this question in the log; shown when something inexplicable happens
	Open    bool   // asked where others read along: answers that may be public are
	Channel bool   // asked in a channel, where a private answer can be shared
	Place   string // id of the channel or direct message it was asked in; empty: nobody said
}

// isShow reports whether c asks for a figure, which may have to come from upstream.
func isShow(c Command) bool { _, is := c.(Show); return is }

// sure reports whether the person was asked back and pressed yes.
func (q Question) sure() bool { return q.Action == ActionSure }

// InOpen reports whether q, asked where everybody reads along, may be answered there: a
// question about a campaign only. An agent's figure, help and mistakes are private.
func InOpen(q Question) bool { return Target(q).Kind() == aht.KindCampaign }

// Target returns whom q is about; the zero Target when about nobody.
func Target(q Question) aht.Target {
	cmd, err := read(q)
	if err != nil {
		return aht.Target{}
	}
	return target(cmd)
}

// person is who p is, with what the envelope says on top.
func (q Question) person(p Person) Person {
	p.Outside = p.Outside || q.Outside
	return p
}

// share is the press of "Share in channel": it carries the reading the person saw.
type share struct{ reading aht.Reading }

// line is the line of q, typed or pressed; false when q is another button.
func (q Question) line() (string, bool) {
	switch q.Action { //nolint:exhaustive // the others are no lines
	case "":
		return q.Text, true
	case ActionLine, ActionTry, ActionSure:
		return q.Value, true
	default:
		return "", false
	}
}

// read turns a question into a Command: the line, or what the button carries.
func read(q Question) (Command, error) {
	if line, ok := q.line(); ok {
		return Parse(line)
	}
	switch q.Action { //nolint:exhaustive // the others are lines
	case ActionUndoGoal:
		return readUndoGoal(q.Value)
	case ActionRefresh, ActionAsk:
		t, _, err := decode(q.Value)
		return Show{t}, err
	case ActionShare:
		t, reading, err := decode(q.Value)
		if err == nil && (reading == nil || t.Kind() != aht.KindCampaign) {
			err = errOldButton
		}
		if err != nil {
			return nil, err
		}
		return share{*reading}, nil
	case ActionAck, ActionMute, ActionDetails:
		return readPress(q.Action, q.Value)
	case ActionUndo:
		return readUndo(q.Value)
	case ActionCancel: // gives up another question; whoever holds that deals with it
		return nil, errOldButton
	default:
		return nil, errOldButton
	}
}

// target returns whom cmd is about; the zero Target when about nobody.
func target(cmd Command) aht.Target {
	if one, ok := cmd.(interface{ About() aht.Target }); ok {
		return one.About()
	}
	return aht.Target{}
}
