package answers

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// undoGoal takes a change of a goal back: was takes the place of now, if now is still what
// stands. A zero Goal is none; one of the two is not.
type undoGoal struct{ now, was aht.Goal }

// goalValue is what the button of an undoGoal carries. Names of fields are never changed.
type goalValue struct {
	Name string    `json:"n"`
	Now  *goalMark `json:"now,omitempty"`
	Was  *goalMark `json:"was,omitempty"`
}

// goalMark is a goal on a button.
type goalMark struct {
	Mean int64  `json:"s"` // in seconds
	By   string `json:"b,omitempty"`
	At   int64  `json:"t"` // Unix milliseconds
}

func markOf(g aht.Goal) *goalMark {
	if g.Target.IsZero() {
		return nil
	}
	return &goalMark{Mean: int64(g.Mean / time.Second), By: g.By, At: g.At.UnixMilli()}
}

func (m *goalMark) goal(t aht.Target) aht.Goal {
	if m == nil {
		return aht.Goal{}
	}
	return aht.Goal{Target: t, Mean: time.Duration(m.Mean) * time.Second, By: m.By, At: time.UnixMilli(m.At)}
}

// undoGoalButton takes back that now came in the place of was.
func undoGoalButton(words string, t aht.Target, now, was aht.Goal) reply.Button {
	b, _ := json.Marshal(goalValue{Name: t.Name(), Now: markOf(now), Was: markOf(was)}) // cannot fail
	return reply.Button{Action: reply.ActionUndoGoal, Label: words, Value: string(b)}
}

// ReadUndoGoal reads the value of an undoGoalButton.
func ReadUndoGoal(value string) (request.Command, error) {
	var v goalValue
	if err := json.Unmarshal([]byte(value), &v); err != nil {
		return nil, request.ErrOldButton
	}
	t, err := aht.NewTarget(aht.KindCampaign, v.Name)
	if err != nil || v.Now == nil && v.Was == nil || v.Was != nil && v.Was.Mean < 1 {
		return nil, request.ErrOldButton
	}
	return undoGoal{now: v.Now.goal(t), was: v.Was.goal(t)}, nil
}

// About returns whose goal is taken back.
func (u undoGoal) About() aht.Target {
	if u.now.Target.IsZero() {
		return u.was.Target
	}
	return u.now.Target
}

// undo does what an undoGoal asks. What somebody else has changed since stays.
func (h Handler) undo(ctx context.Context, u undoGoal, q request.Question) (reply.Reply, error) {
	t := u.About()
	stands, _ := h.Goals.Goal(t)
	if no, err := h.mayChangeGoal(ctx, stands, q); no != nil {
		return *no, err
	}
	done, err := h.Goals.ChangeGoal(ctx, u.now, u.was, q.User)
	switch {
	case err != nil:
		return goalAway(err), err
	case !done:
		return goalReply(fmt.Sprintf("The target of %s was changed since, so I left it as it is now.", reply.Subject(t))), nil
	}
	line := fmt.Sprintf("Undone: the target of %s is %s again.", reply.Subject(t), aht.FormatDuration(u.was.Mean))
	if u.was.Target.IsZero() {
		line = fmt.Sprintf("Undone: %s has no target any more.", reply.Subject(t))
	}
	r := goalReply(line)
	r.Buttons = []reply.Button{undoGoalButton("Redo", t, u.was, u.now)}
	return r, nil
}

// withUndo is r with a button that takes back that now came in the place of was.
func withUndo(r reply.Reply, t aht.Target, now, was aht.Goal) reply.Reply {
	r.Buttons = append(r.Buttons, undoGoalButton("Undo", t, now, was))
	return r
}

// Typed is [request.Command].
func (undoGoal) Typed(grammar.Writer) string { return request.CommandWord }

// Effect is [request.Command].
func (undoGoal) Effect() request.Effect { return request.EffectChange }
