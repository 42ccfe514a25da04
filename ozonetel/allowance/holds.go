package allowance

import (
	"context"
	"errors"
	"time"
)

const (
	// stepLimit is how far the wall clock may run from the monotonic one in a minute
	// before that is a step. Two of them are within the 0.1 s a slot rests over a minute.
	stepLimit = 50 * time.Millisecond
	slewTime  = time.Minute
)

// ClockDrift tells how far the wall clock has run ahead of the monotonic one since begin. The
// monotonic one stands still while the machine sleeps.
func ClockDrift(begin time.Time) func() time.Duration {
	return func() time.Duration {
		now := time.Now()
		return now.Round(0).Sub(begin.Round(0)) - now.Sub(begin)
	}
}

// clockStepped reports whether the wall clock, which a store may count by, has stepped since the
// last time it said so, and then has everything held. Waking up is a step too.
func (l *Limiter) clockStepped(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	drift := l.cfg.Drift()
	stepped := (drift - l.drift).Abs() > stepLimit
	if stepped || now.Sub(l.driftSince) >= slewTime {
		l.drift, l.driftSince = drift, now
	}
	if stepped {
		l.cfg.Log.Warn("the clock has stepped: nothing is sent for over a minute")
		l.requestHold(now, slotHold) // not less: a request without an answer is dated by the old clock
	}
	return stepped
}

// requestHold notes that the ledger must hold everything for that long from now. l.mu is held.
func (l *Limiter) requestHold(now time.Time, length time.Duration) {
	if until := now.Add(length); until.After(l.heldUntil) {
		l.heldUntil = until
	}
	l.holdPending = true
	l.forecast.notBefore(now, func(int, int) time.Duration { return length })
}

// applyHold has the ledger hold what was requested, and reports whether slots may be taken.
func (l *Limiter) applyHold() bool {
	l.mu.Lock()
	until, pending := l.heldUntil, l.holdPending && !l.outage.on()
	l.mu.Unlock()
	if !pending {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	if err := l.cfg.Ledger.HoldAll(ctx, time.Until(until)); err != nil {
		return l.Failed(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.heldUntil.Equal(until) {
		l.holdPending = false
	}
	return true
}

// Failed notes that the ledger failed, and reports whether it is away. One call that failed
// is no reason for a minute's silence: a write shows whether the next would.
func (l *Limiter) Failed(err error) bool {
	now := time.Now()
	l.mu.Lock()
	if !errors.Is(err, context.DeadlineExceeded) && (l.cfg.Away == nil || !l.cfg.Away(err)) {
		defer l.mu.Unlock()
		if now.Sub(l.brokenLogged) >= time.Minute {
			l.brokenLogged = now
			l.cfg.Log.Error("the ledger is broken", "err", err)
		}
		return false
	}
	on := l.outage.on()
	l.mu.Unlock()
	if on || !knownAway(err) && l.writable() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.outage.on() {
		l.outage = outage{since: now, err: err}
		l.cfg.Log.Debug("the ledger is away: nothing is sent for a minute, then a share of the allowance", "err", err)
	}
	return true
}

// Degraded reports whether the ledger is away.
func (l *Limiter) Degraded() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.outage.on()
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
func (l *Limiter) writable() bool {
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	return l.cfg.Ledger.Ping(ctx) == nil
}
