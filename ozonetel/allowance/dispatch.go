package allowance

import (
	"context"
	"time"

	"ahtbot/ozonetel/fault"
)

// start makes sure that every class with somebody in the queue has its dispatcher. l.mu is held.
func (l *Limiter) start() {
	for _, c := range []Class{People, Background} {
		if !l.dispatching[c] && l.queue.next(c) != nil {
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
		if l.queue.next(c) == nil {
			l.dispatching[c] = false
			l.mu.Unlock()
			return
		}
		yield := c == Background && l.queue.next(People) != nil
		if c == Background {
			l.yielding = yield
		}
		l.mu.Unlock()
		wait := longestWait
		if !yield {
			var g Grant
			if g, wait = l.acquire(c); wait == 0 {
				l.give(c, g)
				continue
			}
		}
		timer := time.NewTimer(min(max(wait, shortestWait), longestWait))
		select {
		case <-timer.C:
		case <-l.wake[c]:
			timer.Stop()
		}
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
		wait := l.outage.take(now, l.total, l.Processes())
		l.mu.Unlock()
		return Grant{slot: -1, At: now, Class: c}, wait
	}
	g := Grant{holder: l.holder(), At: now, Class: c}
	spare := l.spare(c, now)
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	slot, wait, err := l.ledger.Take(ctx, g.holder, c == People, spare, slotHold)
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
