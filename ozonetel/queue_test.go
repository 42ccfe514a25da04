package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
)

// held is a ledger of n slots that are all free after 30 s.
func held(n int) func(*ozonetel.Config) {
	return func(c *ozonetel.Config) {
		c.PerMinute, c.Ledger = n, allowance.NewMemoryLedger(n, 30*time.Second)
	}
}

func TestWithdrawnQuestionCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), held(10))
		defer r.stop()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				if _, err := r.Ask(ctx, campaign(t, fmt.Sprint("c", i))); !errors.Is(err, context.Canceled) {
					t.Errorf("withdrawn question: %v", err)
				}
			})
		}
		time.Sleep(time.Second)
		if n := len(r.Status().Waiting); n != 5 {
			t.Errorf("%d waiting, want 5", n)
		}
		// one of them is also wanted by somebody who stays
		wg.Go(func() {
			expect(t, second(r.Client.Ask(t.Context(), "U2", campaign(t, "c3"))), fault.Refused, fault.BadCampaign)
		})
		time.Sleep(time.Second)
		if w, ok := r.Waiting(campaign(t, "c3")); !ok || w.Askers != 2 || w.Place < 1 || w.For <= 0 {
			t.Errorf("waiting %+v, %v; want two askers", w, ok)
		}
		cancel()
		synctest.Wait()
		if w := r.Status().Waiting; len(w) != 1 || w[0].Place != 1 || w[0].Askers != 1 {
			t.Errorf("after the others left: %+v", w)
		}
		start := time.Now()
		wg.Wait()
		if took := time.Since(start); took != 28*time.Second {
			t.Errorf("the one who stayed waited %v, want the 28 s of the ledger", took)
		}
		if c := r.sim.Counts(); c.AHT != 1 || c.Tokens != 1 {
			t.Errorf("counts %+v, want one question", c)
		}
		if s := r.Status(); s.People60 != 2 || s.Used60 != 2 || s.Background60 != 0 {
			t.Errorf("status %+v", s)
		}
	})
}

func second[A, B any](_ A, b B) B { return b }

func TestAllWithdrawnSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), held(50))
		defer r.stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() { _, _ = r.Ask(ctx, campaign(t, fmt.Sprint(i))) })
		}
		wg.Wait()
		time.Sleep(time.Minute)
		if c, s := r.sim.Counts(), r.Status(); c.Requests != 0 || s.Used60 != 0 || len(s.Waiting) != 0 {
			t.Errorf("%d requests, status %+v", c.Requests, s)
		}
	})
}

// order is in which order questions arrive at an upstream that answers one at a time.
func order(t *testing.T, ask func(r *rig, wg *sync.WaitGroup)) []string {
	t.Helper()
	r := newRig(t, newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth }), func(c *ozonetel.Config) {
		c.PerMinute, c.Auth, c.Ledger = 50, ozonetel.BasicAuth, &oneByOne{MemoryLedger: allowance.NewMemoryLedger(50, 0), begin: time.Now().Add(time.Second)}
	})
	var wg sync.WaitGroup
	ask(r, &wg)
	wg.Wait()
	r.stop()
	var names []string
	for line := range lines(r.log.String()) {
		if name, ok := line["target"].(string); ok && line["op"] == "aht" {
			names = append(names, name[len("campaign:"):])
		}
	}
	return names
}

// oneByOne gives one slot every 100 ms, from begin on.
type oneByOne struct {
	*allowance.MemoryLedger
	mu    sync.Mutex
	begin time.Time
}

func (o *oneByOne) Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (int, time.Duration, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if left := time.Until(o.begin); left > 0 {
		return -1, left, nil
	}
	o.begin = time.Now().Add(100 * time.Millisecond)
	return o.MemoryLedger.Take(ctx, holder, early, spare, hold)
}

func TestPeopleAreServedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := order(t, func(r *rig, wg *sync.WaitGroup) {
			say := func(who, what string) {
				wg.Go(func() { _, _ = r.Client.Ask(t.Context(), who, campaign(t, what)) })
				synctest.Wait()
			}
			for i := range 4 { // A asks for many, B and C for one each, and B wants A's last too
				say("A", fmt.Sprint("a", i))
			}
			say("B", "b0")
			say("C", "c0")
			wg.Go(func() { _, _ = r.AskBackground(t.Context(), campaign(t, "polled"), allowance.Polling) })
			synctest.Wait()
			wg.Go(func() { _, _ = r.AskBackground(t.Context(), campaign(t, "digest"), allowance.DigestSlot) })
			synctest.Wait()
			say("B", "a3")
			wg.Go(func() { _, _ = r.AskBackground(t.Context(), campaign(t, "both"), allowance.Polling) })
			synctest.Wait()
			say("D", "both") // a person's now
		})
		if want := "[a0 b0 c0 both a1 a3 a2 digest polled]"; fmt.Sprint(got) != want {
			t.Errorf("order %v, want %s", got, want)
		}
	})
}

// A question that waits in the background goes into the reserve as soon as a person wants
// it too, and back when the person has left.
func TestPersonTakesABackgroundQuestionAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Ledger = allowance.NewMemoryLedger(50, 0) })
		var wg sync.WaitGroup
		for i := range 50 { // 44 and the token go, 6 wait for their minute
			wg.Go(func() { _, _ = r.AskBackground(t.Context(), campaign(t, fmt.Sprintf("%02d", i)), allowance.Polling) })
			synctest.Wait()
		}
		if s := r.Status(); s.Background60 != 44 || s.People60 != 1 || s.WaitingBackground != 6 || len(s.Waiting) != 0 {
			t.Errorf("status %+v", s)
		}
		start := time.Now()
		expect(t, second(r.Ask(t.Context(), campaign(t, "49"))), fault.Refused, fault.BadCampaign)
		if took := time.Since(start); took != 0 {
			t.Errorf("the person waited %v", took)
		}
		wg.Wait()
		if n := r.sim.Counts().AHT; n != 50 {
			t.Errorf("%d questions, want 50", n)
		}
		r.stop()
	})
}

// One person asks for sixty agents; another's one question goes second.
func TestSixtyQuestionsOfOneDoNotDelayAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(func(s *ozonesim.Config) { s.Latency = 300 * time.Millisecond }), func(c *ozonetel.Config) {
			c.Ledger = allowance.NewMemoryLedger(50, 0)
		})
		var wg sync.WaitGroup
		for i := range 100 { // the second fifty wait a minute
			wg.Go(func() { _, _ = r.Client.Ask(t.Context(), "greedy", campaign(t, fmt.Sprint(i))) })
		}
		time.Sleep(5 * time.Second)
		start := time.Now()
		for i := range 3 {
			wg.Go(func() {
				_, _ = r.Client.Ask(t.Context(), fmt.Sprint("U", i), campaign(t, fmt.Sprint("one", i)))
				if took := time.Since(start); took > 57*time.Second {
					t.Errorf("waited %v", took)
				}
			})
			synctest.Wait()
		}
		time.Sleep(time.Second)
		for i := range 3 {
			if w, ok := r.Waiting(campaign(t, fmt.Sprint("one", i))); !ok || w.Place != i+2 {
				t.Errorf("%+v, %v; want place %d", w, ok, i+2)
			}
		}
		wg.Wait()
		r.stop()
	})
}

func TestQueueTooLongIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
			c.Auth, c.Ledger = ozonetel.BasicAuth, allowance.NewMemoryLedger(50, time.Minute)
		})
		defer r.stop()
		time.Sleep(10 * time.Second) // so that it is known
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		refused := make(chan error, 200)
		for i := range 120 { // 50 after 50 s, 50 after 110 s
			wg.Go(func() {
				if _, err := r.Ask(ctx, campaign(t, fmt.Sprint(i))); !errors.Is(err, context.Canceled) {
					refused <- err
				}
			})
			synctest.Wait()
		}
		if n := len(r.Status().Waiting); n != 100 {
			t.Errorf("%d wait, want the 100 of two minutes", n)
		}
		if len(refused) != 20 {
			t.Fatalf("%d refused, want 20", len(refused))
		}
		if e := failure(t, <-refused, fault.Limit, fault.QueueFull); e.RetryIn() < 2*time.Minute {
			t.Errorf("wait %v", e.Wait)
		}
		// somebody else's first question is not refused for it
		wg.Go(func() { _, _ = r.Client.Ask(ctx, "U2", campaign(t, "one")) })
		synctest.Wait()
		if w, ok := r.Waiting(campaign(t, "one")); !ok || w.Place != 2 {
			t.Errorf("%+v, %v", w, ok)
		}
		cancel()
		wg.Wait()
	})
}
