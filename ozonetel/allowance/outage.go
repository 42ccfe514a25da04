package allowance

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

const (
	// delaySpread is J of the formula at [pace]: how much longer one request may take than
	// another from taking its slot to reaching the upstream.
	delaySpread = 5 * time.Second
	// quietPeriod is how long nothing is sent when the ledger has gone away: a minute, and the
	// spread, since what was sent just before may be on its way.
	quietPeriod = time.Minute + delaySpread
)

// outage is the time without a ledger. The zero outage is none.
type outage struct {
	since  time.Time
	err    error         // of the ledger, when it began
	bucket *rate.Limiter // nil during the quiet period
	sent   time.Time     // the last request without a slot
}

// pace returns the limiter for n requests in any 60 s, n from 1, that starts empty.
//
// A token bucket of size b and rate r lets through at most b + ceil(r·L) − 1 in any
// half-open window of length L. What reaches the upstream within 60 s was sent within
// 60 s + J, where J is the spread of the delay between sending and arriving. So at most n
// arrive in any 60 s if b + ceil(r·(60+J)) − 1 ≤ n, which with b = 1 gives r = n / (60+J)
// (stack.md §3.1). J is kept true by writeLimit.
func pace(n int, now time.Time) *rate.Limiter {
	// A billionth less, so that rounding cannot lift the product over a whole number.
	perSecond := float64(n) / (time.Minute + delaySpread).Seconds() * (1 - 1e-9)
	bucket := rate.NewLimiter(rate.Limit(perSecond), 1)
	bucket.AllowN(now, 1)
	return bucket
}

// on reports whether the ledger is away.
func (o *outage) on() bool { return !o.since.IsZero() }

// take takes one request of this process's share of the allowance, once the quiet period is
// over, or says how long to wait.
func (o *outage) take(now time.Time, allowance, processes int) time.Duration {
	if left := o.since.Add(quietPeriod).Sub(now); left > 0 {
		return left
	}
	share := allowance / max(1, processes)
	if share == 0 {
		return time.Minute
	}
	if o.bucket == nil {
		o.bucket = pace(share, now)
	}
	r := o.bucket.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait
	}
	o.sent = now
	return 0
}

// estimate is about how long the place-th in the queue waits, 1 being next.
func (o *outage) estimate(now time.Time, place, allowance, processes int) time.Duration {
	share := max(1, allowance/max(1, processes))
	return max(0, o.since.Add(quietPeriod).Sub(now)) + time.Duration(place)*(time.Minute+delaySpread)/time.Duration(share)
}

// holdNeeded is how long the ledger must be held when it is back, so that what was sent without
// it is counted.
func (o *outage) holdNeeded(now time.Time) time.Duration {
	if o.sent.IsZero() {
		return 0
	}
	return max(0, o.sent.Add(quietPeriod).Sub(now))
}

// watch looks after the clock, and after a ledger that was away, until the limiter closes.
func (l *Limiter) watch() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	l.checkOpening(true)
	for n := 0; ; n++ {
		select {
		case <-l.closed:
			return
		case now := <-tick.C:
			l.clockStepped(now)
			l.applyHold()
			if n%5 == 0 {
				l.checkLedger()
				l.checkOpening(false)
			}
		}
	}
}

// checkLedger asks the ledger how much is used, and one that is away whether it is back.
func (l *Limiter) checkLedger() {
	l.mu.Lock()
	away := l.outage.on()
	l.mu.Unlock()
	if away && !l.endOutage() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	used, _, err := l.cfg.Ledger.Used(ctx)
	if err != nil {
		l.Failed(err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forecast.used, l.forecast.usedAt = used, time.Now()
}

// checkOpening asks the ledger whether it is opening: at the start, and while it was when it
// was asked last.
func (l *Limiter) checkOpening(first bool) {
	l.mu.Lock()
	ask := first || time.Now().Before(l.opening.until)
	l.mu.Unlock()
	if !ask {
		return
	}
	left := l.openingLeft()
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.opening.note(left, now.Before(l.heldUntil) && !now.Before(l.refusedUntil), now)
}

// endOutage ends the outage if the ledger takes writes again: one that can be read and not
// written is away. What was sent without it is held first.
func (l *Limiter) endOutage() bool {
	if !l.writable() {
		return false
	}
	now := time.Now()
	l.mu.Lock()
	hold := l.outage.holdNeeded(now)
	l.mu.Unlock()
	if hold > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
		defer cancel()
		if l.cfg.Ledger.HoldAll(ctx, hold) != nil {
			return false
		}
	}
	l.mu.Lock()
	if late := l.outage.holdNeeded(time.Now()); hold > 0 || late > 0 {
		l.requestHold(time.Now(), max(hold, late)) // something may have been sent in between
		l.backUntil = l.heldUntil
	}
	l.outage = outage{}
	l.mu.Unlock()
	l.cfg.Log.Debug("the ledger is back")
	l.applyHold()
	l.wakeAll()
	return true
}
