package allowance

import (
	"context"
	"time"

	"ahtbot/ozonetel/fault"
)

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

// RefusalReason is why a refusal for the limit at now stands.
func (d *Limiter) RefusalReason(now time.Time) fault.Reason {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.opening.reason(now)
}

// IsForPeople reports whether p is wanted by a person.
func (d *Limiter) IsForPeople(p *Entry) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.queue.classOf(p) == People
}

// openingLeft asks the ledger how long it is opening yet; one that does not say is open.
func (d *Limiter) openingLeft() time.Duration {
	ctx, cancel := context.WithTimeout(context.Background(), StoreLimit)
	defer cancel()
	left, err := d.ledger.Opening(ctx)
	if err != nil {
		return 0
	}
	return left
}

// checkOpening asks the ledger whether it is opening: at the start, and while it was when it
// was asked last.
func (d *Limiter) checkOpening(first bool) {
	d.mu.Lock()
	ask := first || time.Now().Before(d.opening.until)
	d.mu.Unlock()
	if !ask {
		return
	}
	left := d.openingLeft()
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.opening.note(left, now.Before(d.heldUntil) && !now.Before(d.refusedUntil), now)
}
