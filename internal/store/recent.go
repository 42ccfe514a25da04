package store

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
)

const (
	mostTargets  = 10_000         // remembered at once; beyond it the one read longest ago makes room
	mostReadings = 200            // of one target
	longest      = 26 * time.Hour // how far back; a day and the two hours a change looks across
)

// Recent is the readings of the last day in memory: what a person can be answered from
// without waiting for anything. The zero Recent is empty and ready; it is safe for use by
// many goroutines and never blocks on anything outside.
type Recent struct {
	mu       sync.RWMutex
	readings map[aht.Target][]aht.Reading // oldest first, never empty
}

// Keep remembers r, in the order of when readings were received.
func (r *Recent) Keep(reading aht.Reading) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.readings == nil {
		r.readings = map[aht.Target][]aht.Reading{}
	}
	past := r.readings[reading.Target]
	at, found := slices.BinarySearchFunc(past, reading.At.UnixMilli(), func(p aht.Reading, t int64) int { return cmp.Compare(p.At.UnixMilli(), t) })
	if found { // a database keeps no less than a millisecond apart
		return
	}
	past = slices.Insert(past, at, reading)
	newest := past[len(past)-1].At
	past = slices.DeleteFunc(past, func(p aht.Reading) bool { return newest.Sub(p.At) > longest })
	r.readings[reading.Target] = past[max(0, len(past)-mostReadings):]
	if len(r.readings) > mostTargets {
		r.forgetOldest()
	}
}

// forgetOldest drops the target whose newest reading was received longest ago.
func (r *Recent) forgetOldest() {
	var oldest aht.Reading
	for _, past := range r.readings {
		if last := past[len(past)-1]; oldest.Target.IsZero() || last.At.Before(oldest.At) {
			oldest = last
		}
	}
	delete(r.readings, oldest.Target)
}

// Latest returns the newest reading of t, if one is remembered.
func (r *Recent) Latest(t aht.Target) (aht.Reading, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	past := r.readings[t]
	if len(past) == 0 {
		return aht.Reading{}, false
	}
	return past[len(past)-1], true
}

// Newest is when the newest reading of all was received; the zero time when there is none.
func (r *Recent) Newest() (at time.Time) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, past := range r.readings {
		if last := past[len(past)-1].At; last.After(at) {
			at = last
		}
	}
	return at
}

// Before returns the newest reading of t received at a time or earlier, if one is
// remembered.
func (r *Recent) Before(t aht.Target, at time.Time) (aht.Reading, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, p := range slices.Backward(r.readings[t]) {
		if !p.At.After(at) {
			return p, true
		}
	}
	return aht.Reading{}, false
}

// Targets returns the targets that have a reading, in no order.
func (r *Recent) Targets() []aht.Target {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Collect(maps.Keys(r.readings))
}

// Forget drops all that is remembered of t, unless a reading of it was received at a time or
// later.
func (r *Recent) Forget(t aht.Target, unless time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if past := r.readings[t]; len(past) > 0 && past[len(past)-1].At.Before(unless) {
		delete(r.readings, t)
	}
}
