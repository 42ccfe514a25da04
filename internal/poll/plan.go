// Package poll reads watched targets in turn, with what people and digests leave of the
// account's allowance. The plan is pure; the loop asks ports of its own.
package poll

import (
	"cmp"
	"hash/fnv"
	"slices"
	"time"

	"ahtbot/internal/aht"
)

// MaxInterval is the longest interval that is planned for: with readings further apart an alert
// comes too late to be worth anything.
const MaxInterval = 15 * time.Minute

// share of the allowance that polling may use, of ten parts; the rest is left to people
// and digests.
const share = 7

// Capacity returns how many requests a minute polling may use of an allowance of perMinute.
func Capacity(perMinute int) int { return max(1, perMinute*share/10) }

// Plan is how watched targets are read in turn.
type Plan struct {
	Targets    int           // distinct ones
	Configured time.Duration // POLL_INTERVAL
	Interval   time.Duration // as asked, or what the room is enough for; never zero
	Capacity   int           // requests a minute there are for it
	MaxTargets int           // targets that could be read in the slowest interval
}

// NewPlan plans the reading of targets targets in a room of requests a minute, both at
// least 0, asked apart if there is room. A room or an asked of less than one counts as one.
func NewPlan(asked time.Duration, targets, room int) Plan {
	room, asked = max(1, room), max(time.Second, asked)
	most := room * int(MaxInterval/time.Minute)
	need := (time.Duration(targets)*time.Minute/time.Duration(room) + time.Second - 1).Truncate(time.Second)
	return Plan{Targets: targets, Configured: asked, Interval: max(asked, need), Capacity: room, MaxTargets: most}
}

// TooMany reports whether there are more targets than can be read in the slowest interval.
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
