package monitor

import (
	"context"
	"time"

	"ahtbot/internal/alert"
)

// noticeRetry is when a notice that could not be posted is tried again.
const noticeRetry = time.Minute

// inOutage reports whether readings of every watched target stay away, so that no rule tells
// so for itself: a whole turn of all of them has passed without one, or that was noted and
// is not over. Of targets that the account does not know nothing can be missing.
func (j *judge) inOutage(now time.Time, interval time.Duration) bool {
	return !j.outage.IsZero() || j.silent(now, 2*interval)
}

// silent reports whether rules are judged, and no reading of any has come for longer than d.
func (j *judge) silent(now time.Time, d time.Duration) bool {
	return j.activeRules() > 0 && !j.newest.IsZero() && now.Sub(latest(j.newest, j.began)) > d
}

// activeRules counts the rules that are judged, and whose target the account knows.
func (j *judge) activeRules() (n int) {
	for _, k := range j.rules {
		if !k.State.Paused && k.State.UnknownSince.IsZero() && k.Watch.Removed.IsZero() {
			n++
		}
	}
	return n
}

// checkOutage tells once, for all rules, that no readings come, and once that they do again. It
// begins after three intervals, and is over when every target has had a turn since. A
// crash may tell twice.
func (j *judge) checkOutage(ctx, hard context.Context, now time.Time) {
	interval := j.cfg.Interval()
	from, told, err := j.cfg.Store.Outage(ctx)
	if err != nil {
		return
	}
	alerts := j.activeRules()
	if from.IsZero() && j.silent(now, alert.MissedReadings*interval) {
		if from, told, err = j.cfg.Store.BeginOutage(ctx, j.newest); err != nil {
			return
		}
		j.cfg.Log.WarnContext(ctx, "no reading of any watched target comes", "alerts", alerts, "since", from)
	}
	if j.outage = from; from.IsZero() {
		j.recovered = time.Time{}
		return
	}
	came := j.newest.After(from) && now.Sub(j.newest) <= 2*interval
	switch {
	case !came:
		j.recovered = time.Time{}
		if told.IsZero() && alerts > 0 {
			j.tellAdmins(hard, now, alert.Outage{Alerts: alerts, Since: from})
		}
	case j.recovered.IsZero():
		j.recovered = j.newest
	case now.Sub(j.recovered) < interval:
	case told.IsZero():
		_ = j.cfg.Store.EndOutage(ctx) // the next round tries again
	default:
		j.tellAdmins(hard, now, alert.Outage{Alerts: alerts, Since: from, Until: j.recovered})
	}
}

// tellAdmins posts a notice beside the rounds, one at a time, and notes that it was told.
func (j *judge) tellAdmins(hard context.Context, now time.Time, o alert.Outage) {
	if now.Before(j.retry) {
		return
	}
	select {
	case j.notifying <- struct{}{}:
	default:
		return // one is on its way
	}
	j.retry = now.Add(noticeRetry)
	j.outbox.posting.Go(func() {
		defer func() { <-j.notifying }()
		err := j.cfg.Poster.TellAdmins(hard, o)
		switch {
		case err != nil:
		case o.Until.IsZero():
			err = j.cfg.Store.OutageTold(hard, time.Now())
		default:
			err = j.cfg.Store.EndOutage(hard)
		}
		if err != nil && hard.Err() == nil {
			j.cfg.Log.WarnContext(hard, "notice of missing readings not told, trying again", "err", err)
		}
		signal(j.wake)
	})
}
