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
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/single"
	"ahtbot/ozonetel/token"
)

// wrong is the refusal of credentials that are right.
var wrong = ozonesim.Raw{Body: []byte(`{"status":"error","message":"userName or apiKey is Invalid"}`)}

// growing are the rests after refusals in a row.
var growing = []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 3 * time.Minute, 3 * time.Minute}

// refuseAll has the simulator refuse the next n questions.
func refuseAll(sim *ozonesim.Server, n int) {
	for range n {
		sim.NextRaw(wrong)
	}
}

func TestOneWrongRefusalIsAskedOnceMore(t *testing.T) {
	for _, mode := range []ozonetel.AuthMode{ozonetel.TokenAuth, ozonetel.BasicAuth} {
		synctest.Test(t, func(t *testing.T) {
			sim := newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.AuthMode(mode) })
			r := newRig(t, sim, func(c *ozonetel.Config) { c.Auth = mode })
			defer r.stop()
			for range 30 {
				refuseAll(sim, 1)
				ask(t.Context(), t, r, agent(t, "42"))
				time.Sleep(time.Minute)
			}
			if s, n := r.Status(), sim.Counts(); n.Tokens > 1 || n.AHT != 60 || s.AuthRefused || s.AuthRest != 0 {
				t.Errorf("mode %v: counts %+v, status %+v", mode, n, s)
			}
		})
	}
}

// Refused for hours, whoever asks: the rests grow, one question goes after each, and no token
// is spent but each hour's own, and one more when the first has become old.
func TestRestsGrowWhileCredentialsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(func(c *ozonesim.Config) { c.Latency = 300 * time.Millisecond }), nil)
		defer r.stop()
		refuseAll(r.sim, 1000)
		begin := time.Now()
		var wg sync.WaitGroup
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()
		for i := range 20 {
			wg.Go(func() {
				for nap(ctx, time.Second) {
					_, err := r.Client.Ask(ctx, fmt.Sprint("U", i), agent(t, fmt.Sprint(200+i)))
					if e, ok := errors.AsType[*fault.Error](err); ok && (e.Reason != fault.BadCredentials || e.RetryIn() <= 0) {
						t.Errorf("error %v, wait %v", e, e.RetryIn())
					}
				}
			})
		}
		sent, at := r.sim.Counts().AHT, []time.Duration{}
		for time.Since(begin) < 10*time.Minute {
			time.Sleep(time.Second)
			if n := r.sim.Counts().AHT; n != sent {
				at = append(at, time.Since(begin).Truncate(time.Second))
				if n-sent > 1 && len(at) > 1 {
					t.Errorf("%d questions at %v", n-sent, at[len(at)-1])
				}
				sent = n
			}
		}
		t.Logf("asked at %v", at)
		if len(at) != 6 { // the first ones, and one after each rest
			t.Fatalf("asked at %v", at)
		}
		for i, want := range growing {
			if gap := at[i+1] - at[i]; (gap - want).Abs() > 3*time.Second {
				t.Errorf("rest %d was %v, want about %v", i+1, gap, want)
			}
		}
		if s := r.Status(); !s.AuthRefused || s.AuthRest <= 0 || s.AuthRest > 3*time.Minute {
			t.Errorf("status %+v", s)
		}
		wg.Wait()
		if n := r.sim.Counts(); n.Tokens > 4 {
			t.Errorf("%d tokens in two hours, want each hour's own, and one", n.Tokens)
		}
	})
}

// Mended in between, it is over with the next rest: one question, for everybody who asks then,
// and the rests begin anew.
func TestWhatIsMendedInARestIsFoundByOneQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(func(c *ozonesim.Config) { c.Latency = time.Second }), nil)
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		refuseAll(r.sim, 3) // a question twice, and the one after the first rest
		_, err := r.Ask(t.Context(), agent(t, "42"))
		if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() != 15*time.Second {
			t.Errorf("wait %v", e.RetryIn())
		}
		time.Sleep(5 * time.Second)
		_, err = r.Ask(t.Context(), agent(t, "201"))
		if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() != 10*time.Second {
			t.Errorf("in the rest: wait %v", e.RetryIn())
		}
		time.Sleep(10 * time.Second)
		_, err = r.Ask(t.Context(), agent(t, "42"))
		if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() != 30*time.Second {
			t.Errorf("the second rest: wait %v", e.RetryIn())
		}
		time.Sleep(30 * time.Second)
		before := r.sim.Counts()
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				_, err := r.Client.Ask(t.Context(), fmt.Sprint("U", i), campaign(t, fmt.Sprint(i)))
				expect(t, err, fault.Refused, fault.BadCampaign)
			})
		}
		time.Sleep(900 * time.Millisecond)
		if n := r.sim.Counts().InFlight; n != 1 {
			t.Errorf("%d questions find out, want one", n)
		}
		wg.Wait()
		if n := r.sim.Counts(); n.AHT != before.AHT+10 || n.Tokens != 1 {
			t.Errorf("counts %+v after %+v", n, before)
		}
		if s := r.Status(); s.AuthRefused || s.AuthRest != 0 {
			t.Errorf("status %+v", s)
		}
		refuseAll(r.sim, 2)
		_, err = r.Ask(t.Context(), agent(t, "42"))
		if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() != 15*time.Second {
			t.Errorf("much later: wait %v", e.RetryIn())
		}
	})
}

