package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/ozonetel"
)

func TestWithdrawnQuestionCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.PerMinute, c.Fresh = 10, false })
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
			expect(t, second(r.Ask(t.Context(), campaign(t, "c3"))), ozonetel.Refused, ozonetel.BadCampaign)
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
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("the one who stayed waited %v: turns of the withdrawn were lost", took)
		}
		if c := r.sim.Counts(); c.AHT != 1 || c.Tokens != 1 {
			t.Errorf("counts %+v, want one question", c)
		}
	})
}

func second[A, B any](_ A, b B) B { return b }

func TestTurnsInOrderOfArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Fresh = false })
		defer r.stop()
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() { _, _ = r.Ask(t.Context(), campaign(t, fmt.Sprintf("%02d", i))) })
			synctest.Wait()
		}
		for i, w := range r.Status().Waiting {
			if w.Place != i+1 || w.Target.Name() != fmt.Sprintf("%02d", i) {
				t.Errorf("place %d is %v", w.Place, w.Target)
			}
		}
		wg.Wait()
		last := ""
		for line := range lines(r.log.String()) {
			if line["op"] == "aht" {
				if name, _ := line["target"].(string); name <= last {
					t.Errorf("%s came after %s", name, last)
				} else {
					last = name
				}
			}
		}
		if last != "campaign:29" {
			t.Errorf("last was %q", last)
		}
	})
}

func TestQueueTooLongIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Fresh, c.Auth = false, ozonetel.BasicAuth })
		defer r.stop()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		refused := make(chan error, 200)
		for i := range 100 {
			wg.Go(func() {
				if _, err := r.Ask(ctx, campaign(t, fmt.Sprint(i))); !errors.Is(err, context.Canceled) {
					refused <- err
				}
			})
		}
		synctest.Wait()
		if n := len(r.Status().Waiting); n != 84 {
			t.Errorf("%d wait, want the 84 of two minutes", n)
		}
		if len(refused) != 16 {
			t.Errorf("%d refused, want 16", len(refused))
		}
		if e := fault(t, <-refused, ozonetel.Limit, ozonetel.LimitExceeded); e.RetryIn() < 2*time.Minute {
			t.Errorf("wait %v", e.Wait)
		}
		cancel()
		wg.Wait()
	})
}

func TestAllWithdrawnSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Fresh = false })
		defer r.stop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // the first turn is after 1.4 s
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
		start := time.Now()
		ask(t.Context(), t, r, agent(t, "42"))
		if took := time.Since(start); took > 0 {
			t.Errorf("the bucket lost turns to the withdrawn: waited %v", took)
		}
	})
}
