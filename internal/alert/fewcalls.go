package alert

import (
	"math"
	"math/bits"
	"time"

	"ahtbot/internal/aht"
)

const (
	fewCalls       = 10               // in a window: the mean of ten still swings by a third
	minSlot        = 5 * time.Minute  // how far apart compared readings are, at least
	maxSlot        = 10 * time.Minute // farther apart they are too rare to tell anything
	minComparisons = 6                // needed to tell that there are few calls
	jump           = 2 * time.Second  // a change that rounding to the second cannot explain
)

// Moves counts how often the value changed between neighbouring readings of the last two
// hours, from which the unknown number of calls is estimated. The lowest bit is the newest
// comparison. The zero Moves has no comparison.
type Moves struct {
	// At and Mean are the reading that was compared last.
	At   time.Time     `json:"at,omitzero"`
	Mean time.Duration `json:"mean,omitzero"`
	// Seen has a bit for each slot with a comparison, Changed for each in which the value
	// changed, Jumped for each in which it changed by two seconds or more.
	Seen    uint32 `json:"seen,omitzero"`
	Changed uint32 `json:"changed,omitzero"`
	Jumped  uint32 `json:"jumped,omitzero"`
}

// slotOf returns the distance between compared readings: the least multiple of interval
// that is at least five minutes, so that more frequent readings do not count as more.
func slotOf(interval time.Duration) time.Duration {
	n := int64((minSlot + interval - 1) / interval)
	return time.Duration(n * int64(interval))
}

// add compares the reading with the last one compared, if that is one slot before it.
// Across a missing slot nothing is compared.
func (v *Moves) add(at time.Time, mean, interval time.Duration) {
	slots := 1
	if !v.At.IsZero() {
		slots = int(at.Sub(v.At).Round(interval) / slotOf(interval))
	}
	if slots == 0 {
		return
	}
	v.Seen, v.Changed, v.Jumped = v.Seen<<slots, v.Changed<<slots, v.Jumped<<slots
	if slots == 1 && !v.At.IsZero() {
		v.Seen |= 1
		if mean != v.Mean {
			v.Changed |= 1
		}
		if max(mean-v.Mean, v.Mean-mean) >= jump {
			v.Jumped |= 1
		}
	}
	v.At, v.Mean = at, mean
}

// Few reports whether the value changed as seldom as with about ten calls or fewer in the
// window. Each call changes it twice, so with n calls a share of 1-exp(-2n·slot/window) of
// the comparisons differ. With very many calls it changes by single seconds only, which is
// not few. With readings over ten minutes apart, or fewer than six comparisons, it is false.
func (v *Moves) Few(interval time.Duration) bool {
	slot := slotOf(interval)
	recent := uint32(1)<<(aht.Window/slot) - 1
	seen, changed := bits.OnesCount32(v.Seen&recent), bits.OnesCount32(v.Changed&recent)
	if slot > maxSlot || seen < minComparisons {
		return false
	}
	share := 1 - math.Exp(-2*fewCalls*float64(slot)/float64(aht.Window))
	return float64(changed) < share*float64(seen) && 4*bits.OnesCount32(v.Jumped&recent) >= changed
}
