package allowance

import (
	"context"
	"time"
)

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
	used, _, err := l.ledger.Used(ctx)
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
		if l.ledger.HoldAll(ctx, hold) != nil {
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
	l.log.Debug("the ledger is back")
	l.applyHold()
	l.wakeAll()
	return true
}
