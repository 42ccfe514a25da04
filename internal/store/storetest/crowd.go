package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/store"
)

// crowd is how many goroutines want the same thing, over openers processes.
const (
	crowd   = 50
	openers = 4
)

// openAll opens the database of t by several at once.
func openAll(t trial) []store.Store {
	t.Helper()
	stores := make([]store.Store, openers)
	together(openers, func(i int) { stores[i] = t.open() })
	return stores
}

// takeTogether lets a crowd take from n slots at once and returns who got which.
func takeTogether(t trial, stores []store.Store, spare int) map[int]string {
	t.Helper()
	var mu sync.Mutex
	got := map[int]string{}
	together(crowd, func(i int) {
		me, s := fmt.Sprint("taker ", i), stores[i%len(stores)]
		for {
			slot, wait, err := s.Take(t.Context(), me, false, spare, minute)
			if err != nil {
				t.Error(err)
				return
			}
			if slot < 0 && wait < time.Second {
				continue // somebody else's take was under way
			}
			mu.Lock()
			defer mu.Unlock()
			if slot >= 0 && got[slot] != "" {
				t.Errorf("slot %d has two holders: %s and %s", slot, got[slot], me)
			}
			if slot >= 0 {
				got[slot] = me
			}
			return
		}
	})
	return got
}

var crowdClaims = []claim{
	{"fifty takers in four processes: a slot has one holder", four(func(t trial, stores []store.Store) {
		must(t, stores[0].Resize(t.Context(), 20, true))
		if got := takeTogether(t, stores, 0); len(got) != 20 {
			t.Errorf("%d of 20 slots taken", len(got))
		}
	})},
	{"fifty takers leave the spare slots free", four(func(t trial, stores []store.Store) {
		must(t, stores[0].Resize(t.Context(), 20, true))
		if got := takeTogether(t, stores, 5); len(got) != 15 {
			t.Errorf("%d slots taken, want 15 of 20", len(got))
		}
		used(t, stores[1], 15, 20)
	})},
	{"over thirty uses no window sees more of them than slots", four(func(t trial, stores []store.Store) {
		const n, enough, window = 5, 30, 500 * time.Millisecond
		must(t, stores[0].Resize(t.Context(), n, true))
		uses := takeUnderLoad(t, stores, window, enough)
		if most := busiest(uses, window); most > n {
			t.Errorf("%d uses in %v, want at most %d", most, window, n)
		}
		if len(uses) < enough {
			t.Errorf("%d uses in a minute: too few to show anything", len(uses))
		}
	})},
}

// takeUnderLoad lets four workers a process use slots until that is enough, which takes three seconds
// on a quiet machine; one use in ten is never settled. A store that a busy machine keeps
// from answering is asked again. It returns when each use reached the upstream.
func takeUnderLoad(t trial, stores []store.Store, window time.Duration, enough int) []time.Time {
	t.Helper()
	var mu sync.Mutex
	var uses []time.Time
	end := time.Now().Add(time.Minute)
	more := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(uses) < enough && time.Now().Before(end)
	}
	together(4*len(stores), func(w int) {
		s := stores[w%len(stores)]
		for i := 0; more(); i++ {
			me := fmt.Sprint(w, ":", i)
			// A use arrives within 100 ms of its take, or not at all (the deadline is checked).
			deadline := time.Now().Add(100 * time.Millisecond)
			slot, wait, err := s.Take(t.Context(), me, true, w%2, window+150*time.Millisecond)
			if errors.Is(err, store.ErrUnavailable) { // a busy machine; a program that goes on tries it
				_ = s.Ping(t.Context())
				continue
			}
			if err != nil {
				t.Error(err)
				return
			}
			if slot < 0 {
				time.Sleep(min(wait, 50*time.Millisecond))
				continue
			}
			if now := time.Now(); now.Before(deadline) {
				mu.Lock()
				uses = append(uses, now)
				mu.Unlock()
			}
			if i%10 == 9 {
				continue // the answer is lost
			}
			if err := s.Settle(t.Context(), slot, me, window+2*time.Millisecond); err != nil && !errors.Is(err, store.ErrUnavailable) {
				t.Error(err)
			}
		}
	})
	return uses
}

// busiest returns the largest number of uses in any window.
func busiest(uses []time.Time, window time.Duration) int {
	slices.SortFunc(uses, time.Time.Compare)
	most, first := 0, 0
	for i, u := range uses {
		for u.Sub(uses[first]) >= window {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}
