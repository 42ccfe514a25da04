package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// mostUnkept is how many readings wait for a store that is away; beyond it the oldest is
// lost. It is over three hours of the whole allowance, and about a megabyte.
const mostUnkept = 10_000

// errLost says that a reading had to make room for a newer one.
var errLost = errors.New("the oldest of the readings that wait for the store was lost")

// unkept are readings that the store could not keep yet, the oldest first. A crash loses
// them.
type unkept struct {
	db store.Readings

	mu  sync.Mutex
	all []unkeptReading

	writing sync.Mutex // one writes them at a time, so that they are kept in order
}

type unkeptReading struct {
	aht.Reading
	asked time.Time
}

// add remembers a reading. Its error is that an older one was lost.
func (u *unkept) add(r aht.Reading, asked time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all = append(u.all, unkeptReading{r, asked})
	if len(u.all) <= mostUnkept {
		return nil
	}
	u.all = slices.Delete(u.all, 0, len(u.all)-mostUnkept)
	return errLost
}

// count is how many wait.
func (u *unkept) count() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.all)
}

// has reports whether a reading of t waits.
func (u *unkept) has(t aht.Target) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.ContainsFunc(u.all, func(r unkeptReading) bool { return r.Target == t })
}

// write has the store keep what waits, and returns how many it kept. What the store does not
// keep goes on waiting; keeping one twice does no harm.
func (u *unkept) write(ctx context.Context) (n int, err error) {
	u.writing.Lock()
	defer u.writing.Unlock()
	for {
		u.mu.Lock()
		if len(u.all) == 0 {
			u.all = nil // its memory
			u.mu.Unlock()
			return n, nil
		}
		r := u.all[0]
		u.mu.Unlock()
		if err := u.db.KeepReading(ctx, r.Target, r.Mean, r.asked, r.At); err != nil {
			return n, err
		}
		n++
		u.mu.Lock()
		if len(u.all) > 0 && u.all[0] == r { // else it made room meanwhile
			u.all = u.all[1:]
		}
		u.mu.Unlock()
	}
}

// with adds to readings of t what waits to be kept from from on and before to.
func (u *unkept) with(readings []aht.Reading, t aht.Target, from, to time.Time) []aht.Reading {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, r := range u.all {
		if r.Target == t && !r.At.Before(from) && r.At.Before(to) {
			readings = append(readings, r.Reading)
		}
	}
	slices.SortStableFunc(readings, func(a, b aht.Reading) int { return a.At.Compare(b.At) })
	return slices.CompactFunc(readings, func(a, b aht.Reading) bool { return a.At.Equal(b.At) })
}
