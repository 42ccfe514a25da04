package commands

import (
	"slices"

	"ahtbot/commands/alerts"
	"ahtbot/commands/answers"
	"ahtbot/commands/digests"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// InOpen reports whether q, asked where everybody reads along, may be answered there: a
// question about a campaign only. An agent's figure, help and mistakes are private.
func InOpen(q request.Question) bool { return Target(q).Kind() == aht.KindCampaign }

// Target returns whom q is about; the zero Target when about nobody.
func Target(q request.Question) aht.Target {
	cmd, err := read(q)
	if err != nil {
		return aht.Target{}
	}
	return request.About(cmd)
}

// read turns a question into a Command: the line, or what the button carries.
func read(q request.Question) (request.Command, error) {
	if line, ok := q.Line(); ok {
		return Parse(line)
	}
	switch q.Action { //nolint:exhaustive // the others are lines
	case reply.ActionUndoGoal:
		return answers.ReadUndoGoal(q.Value)
	case reply.ActionRefresh, reply.ActionAsk:
		t, _, err := request.Decode(q.Value)
		return request.Show{Target: t}, err
	case reply.ActionShare:
		t, reading, err := request.Decode(q.Value)
		if err == nil && (reading == nil || t.Kind() != aht.KindCampaign) {
			err = request.ErrOldButton
		}
		if err != nil {
			return nil, err
		}
		return answers.Share{Reading: *reading}, nil
	case reply.ActionAck, reply.ActionMute, reply.ActionDetails:
		return alerts.ReadPress(q.Action, q.Value)
	case reply.ActionUndo:
		return digests.ReadUndo(q.Value)
	default: // ActionCancel gives up another question; whoever holds that deals with it
		return nil, request.ErrOldButton
	}
}

// mostOffered is how many lines of a reply can be pressed at most.
const mostOffered = 5

// Pressable returns r with a button for each of the first five lines that it offers and
// that no button of it does already. They are further lines, not answers to a question: the
// message stays when one is pressed, and one that makes or changes something asks first. An
// example that would is none of them.
func Pressable(r reply.Reply) reply.Reply {
	r.Buttons = slices.Clip(r.Buttons)
	done := map[string]bool{}
	for _, b := range r.Buttons {
		if cmd, err := read(request.Question{Action: b.Action, Value: b.Value}); err == nil {
			done[request.Readable(cmd)] = true
		}
	}
	for _, line := range r.Try[:min(len(r.Try), mostOffered)] {
		cmd, err := Parse(line)
		if err != nil || done[request.Readable(cmd)] || r.Example && request.Changes(cmd) {
			continue
		}
		done[request.Readable(cmd)] = true
		r.Buttons = append(r.Buttons, request.TryButton(cmd))
	}
	return r
}
