package storetest

import (
	"fmt"
	"sync/atomic"
	"time"

	"ahtbot/internal/store"
)

// claimed fails t unless holder's claim ends as want, with at most most left otherwise.
func claimed(t trial, s store.Leases, key, holder string, d time.Duration, want bool, most time.Duration) {
	t.Helper()
	got, left, err := s.Claim(t.Context(), key, holder, d)
	must(t, err)
	if got != want || !got && (left < time.Millisecond || left > most) || got && left != 0 {
		t.Fatalf("%s claims %s: %v, %v left; want %v, at most %v", holder, key, got, left, want, most)
	}
}

// firsts counts how many of a crowd are told yes.
func firsts(t trial, stores []store.Store, ask func(s store.Store, i int) (bool, error)) int64 {
	t.Helper()
	var yes atomic.Int64
	together(crowd, func(i int) {
		ok, err := ask(stores[i%len(stores)], i)
		if err != nil {
			t.Error(err)
		}
		if ok {
			yes.Add(1)
		}
	})
	return yes.Load()
}

var leaseClaims = []claim{
	{"a lease has one holder until it is given up", two(func(t trial, s, other store.Store) {
		claimed(t, s, "k", "a", minute, true, 0)
		claimed(t, other, "k", "b", minute, false, minute)
		claimed(t, other, "k2", "b", minute, true, 0)
		must(t, other.Unclaim(t.Context(), "k", "b")) // not b's
		claimed(t, other, "k", "b", minute, false, minute)
		must(t, s.Unclaim(t.Context(), "k", "a"))
		claimed(t, other, "k", "b", minute, true, 0)
	})},
	{"a lease ends by itself, and its holder may keep it longer", alone(func(t trial, s store.Store) {
		claimed(t, s, "k", "a", 10*time.Millisecond, true, 0)
		claimed(t, s, "k", "a", 300*time.Millisecond, true, 0)
		claimed(t, s, "k", "b", minute, false, 300*time.Millisecond)
		time.Sleep(310 * time.Millisecond)
		claimed(t, s, "k", "b", minute, true, 0)
	})},
	{"of fifty claims one wins", four(func(t trial, stores []store.Store) {
		n := firsts(t, stores, func(s store.Store, i int) (bool, error) {
			got, _, err := s.Claim(t.Context(), "k", fmt.Sprint(i), minute)
			return got, err
		})
		if n != 1 {
			t.Errorf("%d claims won", n)
		}
	})},
	{"of fifty deliveries one is the first", four(func(t trial, stores []store.Store) {
		n := firsts(t, stores, func(s store.Store, _ int) (bool, error) {
			return s.FirstDelivery(t.Context(), "trigger", minute)
		})
		if n != 1 {
			t.Errorf("%d deliveries were the first", n)
		}
	})},
	{"a delivery is remembered for as long as asked", alone(func(t trial, s store.Store) {
		for _, want := range []bool{true, false} {
			first := value(s.FirstDelivery(t.Context(), "trigger", 300*time.Millisecond))(t)
			if first != want {
				t.Errorf("first %v, want %v", first, want)
			}
		}
		time.Sleep(310 * time.Millisecond)
		if first, err := s.FirstDelivery(t.Context(), "trigger", minute); !first || err != nil {
			t.Errorf("after its time: %v, %v", first, err)
		}
	})},
	{"live processes and the most of the day are counted", alone(func(t trial, s store.Store) {
		beat := func(id string, wantLive, wantMost int) {
			t.Helper()
			live, most, err := s.Heartbeat(t.Context(), id)
			must(t, err)
			// At midnight UTC the day's most begins anew; it is never less than the live ones.
			if live != wantLive || most != wantMost && (most != live || time.Now().UTC().Hour() != 0) {
				t.Errorf("live %d, most %d; want %d, %d", live, most, wantLive, wantMost)
			}
		}
		beat("a", 1, 1)
		beat("b", 2, 2)
		beat("b", 2, 2)
		must(t, s.Goodbye(t.Context(), "a"))
		must(t, s.Goodbye(t.Context(), "never seen"))
		beat("b", 1, 2)
	})},
}
