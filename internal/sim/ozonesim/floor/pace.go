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

// SetPace has work on a campaign, by its index, go at a pace from a moment on. Calls that have begun by then stay as they are, so
// that a mean moves as it would in a call centre: with the calls that are finished after it.
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

// handling returns what a pace makes of the seconds a call would take.
func (p Pace) handling(seconds int64) int64 {
	if p.Factor == 0 {
		return seconds
	}
	return max(int64(float64(seconds)*p.Factor), shortestHandle)
}
