package storetest

import (
	"fmt"
	"sync"
	"time"

	"ahtbot/internal/store"
)

// early takes n slots early, or fails t, and then wants none to be had for a while from
// least to most.
func early(t trial, s store.Ledger, n int, least, most time.Duration) {
	t.Helper()
	for i := range n {
		slot, wait, err := s.Take(t.Context(), fmt.Sprint("early ", i), true, 0, 2*minute)
		must(t, err)
		if slot < 0 {
			t.Fatalf("early take %d of %d: none for %v", i+1, n, wait)
		}
	}
	slot, wait, err := s.Take(t.Context(), "one too many", true, 0, 2*minute)
	must(t, err)
	if slot >= 0 || wait < least || wait > most {
		t.Fatalf("after %d early takes: slot %d, wait %v; want none for %v to %v", n, slot, wait, least, most)
	}
}

func opening(t trial, s store.Ledger, least, most time.Duration) {
	t.Helper()
	left := value(s.Opening(t.Context()))(t)
	if left < least || left > most {
		t.Fatalf("opening for %v yet, want %v to %v", left, least, most)
	}
}

// The waits leave two seconds to a busy machine.
var openingClaims = []claim{
	{"a new ledger is for early takes alone for a minute and a request's time: a few at once, and one after the other", sized(8, false, func(t trial, s store.Store) {
		used(t, s, 6, 8)
		opening(t, s, 73*time.Second, 75*time.Second)
		refuse(t, s, 0, 2*minute, 73*time.Second, 75*time.Second)
		refuse(t, s, 0, 5*time.Second, 5*time.Second, 5*time.Second) // at most the hold
		early(t, s, 2, time.Millisecond, 7500*time.Millisecond)
		refuse(t, s, 0, 2*minute, 70*time.Second, 75*time.Second)
	})},
	{"the last slot of a new ledger opens within the minute", sized(50, false, func(t trial, s store.Store) {
		slot, wait, err := s.Take(t.Context(), "all but the last", true, 49, 2*minute)
		must(t, err)
		if slot >= 0 || wait < 50*time.Second || wait > 54*time.Second {
			t.Fatalf("slot %d, wait %v; want 54 s", slot, wait)
		}
	})},
	{"a small ledger has a sign-in and a question at once", sized(3, false, func(t trial, s store.Store) {
		early(t, s, 2, 18*time.Second, 20*time.Second)
	})},
	{"slots given back in the opening are still not for others", sized(8, false, func(t trial, s store.Store) {
		slot, _, err := s.Take(t.Context(), "withdrawn", true, 0, minute)
		must(t, err)
		must(t, s.Settle(t.Context(), slot, "withdrawn", 0))
		refuse(t, s, 0, 2*minute, 70*time.Second, 75*time.Second)
		early(t, s, 2, time.Millisecond, 7500*time.Millisecond)
	})},
	{"a crowd in four processes takes no more early than the opening has", four(func(t trial, stores []store.Store) {
		must(t, stores[0].Resize(t.Context(), 4, false)) // two at once, the next 15 s later
		var mu sync.Mutex
		got := 0
		together(crowd, func(i int) {
			slot, _, err := stores[i%len(stores)].Take(t.Context(), fmt.Sprint("taker ", i), i%2 == 0, 0, minute)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			} else if slot >= 0 {
				got++
			}
			if slot >= 0 && i%2 != 0 {
				t.Errorf("taker %d got a slot that is for early takes", i)
			}
		})
		if got > 2 {
			t.Errorf("%d early takes, want two at most", got)
		}
	})},
	{"slots that begin to count open slowly, those that did before go on", sized(4, true, func(t trial, s store.Store) {
		opening(t, s, 0, 0)
		must(t, s.Resize(t.Context(), 12, true)) // fresh is said of a new ledger alone
		opening(t, s, 73*time.Second, 75*time.Second)
		for i := range 4 {
			take(t, s, fmt.Sprint(i), 0, 2*minute)
		}
		refuse(t, s, 0, 2*minute, 70*time.Second, 75*time.Second)
		early(t, s, 3, time.Millisecond, 7500*time.Millisecond)
		must(t, s.Resize(t.Context(), 20, true)) // once more: still only those before the first
		refuse(t, s, 0, 2*minute, 70*time.Second, 75*time.Second)
	})},
	{"a slot in use that counts again is free when its use is over, and not sooner", sized(2, true, func(t trial, s store.Store) {
		take(t, s, "a", 0, 2*minute)
		take(t, s, "b", 0, 2*minute)
		must(t, s.Resize(t.Context(), 0, true))
		must(t, s.Resize(t.Context(), 2, true))
		early(t, s, 0, 110*time.Second, 2*minute)
	})},
	{"closed while it opens, a ledger begins to open anew when the closure ends", two(func(t trial, s, other store.Store) {
		must(t, s.Resize(t.Context(), 4, false))
		_, _, err := s.Take(t.Context(), "refused", true, 0, 2*minute)
		must(t, err)
		must(t, s.HoldAll(t.Context(), 2*time.Second))
		opening(t, other, 74*time.Second, 77*time.Second)
		time.Sleep(2010 * time.Millisecond)
		early(t, other, 1, time.Millisecond, 15*time.Second) // of two, one is in use
		refuse(t, other, 0, 2*minute, 70*time.Second, 75*time.Second)
		must(t, s.HoldAll(t.Context(), minute))
		early(t, other, 0, 70*time.Second, 75*time.Second) // the two are in use, the third opens 15 s after the closure
	})},
	{"an open ledger stays open when it is closed for a while", sized(3, true, func(t trial, s store.Store) {
		must(t, s.HoldAll(t.Context(), 100*time.Millisecond))
		opening(t, s, 0, 0)
		time.Sleep(110 * time.Millisecond)
		used(t, s, 0, 3)
	})},
}
