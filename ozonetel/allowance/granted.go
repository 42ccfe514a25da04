package allowance

import (
	"context"
	"time"
)

// SetOut notes that the request of g goes, and reports whether it may: not when the clock
// has stepped.
func (l *Limiter) SetOut(g Grant) bool {
	if l.clockStepped(time.Now()) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[g.Class].add(g.At)
	if g.slot >= 0 {
		l.forecast.slotTaken(g.slot, g.At)
	}
	return true
}

// Answered frees g's slot a minute from now (slotRest), since the whole response has come.
func (l *Limiter) Answered(g Grant) {
	now := time.Now()
	l.mu.Lock()
	l.forecast.observeLatency(now.Sub(g.At))
	if g.slot >= 0 {
		l.forecast.slotSettled(g.slot, now, max(slotRest, l.heldUntil.Sub(now)))
	}
	l.mu.Unlock()
	if g.slot >= 0 {
		l.settle(g, slotRest)
	}
}

// Lost leaves g's slot to free itself when slotHold is over: what was sent with it may arrive
// yet.
func (l *Limiter) Lost(g Grant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g.slot >= 0 {
		l.forecast.slotSettled(g.slot, g.At, slotHold)
	}
}

// Unused gives back a slot with which nothing was sent.
func (l *Limiter) Unused(g Grant) {
	now := time.Now()
	l.mu.Lock()
	keep := g.slot < 0 || now.Before(l.heldUntil)
	if !keep {
		l.forecast.slotSettled(g.slot, now, 0)
	}
	l.mu.Unlock()
	if !keep { // while all is held it frees itself: sooner would break the hold
		l.settle(g, 0)
	}
}

// settle tells the ledger, without anybody waiting for it. If that fails, the slot frees
// itself later.
func (l *Limiter) settle(g Grant, after time.Duration) {
	l.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
		defer cancel()
		if err := l.ledger.Settle(ctx, g.slot, g.holder, after); err != nil {
			l.Failed(err)
		}
		l.wakeAll()
	})
}
