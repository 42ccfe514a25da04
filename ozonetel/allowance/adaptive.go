package allowance

import (
	"slices"
	"time"
)

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

func (r *lastMinute) add(now time.Time) {
	r.forget(now)
	*r = append(*r, now)
}

func (r *lastMinute) count(now time.Time) int {
	r.forget(now)
	return len(*r)
}

func (r *lastMinute) forget(now time.Time) {
	i := 0
	for i < len(*r) && now.Sub((*r)[i]) >= time.Minute {
		i++
	}
	*r = slices.Delete(*r, 0, i)
}
