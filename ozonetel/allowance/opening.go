package allowance

import (
	"ahtbot/ozonetel/fault"
	"context"
	"time"
)

// opening is what this process knows of a ledger that opens slowly, because the database is
// new or the allowance larger than before. The ledger alone decides.
type opening struct {
	till    time.Time // as the ledger said last; the zero time: it is open, or was not asked
	patient bool      // in the hold under way, people wait instead of being refused
	again   time.Time // a refusal before this comes after one that people waited for
	closed  time.Time // until then another process has closed it while it opened
}

// note notes that the ledger is opening for left from now. What is over the length of an
// opening is a closure that makes it begin anew: another process was refused. ours tells of
// a closure of our own, for a step of the clock.
func (o *opening) note(left time.Duration, ours bool, now time.Time) {
	o.till = now.Add(left)
	if shut := left - openFor; shut > 0 && !ours {
		o.closed, o.again = now.Add(shut), o.till
	}
}

// refuse notes a refusal by the upstream at now, when the ledger is opening for left yet.
func (o *opening) refuse(now time.Time, left time.Duration) {
	o.patient = left > 0 && !now.Before(o.again)
	if left > 0 { // it begins anew when the hold is over
		o.till = now.Add(HoldAfterRefusal + openFor)
	}
	if o.patient {
		o.again = o.till
	}
}

// reason is why a refusal at now stands.
func (o *opening) reason(now time.Time) fault.Reason {
	if now.Before(o.again) {
		return fault.AccountShared
	}
	return fault.LimitExceeded
}

// Refusal is why a refusal for the limit at now stands.
func (d *Limiter) Refusal(now time.Time) fault.Reason {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.opening.reason(now)
}

// IsPeoples reports whether p is wanted by a person.
func (d *Limiter) IsPeoples(p *Entry) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.line.classOf(p) == People
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

// lookOpening asks the ledger whether it is opening: at the start, and while it was when it
// was asked last.
func (d *Limiter) lookOpening(first bool) {
	d.mu.Lock()
	ask := first || time.Now().Before(d.opening.till)
	d.mu.Unlock()
	if !ask {
		return
	}
	left := d.openingLeft()
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.opening.note(left, now.Before(d.still) && !now.Before(d.heldTill), now)
}
