package commands

import (
	"slices"

	"ahtbot/internal/aht"
)

// isShow reports whether c asks for a figure, which may have to come from upstream.
func isShow(c Command) bool { _, is := c.(Show); return is }

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

// mostOffered is how many lines of a reply can be pressed at most.
const mostOffered = 5

// Pressable returns r with a button for each of the first five lines that it offers and
// that no button of it does already. They are further lines, not answers to a question: the
// message stays when one is pressed, and one that makes or changes something asks first.
func Pressable(r Reply) Reply {
	r.Buttons = slices.Clip(r.Buttons)
	done := map[string]bool{}
	for _, b := range r.Buttons {
		if cmd, err := read(Question{Action: b.Action, Value: b.Value}); err == nil {
			done[readable(cmd)] = true
		}
	}
	for _, line := range r.Try[:min(len(r.Try), mostOffered)] {
		cmd, err := Parse(line)
		if err != nil || done[readable(cmd)] {
			continue
		}
		done[readable(cmd)] = true
		r.Buttons = append(r.Buttons, tryButton(cmd))
	}
	return r
}
