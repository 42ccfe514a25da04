package storetest

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"time"

	"ahtbot/internal/store"
)

const account = "user@example"

// lease leases the token or fails t.
func lease(t trial, s store.TokenRow, holder string, gen int64, most int, d time.Duration) {
	t.Helper()
	got, wait, err := s.LeaseToken(t.Context(), account, holder, gen, most, d)
	must(t, err)
	if !got || wait != 0 {
		t.Fatalf("%s: lease %v, wait %v; want it", holder, got, wait)
	}
}

// noLease fails t unless the lease is refused for least to most.
func noLease(t trial, s store.TokenRow, gen int64, limit int, least, most time.Duration) {
	t.Helper()
	got, wait, err := s.LeaseToken(t.Context(), account, "refused", gen, limit, minute)
	must(t, err)
	if got || wait < least || wait > most {
		t.Fatalf("lease %v, wait %v; want none for %v to %v", got, wait, least, most)
	}
}

// token fails t unless the newest token is this one, after so many issues.
func token(t trial, s store.TokenRow, wantGen int64, want string, wantIssues int) {
	t.Helper()
	gen, sealed, _, issued, err := s.LoadToken(t.Context(), account)
	must(t, err)
	if gen != wantGen || !bytes.Equal(sealed, []byte(want)) || len(issued) != wantIssues {
		t.Fatalf("generation %d, %q, %d issues; want %d, %q, %d", gen, sealed, len(issued), wantGen, want, wantIssues)
	}
}

var tokenClaims = []claim{
	{"no token is generation 0", alone(func(t trial, s store.Store) {
		token(t, s, 0, "", 0)
		_, _, expires, _, err := s.LoadToken(t.Context(), account)
		must(t, err)
		if !expires.IsZero() {
			t.Errorf("no token expires at %v", expires)
		}
	})},
	{"a token is leased, stored, and seen by all", two(func(t trial, s, other store.Store) {
		lease(t, s, "a", 0, 9, minute)
		ok := value(s.StoreToken(t.Context(), account, "a", 0, []byte("one\x00\xff"), time.UnixMilli(1_700_000_000_123)))(t)
		if !ok {
			t.Fatal("the lease's holder could not store")
		}
		token(t, other, 1, "one\x00\xff", 1)
		_, _, expires, issued, err := other.LoadToken(t.Context(), account)
		must(t, err)
		if expires.UnixMilli() != 1_700_000_000_123 || expires.Location() != time.UTC {
			t.Errorf("expires %v", expires)
		}
		if age := time.Since(issued[0]); age < -time.Second || age > 10*time.Second {
			t.Errorf("issued %v ago", age)
		}
		lease(t, other, "b", 1, 9, minute)
	})},
	{"an old generation is neither leased nor stored nor released", alone(func(t trial, s store.Store) {
		lease(t, s, "a", 0, 9, minute)
		value(s.StoreToken(t.Context(), account, "a", 0, []byte("one"), time.Now()))(t)
		noLease(t, s, 0, 9, 0, 0)
		noLease(t, s, 2, 9, 0, 0)
		ok := value(s.StoreToken(t.Context(), account, "a", 0, []byte("again"), time.Now()))(t)
		if ok {
			t.Error("stored twice")
		}
		must(t, s.ReleaseToken(t.Context(), account, "a", 0, true))
		token(t, s, 1, "one", 1)
	})},
	{"a lease has one holder and ends by itself; its issue stays logged", alone(func(t trial, s store.Store) {
		lease(t, s, "crashed", 0, 9, 300*time.Millisecond)
		noLease(t, s, 0, 9, time.Millisecond, 300*time.Millisecond)
		time.Sleep(310 * time.Millisecond)
		lease(t, s, "b", 0, 9, minute)
		ok := value(s.StoreToken(t.Context(), account, "crashed", 0, []byte("stale"), time.Now()))(t)
		if ok {
			t.Error("who lost the lease stored")
		}
		token(t, s, 0, "", 2)
	})},
	{"a released lease is free, and its issue taken back only on request", alone(func(t trial, s store.Store) {
		lease(t, s, "a", 0, 9, minute)
		must(t, s.ReleaseToken(t.Context(), account, "stranger", 0, true))
		noLease(t, s, 0, 9, 50*time.Second, minute)
		must(t, s.ReleaseToken(t.Context(), account, "a", 0, false))
		token(t, s, 0, "", 1)
		lease(t, s, "a", 0, 9, minute)
		must(t, s.ReleaseToken(t.Context(), account, "a", 0, true))
		must(t, s.ReleaseToken(t.Context(), account, "a", 0, true)) // once
		token(t, s, 0, "", 1)
	})},
	{"an hour has no more issues than allowed", alone(func(t trial, s store.Store) {
		for gen := range int64(3) {
			lease(t, s, "a", gen, 3, minute)
			value(s.StoreToken(t.Context(), account, "a", gen, fmt.Append(nil, gen), time.Now()))(t)
		}
		noLease(t, s, 3, 3, 59*minute, 60*minute)
		noLease(t, s, 3, 0, 60*minute, 60*minute)
		lease(t, s, "a", 3, 4, minute)
	})},
	{"accounts do not share", alone(func(t trial, s store.Store) {
		lease(t, s, "a", 0, 1, minute)
		got, _, err := s.LeaseToken(t.Context(), "another", "b", 0, 1, minute)
		must(t, err)
		if !got {
			t.Error("another account's lease was in the way")
		}
	})},
	{"fifty renewals at once are one", four(func(t trial, stores []store.Store) {
		var leased atomic.Int64
		together(crowd, func(i int) {
			got, _, err := stores[i%openers].LeaseToken(t.Context(), account, fmt.Sprint(i), 0, 9, minute)
			if err != nil {
				t.Error(err)
			}
			if got {
				leased.Add(1)
			}
		})
		if leased.Load() != 1 {
			t.Errorf("%d leases", leased.Load())
		}
		token(t, stores[0], 0, "", 1)
	})},
}
