package allowance

import (
	"context"
	"time"

	"ahtbot/ozonetel/fault"
)

// start makes sure that every class with somebody in the queue has its dispatcher. l.mu is held.
func (l *Limiter) start() {
	for _, c := range []Class{People, Background} {
		if !l.dispatching[c] && l.queue.ready(c) {
			l.dispatching[c] = true
			l.wg.Go(func() { l.dispatch(c) })
		}
	}
}

// dispatch gives slots to class c until nobody of it is in the queue. It is the only one of its
// class that asks the ledger, however many wait.
func (l *Limiter) dispatch(c Class) {
	for {
		l.mu.Lock()
		if !l.queue.ready(c) {
			l.dispatching[c] = false
			l.mu.Unlock()
			return
		}
		yield := c == Background && l.queue.ready(People)
		if c == Background {
			l.yielding = yield
		}
		l.mu.Unlock()
		pause := longestWait
		if !yield {
			var g Grant
			if g, pause = l.acquire(c); pause == 0 {
				l.give(c, g)
				continue
			}
		}
		l.wake[c].Wait(context.Background(), min(max(pause, shortestWait), longestWait))
	}
}

// give hands g to the first in the queue, who may not be the one it was asked for.
func (l *Limiter) give(c Class, g Grant) {
	l.mu.Lock()
	p := l.queue.next(c)
	if p == nil {
		l.mu.Unlock()
		if g.err == nil {
			l.Unused(g)
		}
		return
	}
	if g.err == nil {
		l.queue.served(p)
	} else {
		l.queue.drop(p)
	}
	p.granted <- g
	l.wakeIdle()
	l.mu.Unlock()
}

// acquire gets a slot for class c, or says how long to wait first. An error of a broken
// store comes as a grant.
func (l *Limiter) acquire(c Class) (Grant, time.Duration) {
	now := time.Now() // before the take: a process stopped in between must not send
	if l.clockStepped(now); !l.applyHold() {
		return Grant{}, longestWait
	}
	l.mu.Lock()
	if l.outage.on() {
		wait := l.outage.take(now, l.cfg.Total, l.Processes())
		l.mu.Unlock()
		return Grant{slot: -1, At: now, Class: c}, wait
	}
	g := Grant{holder: l.holder(), At: now, Class: c}
	spare := l.spare(c, now)
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	slot, wait, err := l.cfg.Ledger.Take(ctx, g.holder, c == People, spare, slotHold)
	switch {
	case err != nil && l.Failed(err):
		return Grant{}, longestWait
	case err != nil:
		return Grant{err: &fault.Error{Op: fault.OpAHT, Class: fault.Unreachable, Reason: fault.StoreFailed, Err: err}}, 0
	case slot < 0:
		l.mu.Lock()
		l.forecast.next = now.Add(wait)
		l.mu.Unlock()
		return Grant{}, max(wait, shortestWait)
	}
	g.slot = slot
	if after := time.Now(); after.Sub(now) >= writeLimit || l.clockStepped(after) {
		l.Unused(g)
		return Grant{}, shortestWait
	}
	return g, 0
}

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
		l.forecast.slots[g.slot] = g.At.Add(l.forecast.latency + slotRest)
	}
	return true
}

// Answered frees g's slot a minute from now (slotRest), since the whole response has come.
func (l *Limiter) Answered(g Grant) {
	now := time.Now()
	l.mu.Lock()
	l.forecast.latency += (now.Sub(g.At) - l.forecast.latency) / 8
	if g.slot >= 0 {
		l.forecast.slots[g.slot] = now.Add(max(slotRest, l.heldUntil.Sub(now)))
		l.settle(g, slotRest)
	}
	l.mu.Unlock()
}

// Lost leaves g's slot to free itself when slotHold is over: what was sent with it may arrive
// yet.
func (l *Limiter) Lost(g Grant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g.slot >= 0 {
		l.forecast.slots[g.slot] = g.At.Add(slotHold)
	}
}

// Unused gives back a slot with which nothing was sent. While all is held it frees itself: sooner
// would break the hold.
func (l *Limiter) Unused(g Grant) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if g.slot >= 0 && !now.Before(l.heldUntil) {
		l.forecast.slots[g.slot] = now
		l.settle(g, 0)
	}
}

// settle tells the ledger, without anybody waiting for it. If that fails, the slot frees
// itself later.
func (l *Limiter) settle(g Grant, after time.Duration) {
	l.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
		defer cancel()
		if err := l.cfg.Ledger.Settle(ctx, g.slot, g.holder, after); err != nil {
			l.Failed(err)
		}
		l.wakeAll()
	})
}
