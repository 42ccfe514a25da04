package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/fault"
)

func TestAnswerIsTheUpstreamsFigure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		for _, tg := range []aht.Target{agent(t, "42"), campaign(t, "Sales Outbound")} {
			want, calls, _ := r.sim.AHTOf(tg.Kind(), tg.Name(), time.Now())
			got := ask(t.Context(), t, r, tg)
			if calls == 0 || got.Mean != want || got.Target != tg || !got.At.Equal(time.Now()) {
				t.Errorf("%v: got %v, want mean %v", tg, got, want)
			}
		}
		if got := ask(t.Context(), t, r, agent(t, "7")); !got.NoCalls() {
			t.Errorf("an agent without outbound calls has mean %v", got.Mean)
		}
		if got, want := r.outcomes(), "token:ok aht:ok aht:ok aht:no_calls"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		s := r.Status()
		if s.Used60 != 4 || s.TokensThisHour != 1 || s.AuthRefused || s.LastOK.IsZero() || s.Allowance != 50 {
			t.Errorf("status %+v", s)
		}
		if c := r.sim.Counts(); c.BothCredentials != 0 || c.Requests != 4 {
			t.Errorf("counts %+v", c)
		}
		time.Sleep(time.Minute)
		if n := r.Status().Used60; n != 0 {
			t.Errorf("%d used in an idle minute", n)
		}
	})
}

// §1C, every quirk that an AHT client can meet.
func TestEveryQuirkIsAReadingOrItsClassOfError(t *testing.T) {
	type want struct {
		class  fault.Class // zero: a reading
		reason fault.Reason
	}
	for quirk, w := range map[quirk.Quirk]want{
		quirk.MsgArray: {}, quirk.MsgString: {}, quirk.MsgJSONString: {}, quirk.Flat: {}, quirk.DetailsEnvelope: {},
		quirk.AHTNull: {}, quirk.AHTMissing: {}, quirk.AHTEmpty: {}, quirk.AHTZero: {}, quirk.AHTNoDataError: {},
		quirk.AHTLong: {}, quirk.AvgAll: {}, quirk.StatusCase: {}, quirk.TokenExtraMessage: {}, quirk.BothCredsRefused: {},
		quirk.TextVariants:  {},
		quirk.Limit:         {fault.Limit, fault.LimitExceeded},
		quirk.Limit200:      {fault.Limit, fault.LimitExceeded},
		quirk.Limit429Empty: {fault.Limit, fault.LimitExceeded},
		quirk.LimitHTML:     {fault.Limit, fault.LimitExceeded},
		quirk.WrongMode:     {fault.Auth, fault.WrongMode},
		quirk.BasicNull:     {fault.Auth, fault.WrongMode},
		quirk.RawToken:      {fault.Auth, fault.TokenRefused},
		quirk.TokenRival:    {fault.Auth, fault.TokenRefused},
		quirk.TokenAs200:    {}, quirk.MissingTokenLies: {},
		quirk.PostOnly:                  {fault.Refused, fault.MethodRefused},
		quirk.QueryOnly:                 {fault.Auth, fault.EmptyUser},
		quirk.HTML502:                   {fault.Unreachable, fault.ServerError},
		quirk.Slow:                      {fault.Unreachable, fault.Timeout},
		quirk.Hang:                      {fault.Unreachable, fault.Timeout},
		quirk.Reset:                     {fault.Unreachable, fault.HungUp},
		quirk.Empty200:                  {fault.Unreadable, fault.NotJSON},
		quirk.TruncatedJSON.As("short"): {fault.Unreadable, fault.NotJSON},
		quirk.TruncatedJSON.As("cut"):   {fault.Unreachable, fault.HungUp},
	} {
		forms := quirk.Forms()
		if len(forms) == 0 || w.class != 0 {
			forms = []string{""}
		}
		for _, form := range forms {
			q := quirk
			if form != "" {
				q = quirk.As(form)
			}
			t.Run(string(q), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, newSim(nil), nil)
					defer r.stop()
					r.sim.Set(q)
					if quirk.Forms() == nil { // brings its situation about, too
						r.sim.Clear(q)
						r.sim.Next(q, q)
						if w.reason == fault.WrongMode || w.reason == fault.TokenRefused {
							r.sim.Set(q)
						}
					}
					_, err := r.Ask(t.Context(), agent(t, "42"))
					if w.class == 0 && err != nil {
						t.Errorf("error %v, want a reading", err)
					} else if w.class != 0 {
						expect(t, err, w.class, w.reason)
					}
				})
			})
		}
	}
}

