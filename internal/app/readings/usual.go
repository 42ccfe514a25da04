package readings

import (
	"context"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
)

const (
	mostUsual  = 10_000 // campaigns whose usual range is known, and readings that one is made of
	mostWanted = 1000   // campaigns that wait for theirs
)

// Usual is what is usual of campaigns at this hour, in memory. It is made of the readings that are kept, one campaign after the other, of
// those that were asked for. Make it with [Readings.Usual].
type Usual struct {
	of   *Readings
	zone *time.Location
	wake chan struct{}

	mu     sync.Mutex
	hour   time.Time // that known is of
	known  map[aht.Target]aht.Band
	wanted []aht.Target
}

// Usual returns what is usual by r's readings, of hours in zone.
func (r *Readings) Usual(zone *time.Location) *Usual {
	return &Usual{of: r, zone: zone, wake: make(chan struct{}, 1)}
}

// At returns what is usual of t in the hour that at is in, which is the newest that was asked for; the zero Band is not known, or not yet:
// it is made then. It never blocks.
func (u *Usual) At(t aht.Target, at time.Time) aht.Band {
	u.mu.Lock()
	defer u.mu.Unlock()
	if hour := aht.HourOf(at, u.zone); !hour.Equal(u.hour) {
		u.hour, u.known, u.wanted = hour, map[aht.Target]aht.Band{}, nil
	}
	band, known := u.known[t]
	if !known && len(u.wanted) < mostWanted && !slices.Contains(u.wanted, t) {
		u.wanted = append(u.wanted, t)
		select {
		case u.wake <- struct{}{}:
		default:
		}
	}
	return band
}

// Follow makes what is asked for, until ctx ends.
func (u *Usual) Follow(ctx context.Context) {
	for {
		select {
		case <-u.wake:
		case <-ctx.Done():
			return
		}
		for t, hour, ok := u.next(); ok && ctx.Err() == nil; t, hour, ok = u.next() {
			band, err := aht.UsualInHour(hour, u.zone, func(from, to time.Time) ([]aht.Reading, error) {
				return u.of.db.ReadingsBetween(ctx, t, from, to, mostUsual)
			})
			u.made(t, hour, band, err)
		}
	}
}

// next is a campaign that waits, and of which hour.
func (u *Usual) next() (t aht.Target, hour time.Time, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.wanted) == 0 {
		return aht.Target{}, u.hour, false
	}
	return u.wanted[0], u.hour, true
}

// made notes what is usual of t, unless the hour has passed. Where the readings could not be had, it is asked for again.
func (u *Usual) made(t aht.Target, hour time.Time, band aht.Band, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !hour.Equal(u.hour) {
		return
	}
	u.wanted = slices.DeleteFunc(u.wanted, func(w aht.Target) bool { return w == t })
	if err == nil && len(u.known) < mostUsual {
		u.known[t] = band
	}
}
