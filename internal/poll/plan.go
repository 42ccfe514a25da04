// Package poll reads watched targets in turn, with what people and digests leave of the
// account's allowance. The plan is pure; the Poller works with functions that it is given.
package poll

import (
	"cmp"
	"hash/fnv"
	"slices"
	"time"

	"ahtbot/internal/aht"
)

// MaxInterval is the longest interval that is planned: with readings further apart an alert
// would come too late.
const MaxInterval = 15 * time.Minute

// shareTenths is how many tenths of the allowance polling may use. The rest is left to people and
// digests.
const shareTenths = 7

// Capacity returns how many requests a minute polling may use of an allowance of perMinute.
func Capacity(perMinute int) int { return max(1, perMinute*shareTenths/10) }

// Plan is how watched targets are read in turn.
type Plan struct {
	Targets    int           // distinct ones
	Configured time.Duration // POLL_INTERVAL
	Interval   time.Duration // between readings of a target: Configured, or longer if the capacity demands it; never zero
	Capacity   int           // requests a minute for polling
	MaxTargets int           // that could be read in MaxInterval
}

// NewPlan plans the reading of targets targets with capacity requests a minute, an interval
// of configured apart if the capacity allows it. A capacity under 1 counts as 1, a configured
// interval under a second as a second.
func NewPlan(configured time.Duration, targets, capacity int) Plan {
	capacity, configured = max(1, capacity), max(time.Second, configured)
	most := capacity * int(MaxInterval/time.Minute)
	need := (time.Duration(targets)*time.Minute/time.Duration(capacity) + time.Second - 1).Truncate(time.Second)
	return Plan{Targets: targets, Configured: configured, Interval: max(configured, need), Capacity: capacity, MaxTargets: most}
}

// TooMany reports whether there are more targets than can be read in MaxInterval.
func (p Plan) TooMany() bool { return p.Targets > p.MaxTargets }

// Phases returns when in each interval each target is read. Targets are ordered by a stable
// hash and their turns lie evenly apart, so one that comes or goes moves the others by less
// than one step.
func Phases(targets []aht.Target, interval time.Duration) map[aht.Target]time.Duration {
	type ranked struct {
		aht.Target
		hash uint64
	}
	order := make([]ranked, len(targets))
	for i, t := range targets {
		h := fnv.New64a()
		_, _ = h.Write([]byte(t.Kind().String() + ":" + t.Name())) // a hash takes everything
		order[i] = ranked{t, h.Sum64()}
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.Name(), b.Name()))
	})
	phases := make(map[aht.Target]time.Duration, len(order))
	for i, t := range order {
		phases[t.Target] = time.Duration(int64(interval) / int64(len(order)) * int64(i))
	}
	return phases
}

// Due returns when a target is read next: its first turn that is more than half an interval
// after last, when anybody read it. The zero last is never; it is then the first turn from
// seen on, when it came to be watched.
func Due(last, seen time.Time, phase, interval time.Duration) time.Time {
	from := seen
	if !last.IsZero() {
		from = last.Add(interval/2 + 1)
	}
	late := time.Duration(from.UnixNano()-int64(phase)) % interval
	if late < 0 {
		late += interval
	}
	if late == 0 {
		return from
	}
	return from.Add(interval - late)
}

// MeasuredInterval returns the interval that readings, oldest first, really came in: the mean time
// between neighbouring ones of the same target. Zero is that none has two.
func MeasuredInterval(readings []aht.Reading) time.Duration {
	last := map[aht.Target]time.Time{}
	var sum time.Duration
	n := 0
	for _, r := range readings {
		if before, ok := last[r.Target]; ok {
			sum += r.At.Sub(before)
			n++
		}
		last[r.Target] = r.At
	}
	if n == 0 {
		return 0
	}
	return (sum / time.Duration(n)).Round(time.Second)
}
