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
		l.forecast.notBefore(l.refusedUntil, opensAfter)
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
	left, err := l.cfg.Ledger.Opening(ctx)
	if err != nil {
		return 0
	}
	return left
}

// opening is what this process knows of a ledger that opens slowly, because the database is
// new or the allowance larger than before. The ledger alone decides.
type opening struct {
	until       time.Time // as the ledger said last; the zero time: it is open, or was not asked
	patient     bool      // in the hold under way, people wait instead of being refused
	sharedUntil time.Time // a refusal before this comes after one that people waited for
	closedUntil time.Time // until then another process has closed it while it opened
}

// note notes that the ledger is opening for left from now. What is over the length of an
// opening is a closure that makes it begin anew: another process was refused. ours tells of
// a closure of our own, for a step of the clock.
func (o *opening) note(left time.Duration, ours bool, now time.Time) {
	o.until = now.Add(left)
	if shut := left - openFor; shut > 0 && !ours {
		o.closedUntil, o.sharedUntil = now.Add(shut), o.until
	}
}

// refuse notes a refusal by the upstream at now, when the ledger is opening for left yet.
func (o *opening) refuse(now time.Time, left time.Duration) {
	o.patient = left > 0 && !now.Before(o.sharedUntil)
	if left > 0 { // it begins anew when the hold is over
		o.until = now.Add(HoldAfterRefusal + openFor)
	}
	if o.patient {
		o.sharedUntil = o.until
	}
}

// reason is why a refusal at now stands.
func (o *opening) reason(now time.Time) fault.Reason {
	if now.Before(o.sharedUntil) {
		return fault.AccountShared
	}
	return fault.LimitExceeded
}

// recoverAfter is how long without a refusal gives the limit one slot back.
const recoverAfter = 3 * time.Minute

// adaptiveLimit is how much of the allowance this process uses: all of it, until the upstream
// refuses although the ledger let us through, so that something else must use the account.
type adaptiveLimit struct {
	total    int
	withheld int       // slots not used
	last     time.Time // refusal, or step up since
}

// refuse lowers the limit to what the upstream took in its last minute, but by a quarter
// at most at a time, by one at least, and never below a quarter of the allowance.
func (c *adaptiveLimit) refuse(taken int, now time.Time) {
	was := c.at(now)
	low := max((c.total+3)/4, min(was-1, max(taken, was*3/4)))
	c.withheld, c.last = c.total-min(low, c.total), now
}

// at returns the limit at now.
func (c *adaptiveLimit) at(now time.Time) int {
	for c.withheld > 0 && now.Sub(c.last) >= recoverAfter {
		c.withheld--
		c.last = c.last.Add(recoverAfter)
	}
	return c.total - c.withheld
}

// lastMinute counts what happened in the last 60 s.
type lastMinute []time.Time

func (r *lastMinute) add(now time.Time) { *r = append((*r)[:r.count(now)], now) }

func (r *lastMinute) count(now time.Time) int {
	*r = slices.DeleteFunc(*r, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	return len(*r)
}
