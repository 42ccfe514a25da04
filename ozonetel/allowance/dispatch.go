package allowance

import (
	"context"
	"time"

	"ahtbot/ozonetel/fault"
)

const (
	longestWait  = time.Second           // at most between two looks at the ledger: others may have freed a slot sooner than foreseen
	shortestWait = 10 * time.Millisecond // at least
)

// start makes sure that every class with somebody in line has its pump. d.mu is held.
func (d *Limiter) start() {
	for _, c := range []Class{People, Background} {
		if !d.dispatching[c] && d.queue.next(c) != nil {
			d.dispatching[c] = true
			d.wg.Go(func() { d.dispatch(c) })
		}
	}
}

// wakeAll makes the pumps look again: a slot may be free.
func (d *Limiter) wakeAll() {
	for _, wake := range d.wake {
		notify(wake)
	}
}

// wakeIdle wakes the pumps that wait for something that is no more: who was in line, or
// people before background work. d.mu is held.
func (d *Limiter) wakeIdle() {
	for c, wake := range d.wake {
		if d.dispatching[c] && d.queue.next(Class(c)) == nil {
			notify(wake)
		}
	}
	if d.yielding && d.queue.next(People) == nil {
		notify(d.wake[Background])
	}
}

func notify(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// dispatch gives slots to class c until nobody of it is in line. It is the only one of its
// class that asks the ledger, however many wait.
func (d *Limiter) dispatch(c Class) {
	for {
		d.mu.Lock()
		if d.queue.next(c) == nil {
			d.dispatching[c] = false
			d.mu.Unlock()
			return
		}
		yield := c == Background && d.queue.next(People) != nil
		if c == Background {
			d.yielding = yield
		}
		d.mu.Unlock()
		nap := longestWait
		if !yield {
			var g Grant
			if g, nap = d.acquire(c); nap == 0 {
				d.give(c, g)
				continue
			}
		}
		timer := time.NewTimer(min(max(nap, shortestWait), longestWait))
		select {
		case <-timer.C:
		case <-d.wake[c]:
			timer.Stop()
		}
	}
}

// give hands g to the first in line, who may not be the one it was asked for.
func (d *Limiter) give(c Class, g Grant) {
	d.mu.Lock()
	p := d.queue.next(c)
	if p == nil {
		d.mu.Unlock()
		if g.err == nil {
			d.Unused(g)
		}
		return
	}
	if g.err == nil {
		d.queue.served(p)
	} else {
		d.queue.drop(p)
	}
	p.granted <- g
	d.wakeIdle()
	d.mu.Unlock()
}

// acquire gets a slot for class c, or says how long to nap first. An error of a broken
// store comes as a grant.
func (d *Limiter) acquire(c Class) (Grant, time.Duration) {
	now := time.Now() // before the take: a process stopped in between must not send
	if d.clockStepped(now); !d.applyHold() {
		return Grant{}, longestWait
	}
	d.mu.Lock()
	if d.outage.on() {
		wait := d.outage.turn(now, d.total, d.Processes())
		d.mu.Unlock()
		return Grant{slot: -1, At: now, Class: c}, wait
	}
	g := Grant{holder: d.holder(), At: now, Class: c}
	spare := d.spare(c, now)
	d.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	slot, wait, err := d.ledger.Take(ctx, g.holder, c == People, spare, slotHold)
	switch {
	case err != nil && d.Failed(err):
		return Grant{}, longestWait
	case err != nil:
		return Grant{err: &fault.Error{Op: fault.OpAHT, Class: fault.Unreachable, Reason: fault.StoreFailed, Err: err}}, 0
	case slot < 0:
		d.mu.Lock()
		d.forecast.next = now.Add(wait)
		d.mu.Unlock()
		return Grant{}, max(wait, shortestWait)
	}
	g.slot = slot
	if after := time.Now(); after.Sub(now) >= writeLimit || d.clockStepped(after) {
		d.Unused(g)
		return Grant{}, shortestWait
	}
	return g, 0
}

// spare is how many slots class c leaves free. d.mu is held.
func (d *Limiter) spare(c Class, now time.Time) int {
	spare := d.total - d.limit.at(now)
	if c == Background {
		spare += d.reserve
	}
	return min(spare, d.total-1)
}

// Processes is how many processes share the allowance.
func (d *Limiter) Processes() int {
	if d.processes == nil {
		return 1
	}
	return max(1, d.processes())
}

// requestHold notes that the ledger must hold everything for that long from now. d.mu is held.
func (d *Limiter) requestHold(now time.Time, length time.Duration) {
	if until := now.Add(length); until.After(d.heldUntil) {
		d.heldUntil = until
	}
	d.holdPending = true
	d.forecast.held(now, length)
}

// applyHold has the ledger hold what is owed, and reports whether slots may be taken.
func (d *Limiter) applyHold() bool {
	d.mu.Lock()
	still, owed := d.heldUntil, d.holdPending && !d.outage.on()
	d.mu.Unlock()
	if !owed {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	if err := d.ledger.HoldAll(ctx, time.Until(still)); err != nil {
		return d.Failed(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.heldUntil.Equal(still) {
		d.holdPending = false
	}
	return true
}

// clockStepped looks whether the clock has stepped, and if so has everything held.
func (d *Limiter) clockStepped(now time.Time) bool {
	if !d.clock.stepped(now) {
		return false
	}
	d.log.Warn("the clock has stepped: nothing is sent for over a minute")
	d.mu.Lock()
	d.requestHold(now, slotHold) // not less: a request without an answer is dated by the old clock
	d.mu.Unlock()
	return true
}

// watch looks after the clock, and after a ledger that was away, until the door closes.
func (d *Limiter) watch() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	d.checkOpening(true)
	for n := 0; ; n++ {
		select {
		case <-d.closed:
			return
		case now := <-tick.C:
			d.clockStepped(now)
			d.applyHold()
			if n%5 == 0 {
				d.checkLedger()
				d.checkOpening(false)
			}
		}
	}
}

// checkLedger asks the ledger how much is used, and one that is away whether it is back.
func (d *Limiter) checkLedger() {
	d.mu.Lock()
	away := d.outage.on()
	d.mu.Unlock()
	if away && !d.endOutage() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	used, _, err := d.ledger.Used(ctx)
	if err != nil {
		d.Failed(err)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forecast.used, d.forecast.seen = used, time.Now()
}