func TestRefusalsUnderEveryCodeAndWord(t *testing.T) {
	errorsAs := []quirk.Quirk{"", quirk.Errors400, quirk.Errors401}
	words := []quirk.Quirk{""}
	for _, form := range quirk.FailWords.Forms() {
		words = append(words, quirk.FailWords.As(form))
	}
	for _, code := range errorsAs {
		for _, word := range words {
			t.Run(fmt.Sprintf("%s,%s", code, word), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, newSim(nil), nil)
					defer r.stop()
					for _, q := range []quirk.Quirk{code, word} {
						if q != "" {
							r.sim.Set(q)
						}
					}
					_, agentErr := r.Ask(t.Context(), agent(t, "nobody"))
					_, campaignErr := r.Ask(t.Context(), campaign(t, "nowhere"))
					switch {
					case word != quirk.FailWords.As("no-message"):
						expect(t, agentErr, fault.Refused, fault.BadAgent)
						expect(t, campaignErr, fault.Refused, fault.BadCampaign)
					case code == quirk.Errors401:
						expect(t, agentErr, fault.Auth, fault.TokenRefused)
					default:
						expect(t, agentErr, fault.Refused, fault.UnknownRefusal)
					}
				})
			})
		}
	}
}

func TestHundredAskersOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(func(c *ozonesim.Config) { c.Latency = time.Second }), nil)
		defer r.stop()
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { ask(t.Context(), t, r, campaign(t, "Sales Outbound")) })
		}
		wg.Wait()
		if c := r.sim.Counts(); c.AHT != 1 || c.Tokens != 1 {
			t.Errorf("counts %+v, want one question and one token", c)
		}
		if len(r.kept) != 1 {
			t.Errorf("%d readings kept, want 1", len(r.kept))
		}
	})
}

func TestQuestionAlreadySentIsFinishedAndKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(func(c *ozonesim.Config) { c.Latency = 3 * time.Second }), nil)
		defer r.stop()
		if err := r.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.Ask(ctx, agent(t, "42")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("impatient asker: %v", err)
		}
		ask(t.Context(), t, r, agent(t, "42")) // joins the one in flight
		if c := r.sim.Counts(); c.AHT != 1 || len(r.kept) != 1 {
			t.Errorf("%d questions, %d kept; want 1 and 1", c.AHT, len(r.kept))
		}
		if took := r.kept[0].At.Sub(r.asked[0]); took != 3*time.Second {
			t.Errorf("kept as asked %v before it was received, want 3s", took)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.PerMinute = 10 })
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		r.sim.Set(quirk.Hang)
		var wg sync.WaitGroup
		for _, name := range []string{"a", "b", "c", "d"} { // one in flight at least, others waiting
			wg.Go(func() {
				if _, err := r.Ask(t.Context(), agent(t, name)); !errors.Is(err, fault.ErrClosed) {
					t.Errorf("open question: %v, want ErrClosed", err)
				}
			})
		}
		time.Sleep(8 * time.Second)
		start := time.Now()
		r.Close()
		wg.Wait()
		if took := time.Since(start); took > time.Second {
			t.Errorf("Close took %v", took)
		}
		if _, err := r.Ask(t.Context(), agent(t, "42")); !errors.Is(err, fault.ErrClosed) {
			t.Errorf("asking a closed client: %v", err)
		}
	})
}

func TestPanicOfACallbackIsOneErrorAndOneLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Keep = func(aht.Reading, time.Time) error { panic("who: asha") } })
		defer r.stop()
		for range 2 {
			_, err := r.Ask(t.Context(), agent(t, "42"))
			if err == nil || strings.Contains(err.Error()+r.log.String(), "asha") || !strings.Contains(r.log.String(), "question panicked") {
				t.Errorf("%v, %s", err, r.log)
			}
		}
	})
}
