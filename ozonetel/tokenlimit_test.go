package ozonetel_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/token"
)

func TestFreshTokenRefusedStopsWithoutALoop(t *testing.T) {
	for q, want := range map[quirk.Quirk]struct {
		reason fault.Reason
		tokens int // the first, and one renewal where the token itself is refused
	}{
		quirk.WrongMode:  {fault.WrongMode, 1},
		quirk.BasicNull:  {fault.WrongMode, 1},
		quirk.TokenRival: {fault.TokenRefused, 2},
		quirk.RawToken:   {fault.TokenRefused, 2},
	} {
		reason := want.reason
		t.Run(string(q), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newSim(nil), nil)
				defer r.stop()
				r.sim.Set(q)
				var wg sync.WaitGroup
				for i := range 5 { // the rival of the simulator takes a token for each of them
					wg.Go(func() {
						_, err := r.Ask(t.Context(), agent(t, fmt.Sprint(i)))
						expect(t, err, fault.Auth, reason)
					})
				}
				wg.Wait()
				c := r.sim.Counts()
				if c.Tokens != want.tokens {
					t.Errorf("%d tokens, want %d", c.Tokens, want.tokens)
				}
				time.Sleep(10 * time.Second)
				_, err := r.Ask(t.Context(), agent(t, "42"))
				if e := failure(t, err, fault.Auth, reason); e.RetryIn() <= 0 || e.RetryIn() > 5*time.Second {
					t.Errorf("wait %v", e.RetryIn())
				}
				expect(t, r.Login(t.Context()), fault.Auth, reason)
				if now := r.sim.Counts(); now.Requests != c.Requests {
					t.Errorf("%d requests during the pause", now.Requests-c.Requests)
				}
				if s := r.Status(); !s.AuthRefused {
					t.Error("status does not say so")
				}
				end := time.Now().Add(4 * time.Hour)
				for time.Now().Before(end) {
					_, _ = r.Ask(t.Context(), agent(t, "42"))
					if n := r.Status().TokensThisHour; n > 9 {
						t.Fatalf("%d tokens in an hour", n)
					}
					time.Sleep(10 * time.Second)
				}
				if got := r.sim.Counts().Tokens; got > 20 {
					t.Errorf("%d tokens in four hours of refusals", got)
				}
				r.sim.Clear()
				time.Sleep(81 * time.Minute) // the rival took the hour's tokens, one for each request; and the longest pause
				ask(t.Context(), t, r, agent(t, "42"))
				if r.Status().AuthRefused {
					t.Error("still said to be refused after a reading")
				}
				r.sim.Set(q) // trouble much later starts with a short pause again
				_, err = r.Ask(t.Context(), agent(t, "42"))
				if e := failure(t, err, fault.Auth, reason); e.RetryIn() != 15*time.Second {
					t.Errorf("wait %v after a recovery", e.RetryIn())
				}
			})
		})
	}
}

func TestNineTokensAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(token.MemoryRow)
		sim := newSim(nil)
		with := func(c *ozonetel.Config) { c.Tokens = store }
		r := newRig(t, sim, with)
		refuseOne := ozonesim.Raw{Status: 401, Body: []byte(`{"status":"false","message":"Token Expired","data":null}`)}
		ask(t.Context(), t, r, agent(t, "42"))
		for range 8 {
			time.Sleep(time.Minute)
			sim.NextRaw(refuseOne)
			ask(t.Context(), t, r, agent(t, "42"))
		}
		check := func() {
			t.Helper()
			sim.NextRaw(refuseOne)
			_, err := r.Ask(t.Context(), agent(t, "42"))
			if e := failure(t, err, fault.Limit, fault.TokensSpent); e.RetryIn() < 45*time.Minute || e.RetryIn() > time.Hour {
				t.Errorf("wait %v", e.RetryIn())
			}
		}
		check()
		r.Close()
		r = newRig(t, sim, with) // a crash loop does not get more
		check()
		if c := sim.Counts(); c.Tokens != 9 {
			t.Errorf("%d token calls, want 9", c.Tokens)
		}
		time.Sleep(time.Hour)
		ask(t.Context(), t, r, agent(t, "42"))
		r.stop()
	})
}

func TestUpstreamSaysTokensAreSpent(t *testing.T) {
	for _, form := range quirk.TokenExhausted.Forms() {
		t.Run(form, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newSim(nil), nil)
				defer r.stop()
				r.sim.NextToken(quirk.TokenExhausted.As(form))
				for range 3 {
					e := failure(t, r.Login(t.Context()), fault.Limit, fault.TokensSpent)
					if e.RetryIn() <= 0 || e.RetryIn() > 10*time.Minute {
						t.Errorf("wait %v", e.RetryIn())
					}
				}
				if c := r.sim.Counts(); c.Tokens != 1 {
					t.Errorf("%d token calls, want 1", c.Tokens)
				}
				time.Sleep(10 * time.Minute)
				ask(t.Context(), t, r, agent(t, "42"))
			})
		})
	}
}

func TestTroubleWithTokenCalls(t *testing.T) {
	for q, reason := range map[quirk.Quirk]fault.Reason{
		quirk.Hang: fault.Timeout, quirk.Reset: fault.HungUp, quirk.HTML502: fault.ServerError,
		quirk.Empty200: fault.NotJSON, quirk.TruncatedJSON.As("short"): fault.NotJSON,
	} {
		t.Run(string(q), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newSim(nil), nil)
				defer r.stop()
				r.sim.NextToken(q)
				_, err := r.Ask(t.Context(), agent(t, "42"))
				e, ok := errors.AsType[*fault.Error](err)
				if !ok || e.Reason != reason || e.Op != "token" {
					t.Errorf("error %v, want %v", err, reason)
				}
				// The hour's tokens outlast an outage that swallows every answer.
				r.sim.NextToken(times(q, 5)...)
				for range 6 {
					time.Sleep(r.waitOf(err) + time.Second)
					_, err = r.Ask(t.Context(), agent(t, "42"))
				}
				if err != nil {
					t.Errorf("after the outage: %v", err)
				}
			})
		})
	}
}

func times(q quirk.Quirk, n int) []quirk.Quirk {
	var all []quirk.Quirk
	for range n {
		all = append(all, q)
	}
	return all
}

func (r *rig) waitOf(err error) time.Duration {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.RetryIn()
	}
	return 0
}
