package monitor

import (
	"context"
	"time"

	"ahtbot/internal/alert"
)

// Amend applies change to the state of a rule, again if the rule was judged meanwhile, and
// records who did it. If change returns true, its Update is posted in the thread; the
// message of the alert is edited. Errors: [ErrNotFound], [ErrConflict], or those of the
// Store.
func (l *Monitor) Amend(ctx context.Context, id int64, by ChangedBy, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error) {
	const tries = 10
	for range tries {
		k, ok, err := l.cfg.Store.One(ctx, id)
		if err != nil {
			return alert.Standing{}, err
		}
		if !ok {
			return alert.Standing{}, ErrNotFound
		}
		s, update, told := change(k.Standing)
		if s == k.State && !told {
			return k.Standing, nil
		}
		o := changedByPerson(k.State, s, update, told)
		lost, err := l.cfg.Store.Advance(ctx, time.Now(), []StateChange{o.change(k)}, by)
		if err != nil {
			return alert.Standing{}, err
		}
		if len(lost) == 0 {
			l.judge.wake.Wake()
			l.outbox.wake.Wake()
			return alert.Standing{Watch: k.Watch, State: s}, nil
		}
	}
	return alert.Standing{}, ErrConflict
}

// Unknown notes that the account does not know the target of a rule, and tells the owner of
// the rule: once, until a reading comes or the rule is resumed. The message of a standing
// alert shows it. Errors are those of [Monitor.Amend].
func (l *Monitor) Unknown(ctx context.Context, id int64, at time.Time) error {
	_, err := l.Amend(ctx, id, ChangedBy{}, func(s alert.Standing) (alert.State, alert.Update, bool) {
		if !s.State.UnknownSince.IsZero() || s.State.Paused || !s.Watch.Removed.IsZero() {
			return s.State, alert.Update{}, false
		}
		s.State.UnknownSince = alert.StoredTime(at)
		return s.State, alert.Update{Standing: s, Why: alert.Unknown, At: alert.StoredTime(at)}, true
	})
	return err
}

// changedByPerson is the outcome of a change by a person: an update if told, and an edit of
// the message if there is one.
func changedByPerson(before, after alert.State, t alert.Update, told bool) (o outcome) {
	o.state = after
	if told {
		if t.State == (alert.State{}) {
			t.State = after
		}
		o.updates = append(o.updates, t)
	}
	if before.Notified || after.Notified {
		o.editMessage()
	}
	return o
}
