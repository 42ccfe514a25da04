package alert

import (
	"context"
	"time"
)

// noticeAgain is when a notice that could not be posted is tried again.
const noticeAgain = time.Minute

// still reports whether readings of every watched target stay away, so that no rule tells
// so for itself: a whole turn of all of them has passed without one, or that was noted and
// is not over. Of targets that the account does not know nothing can be missing.
func (r *round) still(now time.Time, interval time.Duration) bool {
	return !r.outage.IsZero() || r.silent(now, 2*interval)
}

// silent reports whether rules are judged, and no reading of any has come for longer than d.
func (r *round) silent(now time.Time, d time.Duration) bool {
	return r.alerts() > 0 && !r.newest.IsZero() && now.Sub(latest(r.newest, r.began)) > d
}

// alerts counts the rules that are judged, and whose target the account knows.
func (r *round) alerts() (n int) {
	for _, k := range r.kept {
		if !k.State.Paused && k.State.Unknown.IsZero() && k.Watch.Removed.IsZero() {
			n++
		}
	}
	return n
}

// account tells once, for all rules, that no readings come, and once that they do again. It
// begins after three intervals, and is over when every target has had a turn since. A
// crash may tell twice.
func (l *Loop) account(ctx, hard context.Context, now time.Time) {
	r, interval := &l.round, l.cfg.Interval()
	from, told, err := l.cfg.Book.Outage(ctx)
	if err != nil {
		return
	}
	alerts := r.alerts()
	if from.IsZero() && r.silent(now, missed*interval) {
		if from, told, err = l.cfg.Book.BeginOutage(ctx, r.newest); err != nil {
			return
		}
		l.cfg.Log.WarnContext(ctx, "no reading of any watched target comes", "alerts", alerts, "since", from)
	}
	if r.outage = from; from.IsZero() {
		r.back = time.Time{}
		return
	}
	came := r.newest.After(from) && now.Sub(r.newest) <= 2*interval
	switch {
	case !came:
		r.back = time.Time{}
		if told.IsZero() && alerts > 0 {
			l.tellAdmins(hard, now, Outage{Alerts: alerts, Since: from})
		}
	case r.back.IsZero():
		r.back = r.newest
	case now.Sub(r.back) < interval:
	case told.IsZero():
		_ = l.cfg.Book.EndOutage(ctx) // the next round tries again
	default:
		l.tellAdmins(hard, now, Outage{Alerts: alerts, Since: from, Until: r.back})
	}
}

// tellAdmins posts a notice beside the rounds, one at a time, and notes that it was told.
func (l *Loop) tellAdmins(hard context.Context, now time.Time, o Outage) {
	if now.Before(l.round.retry) {
		return
	}
	select {
	case l.notice <- struct{}{}:
	default:
		return // one is on its way
	}
	l.round.retry = now.Add(noticeAgain)
	l.delivery.Go(func() {
		defer func() { <-l.notice }()
		err := l.cfg.Poster.TellAdmins(hard, o)
		switch {
		case err != nil:
		case o.Until.IsZero():
			err = l.cfg.Book.OutageTold(hard, time.Now())
		default:
			err = l.cfg.Book.EndOutage(hard)
		}
		if err != nil && hard.Err() == nil {
			l.cfg.Log.WarnContext(hard, "notice of missing readings not told, trying again", "err", err)
		}
		wake(l.judge)
	})
}
