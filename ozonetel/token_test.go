package ozonetel_test

import (
	"fmt"
	"net/http"
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

func TestFiftyFirstQuestionsOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(func(c *ozonesim.Config) { c.Latency = time.Second }), nil)
		defer r.stop()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				_, err := r.Ask(t.Context(), campaign(t, fmt.Sprint(i)))
				expect(t, err, fault.Refused, fault.BadCampaign)
			})
		}
		wg.Wait()
		if c := r.sim.Counts(); c.Tokens != 1 || c.AHT != 50 {
			t.Errorf("counts %+v, want one token for 50 questions", c)
		}
	})
}

func TestTokenIsRenewedAheadOfItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		for range 3 * 60 { // three hours, a question a minute
			ask(t.Context(), t, r, agent(t, "42"))
			time.Sleep(time.Minute)
		}
		if c := r.sim.Counts(); c.Tokens != 4 || c.AHT != 180 {
			t.Errorf("counts %+v, want 4 tokens and never a refused question", c)
		}
		if age := r.Status().TokenAge; age <= 0 || age > time.Hour {
			t.Errorf("token age %v", age)
		}
	})
}

func TestOldTokenServesToItsEndWhenRenewalFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		time.Sleep(58 * time.Minute)
		r.sim.NextToken(quirk.HTML502)
		ask(t.Context(), t, r, agent(t, "42"))
		ask(t.Context(), t, r, agent(t, "42"))
		if c := r.sim.Counts(); c.Tokens != 3 {
			t.Errorf("%d token calls, want 3", c.Tokens)
		}
	})
}

func TestTokenSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, row := newSim(nil), new(token.MemoryRow)
		with := func(c *ozonetel.Config) { c.Tokens = row }
		for range 5 {
			r := newRig(t, sim, with)
			ask(t.Context(), t, r, agent(t, "42"))
			if n := r.Status().TokensThisHour; n != 1 {
				t.Errorf("%d issues remembered, want 1", n)
			}
			r.Close()
			time.Sleep(time.Minute)
		}
		if c := sim.Counts(); c.Tokens != 1 || c.AHT != 5 {
			t.Errorf("counts %+v, want one token", c)
		}
		other := newRig(t, sim, func(c *ozonetel.Config) { with(c); c.Username = "somebody_else" })
		if s := other.Status(); s.TokensThisHour != 0 || s.TokenAge != 0 {
			t.Errorf("another account's state was taken: %+v", s)
		}
		other.stop()
	})
}

// A second process (ahtbot get) made a token: it is used instead of making a third.
func TestTokenOfASiblingProcessIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := new(token.MemoryRow)
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Tokens = store })
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		r.sim.RevokeTokens()
		sibling := newRig(t, r.sim, func(c *ozonetel.Config) { c.Tokens = store })
		ask(t.Context(), t, sibling, agent(t, "42")) // renews
		sibling.Close()
		ask(t.Context(), t, r, agent(t, "42"))
		if c := r.sim.Counts(); c.Tokens != 2 {
			t.Errorf("%d tokens, want 2", c.Tokens)
		}
	})
}

func TestRevokedByARivalIsOneRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		for range 3 {
			ask(t.Context(), t, r, agent(t, "42"))
			r.sim.RevokeTokens()
			var wg sync.WaitGroup
			for _, name := range []string{"42", "201", "202", "203"} {
				wg.Go(func() { ask(t.Context(), t, r, agent(t, name)) })
			}
			wg.Wait()
		}
		if c := r.sim.Counts(); c.Tokens != 4 {
			t.Errorf("%d tokens, want the first and 3 renewals", c.Tokens)
		}
		if r.Status().AuthRefused {
			t.Error("still said to be refused")
		}
	})
}

func TestWrongCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		for mode, want := range []int{1, 2} { // a refused token call says it all; a key refused once is tried again
			mode := ozonetel.AuthMode(mode)
			if mode == ozonetel.BasicAuth {
				_ = sim.Close()
				sim = newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth })
			}
			r := newRig(t, sim, func(c *ozonetel.Config) { c.APIKey, c.Auth = "wrong", mode })
			for range 3 {
				_, err := r.Ask(t.Context(), agent(t, "42"))
				if e := failure(t, err, fault.Auth, fault.BadCredentials); e.RetryIn() <= 0 {
					t.Error("no pause")
				}
			}
			if c := sim.Counts(); c.Requests != want || !r.Status().AuthRefused {
				t.Errorf("mode %v: %d requests, want %d", mode, c.Requests, want)
			}
			r.Close()
		}
		_ = sim.Close()
	})
}

func TestBasicModeSendsTheKeyOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth })
		sim.Set(quirk.BothCredsRefused)
		r := newRig(t, sim, func(c *ozonetel.Config) { c.Auth = ozonetel.BasicAuth })
		defer r.stop()
		if err := r.Login(t.Context()); err != nil {
			t.Errorf("Login: %v", err)
		}
		ask(t.Context(), t, r, agent(t, "42"))
		if c := sim.Counts(); c.Tokens != 0 || c.BothCredentials != 0 || c.Requests != 1 {
			t.Errorf("counts %+v", c)
		}
	})
}

func TestKeyOnATokenAccountIsTheWrongMode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Auth = ozonetel.BasicAuth })
		defer r.stop()
		r.sim.Set(quirk.MissingTokenLies.As("Token Should Not be Null or Empty."))
		_, err := r.Ask(t.Context(), agent(t, "42"))
		expect(t, err, fault.Auth, fault.WrongMode)
	})
}

func TestPostAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Method = http.MethodPost })
		defer r.stop()
		r.sim.Set(quirk.PostOnly)
		ask(t.Context(), t, r, agent(t, "42"))
	})
}
