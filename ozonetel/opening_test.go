package ozonetel_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/single"
	"ahtbot/ozonetel/token"
)

// opened is a client on a new ledger, on an account whose answers take 300 ms.
func opened(t *testing.T) *rig {
	t.Helper()
	sim := newSim(func(c *ozonesim.Config) { c.Latency = 300 * time.Millisecond })
	return newRig(t, sim, func(c *ozonetel.Config) { c.Ledger = allowance.NewOpeningLedger(c.PerMinute) })
}

// crowd has n people ask about a campaign each, and returns how long they waited for an
// answer of the upstream's, the quickest first. A refused one is an error of t.
func crowd(t *testing.T, r *rig, n int) []time.Duration {
	t.Helper()
	took := make([]time.Duration, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			start := time.Now()
			_, err := r.Client.Ask(t.Context(), fmt.Sprint("U", i), campaign(t, fmt.Sprint("asked", i)))
			expect(t, err, fault.Refused, fault.BadCampaign) // nobody knows them
			took[i] = time.Since(start)
		})
		synctest.Wait()
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

func TestFirstAnswersOnANewLedger(t *testing.T) {
	for before, want := range map[int]struct {
		first, last time.Duration // of twenty people
		refused     int
	}{
		0:  {600 * time.Millisecond, 20 * time.Second, 0},
		25: {600 * time.Millisecond, 20 * time.Second, 0},
		45: {600 * time.Millisecond, 81 * time.Second, 1}, // the sixth is one too many
		50: {61 * time.Second, 81 * time.Second, 4},       // the four that go at once, beside the token
	} {
		t.Run(fmt.Sprint(before), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := opened(t)
				defer r.stop()
				r.sim.OtherConsumer(before, 2*time.Second)
				took := crowd(t, r, 20)
				last := took[len(took)-1]
				n := r.sim.Counts()
				t.Logf("%d before: the first answer after %v, the last of twenty after %v, %d refused", before, took[0], last, n.Refused)
				if took[0] > want.first || last > want.last || n.Refused != want.refused {
					t.Errorf("want %v, %v, %d refused", want.first, want.last, want.refused)
				}
			})
		})
	}
}

// Background work keeps away from a new ledger, people's questions or not.
func TestBackgroundWaitsOnANewLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t)
		defer r.stop()
		begin, done := time.Now(), make(chan time.Duration, 1)
		go func() {
			_, err := r.AskBackground(t.Context(), agent(t, "201"), allowance.DigestSlot)
			if err != nil {
				t.Error(err)
			}
			done <- time.Since(begin)
		}()
		time.Sleep(2 * time.Second)
		ask(t.Context(), t, r, agent(t, "42"))
		if s := r.Status(); s.Opening < 70*time.Second || s.Opening > 75*time.Second || s.WaitingBackground != 1 {
			t.Errorf("status %+v", s)
		}
		if took := <-done; took < 75*time.Second || took > 77*time.Second {
			t.Errorf("a digest's question was answered after %v, want a little over 75 s", took)
		}
		if s := r.Status(); s.Opening != 0 {
			t.Errorf("still opening: %+v", s)
		}
	})
}

// A token and a question a person asks are not stopped by what the background must wait for:
// who wants what the background waits for takes it along.
func TestAPersonTakesABackgroundQuestionAlongOnANewLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t)
		defer r.stop()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := r.AskBackground(t.Context(), agent(t, "42"), allowance.Polling); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(5 * time.Second)
		start := time.Now()
		ask(t.Context(), t, r, agent(t, "42"))
		wg.Wait()
		if took := time.Since(start); took > 700*time.Millisecond || r.sim.Counts().AHT != 1 {
			t.Errorf("took %v, %d questions", took, r.sim.Counts().AHT)
		}
	})
}

func TestARefusalInTheFirstMinuteIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t)
		defer r.stop()
		r.sim.OtherConsumer(50, time.Second)
		start, done := time.Now(), make(chan error, 2)
		go func() { done <- second(r.Ask(t.Context(), agent(t, "42"))) }()
		time.Sleep(10 * time.Second)
		w, ok := r.Waiting(agent(t, "42"))
		if s := r.Status(); !ok || w.For < 50*time.Second || w.For > 51*time.Second || !s.Patient || s.Held != w.For || s.Usable != 50 {
			t.Errorf("waiting %v %+v, status %+v", ok, w, s)
		}
		go func() { done <- second(r.Ask(t.Context(), agent(t, "201"))) }() // joins the wait
		_, err := r.AskBackground(t.Context(), agent(t, "202"), allowance.Polling)
		expect(t, err, fault.Limit, fault.AccountShared)
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(start); took > 62*time.Second {
			t.Errorf("both were answered after %v", took)
		}
		if s := r.Status(); s.Patient || s.Held != 0 || s.Opening < 70*time.Second {
			t.Errorf("a slow start follows: %+v", s)
		}
		if n := r.sim.Counts(); n.Refused != 1 || n.AHT != 3 {
			t.Errorf("counts %+v, want one refusal", n)
		}
	})
}

