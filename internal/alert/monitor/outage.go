package monitor

import (
	"context"
	"time"

	"ahtbot/internal/alert"
)

// noticeRetry is the pause before a notice that could not be posted is tried again.
const noticeRetry = time.Minute

// inOutage reports whether readings of all watched targets are missing, so that no rule
// tells so by itself: for two intervals there was none, or an outage is noted and not over.
// Targets that the account does not know do not count.
func (j *judge) inOutage(now time.Time, interval time.Duration) bool {
	return !j.outage.IsZero() || j.silent(now, 2*interval)
}

// silent reports whether there are active rules, and no reading of any of them has come for
// longer than d.
func (j *judge) silent(now time.Time, d time.Duration) bool {
	return j.activeRules() > 0 && !j.newest.IsZero() && now.Sub(latest(j.newest, j.began)) > d
}

// activeRules counts the rules that are judged and whose targets the account knows.
func (j *judge) activeRules() (n int) {
	for _, k := range j.rules {
		if !k.State.Paused && k.State.UnknownSince.IsZero() && k.Watch.Removed.IsZero() {
			n++
		}
	}
	return n
}

// checkOutage tells the admins once, for all rules, that readings are missing, and once
// that they are back. An outage starts after [alert.MissedReadings] intervals and ends when
// every target has had a turn since. After a crash it may be told twice.
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

// tellAdmins posts a notice in a goroutine, one at a time, and saves that it was told.
func (j *judge) tellAdmins(hard context.Context, now time.Time, o alert.Outage) {
	if now.Before(j.retry) {
		return
	}
	if !j.notifying.CompareAndSwap(false, true) {
		return // one is being posted
	}
	j.retry = now.Add(noticeRetry)
	j.outbox.posting.Go(func() {
		defer j.notifying.Store(false)
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
		j.wake.Wake()
	})
}
