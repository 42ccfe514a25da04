package allowance

import (
	"context"
	"errors"
	"time"

	"golang.org/x/time/rate"
)

const (
	// spread is J of the formula at [pace]: how much longer one request may take than
	// another from taking its turn to reaching the upstream.
	spread = 5 * time.Second
	// silence is how long nothing is sent when the ledger has gone away: a minute, and the
	// spread, since what was sent just before may be on its way.
	silence = time.Minute + spread
)

// outage is the time without a ledger. The zero outage is none.
type outage struct {
	since  time.Time
	err    error         // of the ledger, when it began
	bucket *rate.Limiter // nil during the silence
	sent   time.Time     // the last request without a slot
}

// pace returns the limiter for n requests in any 60 s, n from 1, that starts empty.
//
// A token bucket of size b and rate r lets through at most b + ceil(r·L) − 1 in any
// half-open window of length L. What reaches the upstream within 60 s was sent within
// 60 s + J, where J is the spread of the delay between sending and arriving. So at most n
// arrive in any 60 s if b + ceil(r·(60+J)) − 1 ≤ n, which with b = 1 gives r = n / (60+J)
// (stack.md §3.1). J is kept true by [writeLimit].
func pace(n int, now time.Time) *rate.Limiter {
	// A billionth less, so that rounding cannot lift the product over a whole number.
	perSecond := float64(n) / (time.Minute + spread).Seconds() * (1 - 1e-9)
	bucket := rate.NewLimiter(rate.Limit(perSecond), 1)
	bucket.AllowN(now, 1)
	return bucket
}

func (o *outage) on() bool { return !o.since.IsZero() }

// turn takes a turn without the ledger, or says how long to wait: this process's share of
// the allowance, once the silence is over.
func (o *outage) turn(now time.Time, allowance, processes int) time.Duration {
	if left := o.since.Add(silence).Sub(now); left > 0 {
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

// estimate is about how long the place-th in line waits, 1 being next.
func (o *outage) estimate(now time.Time, place, allowance, processes int) time.Duration {
	share := max(1, allowance/max(1, processes))
	return max(0, o.since.Add(silence).Sub(now)) + time.Duration(place)*(time.Minute+spread)/time.Duration(share)
}

// holdNeeded is how long the ledger must be held when it is back, so that what was sent without
// it is counted.
func (o *outage) holdNeeded(now time.Time) time.Duration {
	if o.sent.IsZero() {
		return 0
	}
	return max(0, o.sent.Add(silence).Sub(now))
}

// Failed notes that the ledger failed, and reports whether it is away. One call that failed
// is no reason for a minute's silence: a write shows whether the next would.
func (d *Limiter) Failed(err error) bool {
	now := time.Now()
	d.mu.Lock()
	if !errors.Is(err, context.DeadlineExceeded) && (d.away == nil || !d.away(err)) {
		defer d.mu.Unlock()
		if now.Sub(d.brokenLogged) >= time.Minute {
			d.brokenLogged = now
			d.log.Error("the ledger is broken", "err", err)
		}
		return false
	}
	on := d.outage.on()
	d.mu.Unlock()
	if on || !knownAway(err) && d.writable() {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.outage.on() {
		d.outage = outage{since: now, err: err}
		d.log.Debug("the ledger is away: nothing is sent for a minute, then a share of the allowance", "err", err)
	}
	return true
}

// Degraded reports whether the ledger is away.
func (d *Limiter) Degraded() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.outage.on()
}

// knownAway reports whether err says that the ledger is known to be away, so that nothing need
// be tried.
func knownAway(err error) bool {
	known, ok := errors.AsType[interface {
		error
		Untried() bool
	}](err)
	return ok && known.Untried()
}

// writable reports whether the ledger takes a write now.
func (d *Limiter) writable() bool {
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	return d.ledger.Ping(ctx) == nil
}

// endOutage ends the outage if the ledger takes writes again: one that can be read and not
// written is away. What was sent without it is held first.
func (d *Limiter) endOutage() bool {
	if !d.writable() {
		return false
	}
	now := time.Now()
	d.mu.Lock()
	debt := d.outage.holdNeeded(now)
	d.mu.Unlock()
	if debt > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
		defer cancel()
		if d.ledger.HoldAll(ctx, debt) != nil {
			return false
		}
	}
	d.mu.Lock()
	if late := d.outage.holdNeeded(time.Now()); debt > 0 || late > 0 {
		d.requestHold(time.Now(), max(debt, late)) // something may have been sent in between
		d.backUntil = d.heldUntil
	}
	d.outage = outage{}
	d.mu.Unlock()
	d.log.Debug("the ledger is back")
	d.applyHold()
	d.wakeAll()
	return true
}