// A process that comes while another one waits, such as get beside a bot, knows why, and does
// not ask in between.
func TestAnotherProcessKnowsOfTheRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Latency = 300 * time.Millisecond })
		ledger, row, leases := allowance.NewOpeningLedger(50), new(token.MemoryRow), new(single.MemoryLeases)
		join := func() *rig {
			return newRig(t, sim, func(c *ozonetel.Config) { c.Ledger, c.Tokens, c.Leases = ledger, row, leases })
		}
		first, beside := join(), join()
		sim.OtherConsumer(50, time.Second)
		done := make(chan error, 2)
		go func() { done <- second(first.Ask(t.Context(), agent(t, "42"))) }()
		time.Sleep(10 * time.Second)
		late := join()
		go func() { done <- second(late.Ask(t.Context(), agent(t, "201"))) }()
		time.Sleep(time.Second)
		for name, r := range map[string]*rig{"beside": beside, "late": late} {
			if s := r.Status(); !s.Patient || s.Held < 48*time.Second || s.Held > 50*time.Second {
				t.Errorf("%s: status %+v", name, s)
			}
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if n := sim.Counts(); n.Refused != 1 || n.AHT != 3 {
			t.Errorf("counts %+v, want one refusal", n)
		}
		sim.Set(quirk.LimitShared.As("50")) // once more: now every process knows better
		expect(t, second(beside.Ask(t.Context(), agent(t, "202"))), fault.Limit, fault.AccountShared)
		for _, r := range []*rig{first, beside, late} {
			r.Close()
		}
		_ = sim.Close()
	})
}

// A step of the clock while a ledger opens is nobody's refusal.
func TestAStepWhileOpeningIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var drift atomic.Int64
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
			c.Ledger = allowance.NewOpeningLedger(c.PerMinute)
			c.SetDrift(func() time.Duration { return time.Duration(drift.Load()) })
		})
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		drift.Store(int64(time.Minute))
		time.Sleep(12 * time.Second)
		if s := r.Status(); s.Patient || s.Why != allowance.WhyHeld || s.Opening < 130*time.Second {
			t.Errorf("status %+v", s)
		}
	})
}

// Something else that never stops is waited for once; then the person learns of it, and the
// share this process uses falls as after any refusal.
func TestOtherUseThatStaysIsWaitedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := opened(t)
		defer r.stop()
		r.sim.Set(quirk.LimitShared.As("50"))
		start := time.Now()
		_, err := r.Ask(t.Context(), agent(t, "42"))
		e := failure(t, err, fault.Limit, fault.AccountShared)
		if took := time.Since(start); took < time.Minute || took > 62*time.Second || e.RetryIn() != time.Minute {
			t.Errorf("after %v: %v", took, e)
		}
		if s := r.Status(); s.Usable >= 50 || s.Why != allowance.WhyRefused || s.Patient {
			t.Errorf("status %+v", s)
		}
		r.sim.Clear()
		time.Sleep(time.Minute)
		start = time.Now()
		ask(t.Context(), t, r, agent(t, "42"))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("answered after %v more", took)
		}
	})
}

// Whatever something else did before, our own requests keep to the allowance in any 60 s, through
// the opening and behind it, in two processes with one ledger.
func TestOurOwnNeverExceedTheAllowanceWhileOpening(t *testing.T) {
	for _, before := range []int{0, 25, 45, 50} {
		t.Run(fmt.Sprint(before), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := newSim(func(c *ozonesim.Config) { c.Latency = 300 * time.Millisecond })
				sim.OtherConsumer(before, time.Minute)
				ledger, row, leases := allowance.NewOpeningLedger(50), new(token.MemoryRow), new(single.MemoryLeases)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				var rigs []*rig
				var wg sync.WaitGroup
				for p := range 2 {
					r := newRig(t, sim, func(c *ozonetel.Config) { c.Ledger, c.Tokens, c.Leases = ledger, row, leases })
					rigs = append(rigs, r)
					for i := range 40 {
						wg.Go(func() { poll(ctx, r, 100*p+i) })
						wg.Go(func() {
							for nap(ctx, time.Second) {
								_, _ = r.Client.Ask(ctx, fmt.Sprint("U", i), campaign(t, fmt.Sprint("asked", 100*p+i)))
							}
						})
					}
				}
				wg.Wait()
				n := sim.Counts()
				t.Logf("%d before: %d requests of ours in ten minutes, at most %d in 60 s, %d refused", before, n.Requests, n.MaxAllIn60s, n.Refused)
				if n.MaxAllIn60s > 50 || n.Requests < 400 || n.Refused > 10 {
					t.Errorf("counts %+v", n)
				}
				for _, r := range rigs {
					r.Close()
				}
				_ = sim.Close()
			})
		})
	}
}
