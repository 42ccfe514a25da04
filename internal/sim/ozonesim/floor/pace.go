package floor

import (
	"slices"
	"time"
)

// Pace is how work on a campaign goes. The zero Pace is as ever.
type Pace struct {
	Factor float64 // on the handling times of its calls; 0 is 1
	Idle   bool    // nobody makes or takes its calls
}

// The factors a Pace may have. At the longest a call takes two and a half hours.
const (
	ShortestFactor = 0.25
	LongestFactor  = 5.0
)

// paceChange is a Pace from one second of the floor on.
type paceChange struct {
	since int64 // Unix seconds
	pace  Pace
}

// SetPace has work on a campaign, by its index, go at a pace from a moment on, on calls under way as well. Calls that are finished by
// then stay as they are, so that a mean moves as it would in a call centre: with the calls that are finished after it.
func (f *Floor) SetPace(campaign int, since time.Time, p Pace) {
	f.mu.Lock()
	defer f.mu.Unlock()
	from := since.Unix()
	changes := slices.DeleteFunc(f.paces[campaign], func(c paceChange) bool { return c.since >= from })
	f.paces[campaign] = append(changes, paceChange{from, p})
	for k := range f.days {
		if k.day >= DayOf(from) {
			delete(f.days, k)
		}
	}
}

// PaceOf returns how work on a campaign, by its index, goes at a moment.
func (f *Floor) PaceOf(campaign int, at time.Time) Pace {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.paceAt(campaign, at.Unix())
}

// paceAt is PaceOf; mu is held.
func (f *Floor) paceAt(campaign int, second int64) Pace {
	changes := f.paces[campaign]
	i, _ := slices.BinarySearchFunc(changes, second+1, func(c paceChange, t int64) int { return int(c.since - t) })
	if i == 0 {
		return Pace{}
	}
	return changes[i-1].pace
}

// stretched returns how many seconds work on a campaign takes that begins at a second and would usually take so many, by what the
// pace is while it is done; mu is held.
func (f *Floor) stretched(campaign int, from, usually int64) int64 {
	left, t := float64(usually), from
	for _, c := range f.paces[campaign] {
		if c.since <= t {
			continue
		}
		factor, span := f.paceAt(campaign, t).factor(), float64(c.since-t)
		if left*factor <= span {
			break
		}
		left, t = left-span/factor, c.since
	}
	return t + int64(left*f.paceAt(campaign, t).factor()) - from
}

func (p Pace) factor() float64 {
	if p.Factor == 0 {
		return 1
	}
	return p.Factor
}
