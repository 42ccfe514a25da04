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
			wake(l.judge)
			wake(l.deliver)
			return Standing{k.Watch, s}, nil
		}
	}
	return Standing{}, ErrMoved
}
