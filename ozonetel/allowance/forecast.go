package allowance

import (
	"slices"
	"time"
)

// forecast is what this process knows of when slots become free, to tell people how long
// they wait. The ledger alone decides.
type forecast struct {
	total   int
	slots   map[int]time.Time // when each is free again, of those this process used
	latency time.Duration     // of an answer, on average
	used    int               // not free, over all processes, when last asked
	usedAt  time.Time         // … when that was
	next    time.Time         // the next slot, as the ledger said last
}

// notBefore notes that each slot is free at begin or later, by what after says of it.
func (f *forecast) notBefore(begin time.Time, after func(slot, total int) time.Duration) {
	for i := range f.total {
		if at := begin.Add(after(i, f.total)); f.slots[i].Before(at) {
			f.slots[i] = at
		}
	}
}

// freeTimes returns when each slot becomes free, soonest first. Slots that others use are
// thought to follow each other evenly.
func (f *forecast) freeTimes(now time.Time) []time.Time {
	at := make([]time.Time, 0, f.total)
	for slot, free := range f.slots {
		if !free.After(now) {
			delete(f.slots, slot)
			continue
		}
		at = append(at, free)
	}
	begin, end := now, f.usedAt.Add(time.Minute)
	if f.next.After(begin) {
		begin = f.next
	}
	foreign := max(0, min(f.used-len(at), f.total-len(at)))
	if end.After(now) {
		step := max(0, end.Sub(begin)) / time.Duration(foreign+1)
		for i := range foreign {
			at = append(at, begin.Add(step*time.Duration(i)))
		}
	}
	for len(at) < f.total {
		at = append(at, now)
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}

// wait is how long the place-th in the queue waits, 1 being next, when spare slots are left
// alone and slots become free as in frees.
func (f *forecast) wait(frees []time.Time, place, spare int, now time.Time) time.Duration {
	spare = min(spare, f.total-1)
	n := f.total - spare
	lap, i := (place-1)/n, (place-1)%n
	return max(0, frees[spare+i].Sub(now)) + time.Duration(lap)*(slotRest+f.latency)
}
