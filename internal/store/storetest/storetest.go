// Package storetest is the contract of [store.Store]: what every engine must do, shown
// with real time and several openers of one database.
package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// Opener opens the database of a test: empty for the first call with a t, the same one for
// further calls with it, as another process would. It closes what it opened at the end of t.
type Opener func(t *testing.T) store.Store

// Release is what Openers give as the binary's release.
const Release = "v1.2.3-test"

// claim is one promise of the contract.
type claim struct {
	name  string
	check func(t trial)
}

// trial is the test of one claim, and how it opens its database.
type trial struct {
	*testing.T
	open func() store.Store
}

// alone is a claim about the store of one opener.
func alone(check func(t trial, s store.Store)) func(trial) {
	return func(t trial) { check(t, t.open()) }
}

// two is one about a store and another opener of its database.
func two(check func(t trial, s, other store.Store)) func(trial) {
	return func(t trial) { check(t, t.open(), t.open()) }
}

// four is one about four openers at once.
func four(check func(t trial, stores []store.Store)) func(trial) {
	return func(t trial) { check(t, openAll(t)) }
}

// sized is one about a new ledger of so many slots.
func sized(slots int, fresh bool, check func(t trial, s store.Store)) func(trial) {
	return alone(func(t trial, s store.Store) {
		must(t, s.Resize(t.Context(), slots, fresh))
		check(t, s)
	})
}

// together calls do for 0 to n-1 at once, and returns when all have returned.
func together(n int, do func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}

// Run checks every promise against the databases of open.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for _, c := range slices.Concat(
		ledgerClaims, openingClaims, crowdClaims, tokenClaims, readingClaims, forgetClaims, goalClaims, linkClaims, campaignClaims,
		digestClaims, runClaims, alertClaims, outboxClaims, leaseClaims, upkeepClaims,
	) {
		t.Run(c.name, func(t *testing.T) {
			c.check(trial{t, func() store.Store { return open(t) }})
		})
	}
}

// PerTest makes one T for each test that asks, by its name.
func PerTest[T any](fresh func(*testing.T) T) func(*testing.T) T {
	var mu sync.Mutex
	made := map[string]T{}
	return func(t *testing.T) T {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if _, ok := made[t.Name()]; !ok {
			made[t.Name()] = fresh(t)
			t.Cleanup(func() {
				mu.Lock()
				defer mu.Unlock()
				delete(made, t.Name())
			})
		}
		return made[t.Name()]
	}
}

// must fails t on an error that the contract does not foresee.
func must(t trial, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// value gives what a call returned, and fails t on an error that the contract does not foresee.
func value[T any](v T, err error) func(trial) T {
	return func(t trial) T { t.Helper(); must(t, err); return v }
}

func target(t trial, kind aht.Kind, name string) aht.Target {
	t.Helper()
	made := value(aht.NewTarget(kind, name))(t)
	return made
}

// Unavailable fails t unless call says that the store is unavailable, within the time it may take.
func Unavailable(t *testing.T, name string, call func(context.Context) error) {
	t.Helper()
	InTime(t, name, store.Patience+time.Second/2, func() {
		if err := call(t.Context()); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v; want ErrUnavailable", name, err)
		}
	})
}

// InTime fails t when do takes longer than most, three times running: a machine that stands
// still for a moment makes it late once.
func InTime(t *testing.T, what string, most time.Duration, do func()) {
	t.Helper()
	var took time.Duration
	for range 3 {
		began := time.Now()
		do()
		if took = time.Since(began); took <= most {
			return
		}
	}
	t.Errorf("%s took %v, want at most %v", what, took, most)
}
