package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/single"
	"ahtbot/ozonetel/token"
)

// Three processes lose their store for a quarter of an hour, three times.
func TestStoreAwayAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shaky{Ledger: allowance.NewMemoryLedger(50, 0), Row: new(token.MemoryRow)}
		sim := newSim(func(s *ozonesim.Config) { s.Latency = 300 * time.Millisecond })
		var rigs []*rig
		var wg sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		for n := range 3 {
			r := newRig(t, sim, func(c *ozonetel.Config) {
				c.Ledger, c.Tokens, c.Processes = store, store, func() int { return 3 }
				c.Away = func(err error) bool { return errors.Is(err, errAway) }
				c.Keep = func(aht.Reading, time.Time) error { return store.err() }
			})
			rigs = append(rigs, r)
			for i := range 20 {
				wg.Go(func() { poll(ctx, r, 100*n+i) })
			}
		}
		for range 3 {
			time.Sleep(10 * time.Minute)
			store.away.Store(true)
			time.Sleep(6 * time.Second) // it is noticed by then
			before := sim.Counts().Requests
			time.Sleep(54 * time.Second)
			if n := sim.Counts().Requests; n != before {
				t.Errorf("%d sent in the minute after the store went away", n-before)
			}
			time.Sleep(6 * time.Minute)
			if n := sim.Counts().Requests - before; n < 6*40 || n > 6*50 {
				t.Errorf("%d sent without a store, want a little under 300", n)
			}
			for _, r := range rigs {
				if s := r.Status(); !s.Degraded || s.Why != allowance.WhyAway || s.Usable != 16 {
					t.Errorf("status %+v", s)
				}
			}
			ask(ctx, t, rigs[0], agent(t, "42"))
			store.away.Store(false)
			time.Sleep(10 * time.Second)
			if s := rigs[0].Status(); s.Degraded || s.NotKept == 0 {
				t.Errorf("status %+v", s)
			}
		}
		time.Sleep(5 * time.Minute)
		cancel()
		wg.Wait()
		for _, r := range rigs {
			r.Close()
			if n := strings.Count(r.log.String(), "the ledger is away"); n != 3 {
				t.Errorf("said %d times, want 3", n)
			}
		}
		_ = sim.Close()
		n := sim.Counts()
		t.Logf("%d requests, at most %d in 60 s, %d tokens", n.Requests, n.MaxAllIn60s, n.Tokens)
		if n.MaxAllIn60s > 50 || n.Refused != 0 || n.Tokens > 3 {
			t.Errorf("%d in 60 s, %d refused, %d tokens", n.MaxAllIn60s, n.Refused, n.Tokens)
		}
	})
}

// The token is taken away while the store is: each process may make its share of the nine.
func TestTokensWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shaky{Ledger: allowance.NewMemoryLedger(50, 0), Row: new(token.MemoryRow)}
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
			c.Ledger, c.Tokens = store, store
			c.Away = func(err error) bool { return errors.Is(err, errAway) }
		})
		refuse := ozonesim.Raw{Status: 401, Body: []byte(`{"status":"false","message":"Token Expired","data":null}`)}
		ask(t.Context(), t, r, agent(t, "42"))
		store.away.Store(true)
		time.Sleep(90 * time.Second)
		for range 8 {
			r.sim.NextRaw(refuse)
			ask(t.Context(), t, r, agent(t, "42"))
		}
		r.sim.NextRaw(refuse)
		expect(t, second(r.Ask(t.Context(), agent(t, "42"))), fault.Limit, fault.TokensSpent)
		if s := r.Status(); s.TokensThisHour != 9 || !s.Rival {
			t.Errorf("status %+v", s)
		}
		store.away.Store(false)
		time.Sleep(75 * time.Second) // those made without the store count on
		expect(t, second(r.Ask(t.Context(), agent(t, "42"))), fault.Limit, fault.TokensSpent)
		time.Sleep(time.Hour)
		ask(t.Context(), t, r, agent(t, "42"))
		r.stop()
	})
}

// Without the row, processes cannot help ending each other's tokens; they do not race.
func TestTokensOfProcessesWithoutARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shaky{Ledger: allowance.NewMemoryLedger(50, 0), Row: new(token.MemoryRow)}
		sim := newSim(nil)
		var rigs []*rig
		for range 3 {
			rigs = append(rigs, newRig(t, sim, func(c *ozonetel.Config) {
				c.Ledger, c.Tokens, c.Processes = store, store, func() int { return 3 }
				c.Away = func(err error) bool { return errors.Is(err, errAway) }
			}))
		}
		ask(t.Context(), t, rigs[0], agent(t, "42"))
		store.away.Store(true)
		time.Sleep(90 * time.Second)
		answered := 0
		for range 180 {
			for _, r := range rigs {
				if _, err := r.Ask(t.Context(), agent(t, "42")); err == nil {
					answered++
				}
			}
			time.Sleep(20 * time.Second)
		}
		if n := sim.Counts(); n.Tokens > 11 || answered < 60 {
			t.Errorf("%d tokens, %d of 540 answered", n.Tokens, answered)
		}
		store.away.Store(false)
		time.Sleep(90 * time.Second)
		for range 2 { // the first may meet a token that another ended
			for _, r := range rigs {
				ask(t.Context(), t, r, agent(t, "42"))
			}
		}
		for _, r := range rigs {
			r.Close()
		}
		_ = sim.Close()
	})
}

func TestBrokenStoreIsAnErrorAndNotAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shaky{Ledger: allowance.NewMemoryLedger(50, 0), Row: new(token.MemoryRow)}
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Ledger, c.Tokens = store, store })
		store.away.Store(true) // with nobody to say that this is being away
		for range 3 {
			expect(t, second(r.Ask(t.Context(), agent(t, "42"))), fault.Unreachable, fault.StoreFailed)
		}
		if c := r.sim.Counts(); c.Requests != 0 || r.Status().Degraded {
			t.Errorf("%d requests", c.Requests)
		}
		store.away.Store(false)
		ask(t.Context(), t, r, agent(t, "42"))
		if n := strings.Count(r.log.String(), "the ledger is broken"); n != 1 {
			t.Errorf("said %d times, want once", n)
		}
		r.stop()
	})
}

// readings is what processes share of what was received.
type readings struct {
	mu  sync.Mutex
	all []aht.Reading
}

func (s *readings) keep(r aht.Reading, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, r)
	return nil
}

func (s *readings) latest(_ context.Context, t aht.Target) (aht.Reading, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range slices.Backward(s.all) {
		if r.Target == t {
			return r, true, nil
		}
	}
	return aht.Reading{}, false, nil
}

// twins are processes of one account on one store.
func twins(t *testing.T, sim *ozonesim.Server, n int) []*rig {
	t.Helper()
	ledger, row, leases, kept := allowance.NewMemoryLedger(50, 0), new(token.MemoryRow), new(single.MemoryLeases), new(readings)
	var rigs []*rig
	for range n {
		rigs = append(rigs, newRig(t, sim, func(c *ozonetel.Config) {
			c.Ledger, c.Tokens, c.Leases, c.Keep, c.Latest = ledger, row, leases, kept.keep, kept.latest
		}))
	}
	return rigs
}

func TestProcessesShareOneTokenAndOneReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Latency = 2 * time.Second })
		rigs := twins(t, sim, 3)
		everybody := func(name string) {
			var wg sync.WaitGroup
			for _, r := range rigs {
				for who := range 10 {
					wg.Go(func() {
						if _, err := r.Client.Ask(t.Context(), fmt.Sprint(who), agent(t, name)); err != nil {
							t.Errorf("Ask: %v", err)
						}
					})
				}
			}
			wg.Wait()
		}
		everybody("42")
		if n := sim.Counts(); n.Tokens != 1 || n.AHT != 1 || n.MaxInFlightPerTarget != 1 {
			t.Errorf("counts %+v, want one token and one question", n)
		}
		sim.RevokeTokens() // one renewal for everybody, and one question lost to it in each process at most
		everybody("201")
		if n := sim.Counts(); n.Tokens != 2 || n.AHT > 1+2 || n.MaxInFlightPerTarget != 1 {
			t.Errorf("counts %+v after a rival", n)
		}
		rivals := 0
		for _, r := range rigs {
			if r.Status().Rival {
				rivals++
			}
		}
		if rivals != 1 {
			t.Errorf("%d processes speak of a rival, want the one that renewed", rivals)
		}
		for range 3 * 60 {
			time.Sleep(time.Minute)
			everybody("42")
		}
		n := sim.Counts()
		t.Logf("three hours of three processes: %d tokens, %d questions", n.Tokens, n.AHT)
		if n.Tokens > 2+4 || n.MaxInFlightPerTarget != 1 || n.AHT > 190 {
			t.Errorf("counts %+v", n)
		}
		for _, r := range rigs {
			r.Close()
		}
		_ = sim.Close()
	})
}

// The one that asks fails or dies; the others ask for themselves.
func TestProcessThatAsksMayDie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		rigs := twins(t, sim, 2)
		for _, r := range rigs {
			ask(t.Context(), t, r, agent(t, "201"))
		}
		sim.Next(quirk.Hang)
		go func() { _, _ = rigs[0].Ask(t.Context(), agent(t, "42")) }()
		time.Sleep(time.Second)
		start := time.Now()
		ask(t.Context(), t, rigs[1], agent(t, "42"))
		if took := time.Since(start); took < 13*time.Second || took > 16*time.Second {
			t.Errorf("took %v, want the time the first had", took)
		}
		for _, r := range rigs {
			r.Close()
		}
		_ = sim.Close()
	})
}
