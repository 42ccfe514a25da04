package alert

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Amend applies change to how a rule stands, again when it was judged meanwhile, and puts
// the line that change returns, if it says so, on its way into the thread. The message
// follows. It is kept with who did what. [ErrNone] is a rule that is not there.
func (l *Loop) Amend(ctx context.Context, id int64, by By, change func(Standing) (State, Turn, bool)) (Standing, error) {
	const tries = 10
	for range tries {
		k, ok, err := l.cfg.Book.One(ctx, id)
		if err != nil {
			return Standing{}, err
		}
		if !ok {
			return Standing{}, ErrNone
		}
		s, turn, told := change(k.Standing)
		if s == k.State && !told {
			return k.Standing, nil
		}
		o := amend(k.State, s, turn, told)
		state, err := json.Marshal(s)
		if err != nil {
			return Standing{}, fmt.Errorf("the state of an alert: %w", err)
		}
		lost, err := l.cfg.Book.Advance(ctx, time.Now(), []Move{{Rule: id, Judged: k.Judged, State: string(state), Says: o.says()}}, by)
		if err != nil {
			return Standing{}, err
		}
		if len(lost) == 0 {
			signal(l.judge.wake)
			signal(l.outbox.wake)
			return Standing{Watch: k.Watch, State: s}, nil
		}
	}
	return Standing{}, ErrMoved
}

// Unknown notes that the account knows no target of that name, and puts a word to the maker
// of the rule on its way: once, until a reading comes or the rule is resumed. The message
// of an alert that stands shows it. Errors are those of [Loop.Amend].
func (l *Loop) Unknown(ctx context.Context, id int64, at time.Time) error {
	_, err := l.Amend(ctx, id, By{}, func(s Standing) (State, Turn, bool) {
		if !s.State.Unknown.IsZero() || s.State.Paused || !s.Watch.Removed.IsZero() {
			return s.State, Turn{}, false
		}
		s.State.Unknown = stamp(at)
		return s.State, Turn{Standing: s, Why: Unknown, At: stamp(at)}, true
	})
	return err
}

// amend is what a change by a person says: its line, and an edit of the message there is.
func amend(before, after State, t Turn, told bool) (o outcome) {
	o.state = after
	if told {
		if t.State == (State{}) {
			t.State = after
		}
		o.lines = append(o.lines, t)
	}
	if before.Told || after.Told {
		o.edit()
	}
	return o
}
