package storetest

import (
	"fmt"
	"time"

	"ahtbot/internal/store"
)

const minute = time.Minute

// take takes a slot or fails t.
func take(t trial, s store.Ledger, holder string, spare int, hold time.Duration) int {
	t.Helper()
	slot, wait, err := s.Take(t.Context(), holder, false, spare, hold)
	must(t, err)
	if slot < 0 || wait != 0 {
		t.Fatalf("%s: slot %d, wait %v; want a slot", holder, slot, wait)
	}
	return slot
}

// refuse fails t unless no slot is to be had, and the wait is between least and most.
func refuse(t trial, s store.Ledger, spare int, hold, least, most time.Duration) {
	t.Helper()
	slot, wait, err := s.Take(t.Context(), "refused", false, spare, hold)
	must(t, err)
	if slot != -1 || wait < least || wait > most {
		t.Fatalf("spare %d: slot %d, wait %v; want none for %v to %v", spare, slot, wait, least, most)
	}
}

func used(t trial, s store.Ledger, wantUsed, wantTotal int) {
	t.Helper()
	n, total, err := s.Used(t.Context())
	must(t, err)
	if n != wantUsed || total != wantTotal {
		t.Fatalf("used %d of %d, want %d of %d", n, total, wantUsed, wantTotal)
	}
}

var ledgerClaims = []claim{
	{"a ledger nobody has sized gives nothing", alone(func(t trial, s store.Store) {
		refuse(t, s, 0, minute, minute, minute)
		used(t, s, 0, 0)
	})},
	{"a fresh ledger gives all its slots at once, once", sized(3, true, func(t trial, s store.Store) {
		must(t, t.open().Resize(t.Context(), 3, true)) // another process starts
		seen := map[int]bool{}
		for i := range 3 {
			seen[take(t, s, fmt.Sprint(i), 0, minute)] = true
		}
		if len(seen) != 3 || seen[3] {
			t.Fatalf("slots %v, want 0 to 2", seen)
		}
		used(t, s, 3, 3)
		refuse(t, s, 0, minute, 50*time.Second, minute)
	})},
	{"the spare slots stay free", sized(3, true, func(t trial, s store.Store) {
		take(t, s, "a", 2, minute)
		refuse(t, s, 2, minute, 50*time.Second, minute)
		take(t, s, "b", 1, minute)
		refuse(t, s, 1, minute, 50*time.Second, minute)
		take(t, s, "c", 0, minute)
		refuse(t, s, 3, minute, minute, minute) // as many as there are: never
	})},
	{"a hold ends by itself, as after a crash", sized(1, true, func(t trial, s store.Store) {
		take(t, s, "crashed", 0, 300*time.Millisecond)
		refuse(t, s, 0, minute, time.Millisecond, 300*time.Millisecond)
		time.Sleep(310 * time.Millisecond)
		take(t, s, "next", 0, minute)
	})},
	{"settling frees the slot a rest later", sized(1, true, func(t trial, s store.Store) {
		slot := take(t, s, "a", 0, minute)
		must(t, s.Settle(t.Context(), slot, "a", 300*time.Millisecond))
		refuse(t, s, 0, minute, time.Millisecond, 300*time.Millisecond)
		time.Sleep(310 * time.Millisecond)
		take(t, s, "b", 0, minute)
	})},
	{"a stranger settles nothing, nor does a holder twice", sized(1, true, func(t trial, s store.Store) {
		slot := take(t, s, "a", 0, minute)
		must(t, s.Settle(t.Context(), slot, "b", 0))
		must(t, s.Settle(t.Context(), slot+1, "a", 0))
		must(t, s.Settle(t.Context(), slot, "", 0))
		refuse(t, s, 0, minute, 50*time.Second, minute)
		must(t, s.Settle(t.Context(), slot, "a", 30*time.Second))
		must(t, s.Settle(t.Context(), slot, "a", 0))
		refuse(t, s, 0, minute, 20*time.Second, 30*time.Second)
	})},
	{"who settles late does not end the next one's hold", sized(1, true, func(t trial, s store.Store) {
		slot := take(t, s, "late", 0, 10*time.Millisecond)
		time.Sleep(20 * time.Millisecond)
		take(t, s, "next", 0, minute)
		must(t, s.Settle(t.Context(), slot, "late", 0))
		refuse(t, s, 0, minute, 50*time.Second, minute)
	})},
	{"slots above the size are never taken, and come back held", sized(3, true, func(t trial, s store.Store) {
		must(t, s.Settle(t.Context(), take(t, s, "before", 0, minute), "before", 0)) // slot 0: now the others are free longer
		time.Sleep(2 * time.Millisecond)
		must(t, s.Resize(t.Context(), 1, true))
		used(t, s, 0, 1)
		if slot := take(t, s, "a", 0, minute); slot != 0 {
			t.Fatalf("took slot %d of a ledger of one", slot)
		}
		refuse(t, s, 0, minute, 50*time.Second, minute)
		must(t, s.Resize(t.Context(), 4, true))
		used(t, s, 2, 4) // the one in use, and one that opens later
		refuse(t, s, 0, 2*minute, 50*time.Second, minute)
		must(t, s.Resize(t.Context(), 0, true))
		used(t, s, 0, 0)
	})},
	{"a closed ledger gives nothing until it opens", two(func(t trial, s, other store.Store) {
		must(t, s.Resize(t.Context(), 2, true))
		slot := take(t, s, "a", 0, minute)
		must(t, s.HoldAll(t.Context(), 400*time.Millisecond))
		must(t, s.HoldAll(t.Context(), 100*time.Millisecond)) // the longer stays
		must(t, s.Settle(t.Context(), slot, "a", 0))          // and settling opens nothing
		used(t, s, 2, 2)
		refuse(t, other, 0, minute, 150*time.Millisecond, 400*time.Millisecond)
		time.Sleep(410 * time.Millisecond)
		take(t, s, "b", 1, minute)
		take(t, s, "c", 0, minute)
	})},
	{"a ledger closed before it is sized is closed after", alone(func(t trial, s store.Store) {
		must(t, s.HoldAll(t.Context(), minute))
		must(t, s.Resize(t.Context(), 2, true))
		refuse(t, s, 0, 2*minute, 50*time.Second, 75*time.Second)
	})},
	{"the clock moves on", alone(func(t trial, s store.Store) {
		before := value(s.Clock(t.Context()))(t)
		time.Sleep(20 * time.Millisecond)
		after := value(s.Clock(t.Context()))(t)
		if d := after.Sub(before); d < 15*time.Millisecond || d > 2*time.Second {
			t.Fatalf("20 ms took %v by the store's clock", d)
		}
	})},
}
