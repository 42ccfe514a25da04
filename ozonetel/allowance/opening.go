package allowance

import (
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
