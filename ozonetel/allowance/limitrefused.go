package allowance

import (
	"context"
	"slices"
	"time"

	"ahtbot/ozonetel/fault"
)

// Refused stops everything for [HoldAfterRefusal], because the upstream refused asked for its
// limit although we kept to the ledger: whoever waits is told, and this process asks less
// from now on. In a ledger that is opening the first refusal says no more than that something
// was there before us: people then wait in the queue until the hold is over, and the limit
// stays. waits reports whether asked is one of those; reason is why the refusal stands.
func (l *Limiter) Refused(asked *Entry, now time.Time) (reason fault.Reason, waits bool) {
	left := l.openingLeft()
	l.mu.Lock()
	l.refused.add(now)
	taken := l.sent[People].count(now) + l.sent[Background].count(now) - l.refused.count(now)
	if !now.Before(l.refusedUntil) { // what was under way at the time is the same refusal
		if l.opening.refuse(now, left); !l.opening.patient {
			l.limit.refuse(taken, now)
		}
	}
	l.refusedUntil = now.Add(HoldAfterRefusal)
	l.requestHold(now, HoldAfterRefusal)
	if l.opening.patient {
		l.forecast.reopens(l.refusedUntil)
	}
	for _, p := range slices.Clone(l.queue.entries) {
		if err := l.refusalDuringHold(p, now); err != nil {
			l.queue.drop(p)
			p.granted <- Grant{At: now, err: err}
		}
	}
	reason, waits = l.opening.reason(now), l.opening.patient && l.queue.classOf(asked) == People
	l.mu.Unlock()
	l.applyHold()
	return reason, waits
}

// refusalDuringHold is the refusal of p while the hold lasts, or nil. l.mu is held.
func (l *Limiter) refusalDuringHold(p *Entry, now time.Time) *fault.Error {
	left := l.refusedUntil.Sub(now)
	if left <= 0 || l.opening.patient && l.queue.classOf(p) == People {
		return nil
	}
	return &fault.Error{Op: p.op(), Class: fault.Limit, Reason: l.opening.reason(now), Wait: left, Detail: "the upstream refused for its limit a moment ago"}
}

// openingLeft asks the ledger how long it is opening yet; one that does not say is open.
func (l *Limiter) openingLeft() time.Duration {
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	left, err := l.ledger.Opening(ctx)
	if err != nil {
		return 0
	}
	return left
}
