package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
)

func TestLimitRefusalHoldsEverythingForAMinute(t *testing.T) {
	for _, q := range []quirk.Quirk{quirk.Limit, quirk.Limit200, quirk.Limit429Empty, quirk.LimitHTML} {
		t.Run(string(q), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ledger := allowance.NewMemoryLedger(3, 0)
				r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.PerMinute, c.Ledger = 3, ledger })
				defer r.stop()
				ask(t.Context(), t, r, agent(t, "42")) // and a token: one slot is left
				time.Sleep(10 * time.Second)
				r.sim.Next(q)
				var wg sync.WaitGroup
				for i := range 4 { // the first meets the refusal, the others are waiting
					wg.Go(func() {
						_, err := r.Ask(t.Context(), campaign(t, fmt.Sprint(i)))
						if e := failure(t, err, fault.Limit, fault.LimitExceeded); e.RetryIn() != time.Minute {
							t.Errorf("wait %v, want a minute", e.RetryIn())
						}
					})
				}
				wg.Wait()
				sent := r.sim.Counts().Requests
				time.Sleep(20 * time.Second)
				_, err := r.Ask(t.Context(), agent(t, "42"))
				if e := failure(t, err, fault.Limit, fault.LimitExceeded); e.Wait != 40*time.Second {
					t.Errorf("wait %v, want the 40 s left", e.Wait)
				}
				if s := r.Status(); s.Held != 40*time.Second || s.Refused60 != 1 || len(s.Waiting) != 0 || s.Usable != 2 || s.Why != allowance.WhyRefused {
					t.Errorf("status %+v", s)
				}
				if used, _, err := ledger.Used(t.Context()); err != nil || used != 3 {
					t.Errorf("%d slots held for other processes, %v; want all 3", used, err)
				}
				time.Sleep(40*time.Second - 1)
				if got := r.sim.Counts().Requests; got != sent {
					t.Errorf("%d sent during the hold", got-sent)
				}
				time.Sleep(200 * time.Millisecond)
				ask(t.Context(), t, r, agent(t, "42"))
			})
		})
	}
}

// Something else uses forty of the fifty for an hour: we learn to live with the rest, and
// take everything again when it has gone.
func TestUsableFollowsWhatTheUpstreamLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(func(s *ozonesim.Config) { s.Latency = 300 * time.Millisecond }), nil)
		r.sim.Set(quirk.LimitShared.As("30"))
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() { poll(ctx, r, i) })
		}
		lowest := 50
		hour := func() (refused int) {
			before := r.sim.Counts()
			for range 60 {
				time.Sleep(time.Minute)
				lowest = min(lowest, r.Status().Usable)
			}
			after := r.sim.Counts()
			t.Logf("%d requests, %d refused, usable now %d, lowest %d", after.Requests-before.Requests, after.Refused-before.Refused, r.Status().Usable, lowest)
			return after.Refused - before.Refused
		}
		if n := hour(); n > 100 {
			t.Errorf("%d refused in an hour", n)
		}
		if s := r.Status(); s.Why != allowance.WhyRefused || s.Usable > 35 {
			t.Errorf("usable %d, why %q", s.Usable, s.Why)
		}
		r.sim.Clear()
		hour()
		hour()
		if s := r.Status(); s.Usable != 50 || s.Why != "" {
			t.Errorf("usable %d, why %q; want all of it back", s.Usable, s.Why)
		}
		r.sim.Set(quirk.Limit)
		hour()
		if lowest != 13 {
			t.Errorf("usable fell to %d, want a quarter of the allowance", lowest)
		}
		cancel()
		wg.Wait()
		r.stop()
	})
}

// poll asks in the background until ctx ends.
func poll(ctx context.Context, r *rig, i int) {
	tg := mustCampaign(fmt.Sprint("poll", i))
	for ctx.Err() == nil {
		_, err := r.AskBackground(ctx, tg, allowance.Polling)
		if e, ok := errors.AsType[*fault.Error](err); ok && e.Reason != fault.BadCampaign {
			nap(ctx, max(time.Second, e.Wait))
		}
	}
}

// A request not written in time is not sent.
func TestRequestNotWrittenInTimeIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		var far net.Conn
		r := newRig(t, sim, func(c *ozonetel.Config) {
			c.Auth = ozonetel.BasicAuth
			c.Dial = func(context.Context, string, string) (near net.Conn, err error) {
				near, far = net.Pipe() // nobody reads at the far end
				return near, nil
			}
		})
		start := time.Now()
		_, err := r.Ask(t.Context(), agent(t, "42"))
		expect(t, err, fault.Unreachable, fault.Timeout)
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("given up after %v, want 4s", took)
		}
		if n, err := far.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("%d bytes arrived after all, %v", n, err)
		}
		r.stop()
	})
}

func TestNoConnectionCostsNoSlotAndNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := allowance.NewMemoryLedger(50, 0)
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
			c.Ledger = ledger
			c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
		})
		defer r.stop()
		for range 20 {
			start := time.Now()
			_, err := r.Ask(t.Context(), agent(t, "42"))
			expect(t, err, fault.Unreachable, fault.ConnectFailed)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		}
		synctest.Wait()
		if used, _, err := ledger.Used(t.Context()); err != nil || used != 0 {
			t.Errorf("%d slots used, %v", used, err)
		}
		if n := r.Status().TokensThisHour; n != 0 {
			t.Errorf("%d tokens counted that were never asked for", n)
		}
	})
}