// Words that are not about the token, of one that is old: it is renewed once, and helps where
// the upstream meant the token.
func TestAnOldTokenIsRenewedOnceForWordsNotAboutIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		time.Sleep(25 * time.Minute)
		refuseAll(r.sim, 2)
		ask(t.Context(), t, r, agent(t, "42"))
		if n := r.sim.Counts(); n.Tokens != 2 {
			t.Errorf("%d tokens, want a second one", n.Tokens)
		}
		for range 5 { // again and again: no third
			refuseAll(r.sim, 2)
			_, err := r.Ask(t.Context(), agent(t, "42"))
			expect(t, err, fault.Auth, fault.BadCredentials)
			time.Sleep(15 * time.Second)
			ask(t.Context(), t, r, agent(t, "42"))
		}
		if n := r.sim.Counts(); n.Tokens != 2 {
			t.Errorf("%d tokens", n.Tokens)
		}
	})
}

// Processes that share a store rest together: whoever is refused in a rest of another takes
// it over, and after it one of them finds out.
func TestProcessesRestTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Latency = time.Second })
		rigs := twins(t, sim, 3)
		for _, r := range rigs {
			ask(t.Context(), t, r, agent(t, "42"))
		}
		before := sim.Counts()
		refuseAll(sim, 3*2+1)
		for _, r := range rigs { // one second each: the first rests, the others meet its lease
			_, err := r.Ask(t.Context(), agent(t, "201"))
			expect(t, err, fault.Auth, fault.BadCredentials)
		}
		time.Sleep(15 * time.Second)
		var wg sync.WaitGroup
		refused := make([]error, len(rigs))
		for i, r := range rigs {
			wg.Go(func() { refused[i] = second(r.Ask(t.Context(), agent(t, fmt.Sprint(201+i)))) })
		}
		wg.Wait()
		for _, err := range refused {
			if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() <= 0 {
				t.Errorf("wait %v", e.RetryIn())
			}
		}
		if n := sim.Counts(); n.AHT != before.AHT+3*2+1 || n.Tokens != 1 {
			t.Errorf("counts %+v after %+v: want one question after the rest", n, before)
		}
		time.Sleep(46 * time.Second) // the second rest, and a request's time
		for _, r := range rigs {
			ask(t.Context(), t, r, agent(t, "203"))
		}
		for _, r := range rigs {
			if s := r.Status(); s.AuthRefused {
				t.Errorf("status %+v", s)
			}
			r.Close()
		}
		_ = sim.Close()
	})
}

// A token call that is refused is tried again after rests that grow as well, and never is an
// issue of the hour's.
func TestARefusedSignInRestsAsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		r := newRig(t, sim, func(c *ozonetel.Config) { c.APIKey = "wrong" })
		defer r.stop()
		for i, rest := range growing {
			_, err := r.Ask(t.Context(), agent(t, "42"))
			if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() != rest {
				t.Errorf("refusal %d: wait %v, want %v", i+1, e.RetryIn(), rest)
			}
			if n := sim.Counts(); n.Tokens != i+1 || r.Status().TokensThisHour != 0 {
				t.Errorf("%d token calls, %d counted", n.Tokens, r.Status().TokensThisHour)
			}
			time.Sleep(rest)
		}
	})
}

// The same of two processes that share a store: after a rest one of them signs in.
func TestProcessesRestTogetherWhereNoneCanSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		row, leases := new(token.MemoryRow), new(single.MemoryLeases)
		var rigs []*rig
		for range 2 {
			rigs = append(rigs, newRig(t, sim, func(c *ozonetel.Config) { c.APIKey, c.Tokens, c.Leases = "wrong", row, leases }))
		}
		everybody := func(want int, rest time.Duration) {
			t.Helper()
			for _, r := range rigs {
				for _, err := range []error{second(r.Ask(t.Context(), agent(t, "42"))), r.Login(t.Context())} {
					if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() != rest {
						t.Errorf("wait %v, want %v", e.RetryIn(), rest)
					}
				}
			}
			if n := sim.Counts().Tokens; n != want {
				t.Errorf("%d token calls, want %d", n, want)
			}
		}
		everybody(2, 15*time.Second) // the second does not know yet
		time.Sleep(15 * time.Second)
		everybody(3, 30*time.Second)
		time.Sleep(30 * time.Second)
		everybody(4, time.Minute)
		for _, r := range rigs {
			r.Close()
		}
		_ = sim.Close()
	})
}
