package readings

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// mostWaiting is how many readings wait for a store that is unavailable; beyond it the oldest is
// lost. It is over three hours of the whole allowance, and about a megabyte.
const mostWaiting = 10_000

// errLost says that a reading had to make room for a newer one.
var errLost = errors.New("the oldest of the readings that wait for the store was lost")

// backlog holds readings that the store could not keep yet, the oldest first. A crash loses
// them.
type backlog struct {
	db store.Readings

	mu  sync.Mutex
	all []waitingReading

	writing sync.Mutex // one writes them at a time, so that they are kept in order
}

type waitingReading struct {
	aht.Reading
	asked time.Time
}

// add remembers a reading. Its error is that an older one was lost.
func (b *backlog) add(r aht.Reading, asked time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, waitingReading{r, asked})
	if len(b.all) <= mostWaiting {
		return nil
	}
	b.all = slices.Delete(b.all, 0, len(b.all)-mostWaiting)
	return errLost
}

// count is how many wait.
func (b *backlog) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.all)
}

// has reports whether a reading of t waits.
func (b *backlog) has(t aht.Target) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.all, func(r waitingReading) bool { return r.Target == t })
}

// write has the store keep what waits, and returns how many it kept. What the store does not
// keep goes on waiting; keeping one twice does no harm.
func (b *backlog) write(ctx context.Context) (n int, err error) {
	b.writing.Lock()
	defer b.writing.Unlock()
	for {
		b.mu.Lock()
		if len(b.all) == 0 {
			b.all = nil // its memory
			b.mu.Unlock()
			return n, nil
		}
		r := b.all[0]
		b.mu.Unlock()
		if err := b.db.KeepReading(ctx, r.Target, r.Mean, r.asked, r.At); err != nil {
			return n, err
		}
		n++
		b.mu.Lock()
		if len(b.all) > 0 && b.all[0] == r { // else it made room meanwhile
			b.all = b.all[1:]
		}
		b.mu.Unlock()
	}
}

// with adds to readings of t what waits to be kept from from on and before to.
func (b *backlog) with(readings []aht.Reading, t aht.Target, from, to time.Time) []aht.Reading {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.all {
		if r.Target == t && !r.At.Before(from) && r.At.Before(to) {
			readings = append(readings, r.Reading)
		}
	}
	slices.SortStableFunc(readings, func(a, b aht.Reading) int { return a.At.Compare(b.At) })
	return slices.CompactFunc(readings, func(a, b aht.Reading) bool { return a.At.Equal(b.At) })
}
