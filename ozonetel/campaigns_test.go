package ozonetel_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/wire"
)

func names(list []wire.Campaign) (names []string) {
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names
}

// §3.3: the sample returns every campaign with its position.
func TestCampaignsAreTheAccountsListAndNoReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		list, err := r.Campaigns(t.Context())
		if want := r.sim.Campaigns(); err != nil || !slices.Equal(names(list), want) {
			t.Errorf("listed %v, %v; want %v", names(list), err, want)
		}
		for _, c := range list {
			if want := map[bool]string{true: "READY", false: "RUNNING"}[c.Name == "Winter Trial"]; c.Position != want {
				t.Errorf("%s is %q, want %s", c.Name, c.Position, want)
			}
		}
		if got, want := r.outcomes(), "token:ok campaigns:ok"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
		if s := r.Status(); s.Used60 != 2 || s.Background60 != 1 || !s.LastOK.IsZero() || len(r.kept) != 0 {
			t.Errorf("status %+v, %d readings kept", s, len(r.kept))
		}
	})
}

// §3.3: GET with a JSON body of userName and campaignName; §1A.4: one credential.
func TestCampaignsAreAskedForAsDocumented(t *testing.T) {
	for mode, header := range map[ozonetel.AuthMode]string{ozonetel.TokenAuth: "Authorization", ozonetel.BasicAuth: "Apikey"} {
		synctest.Test(t, func(t *testing.T) {
			up := pipeServer(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "generateToken") {
					_, _ = w.Write([]byte(`{"token":"t-1","message":""}`))
					return
				}
				var body map[string]string
				err := json.NewDecoder(r.Body).Decode(&body)
				name, sent := body["campaignName"]
				if err != nil || r.Method != http.MethodGet || r.URL.Path != "/ca_apis/campaignStatus" || r.URL.RawQuery != "" ||
					len(body) != 2 || body["userName"] != testUser || !sent || name != "" {
					t.Errorf("%s %s %v, %v", r.Method, r.URL, body, err)
				}
				for _, h := range []string{"Authorization", "Apikey"} {
					if (r.Header.Get(h) != "") != (h == header) {
						t.Errorf("mode %d sends %s %q", mode, h, r.Header.Get(h))
					}
				}
				_, _ = w.Write([]byte(`{"status":"success","message":[]}`))
			})
			defer func() { _ = up.Close() }()
			r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
				c.Dial, c.Auth, c.Method = up.dial, mode, http.MethodPost // which is for AHT alone
			})
			defer r.stop()
			if list, err := r.Campaigns(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("%v, %v", list, err)
			}
		})
	}
}

// §1C row 23, §3.3: whether campaignName filters is not known.
func TestAnAccountThatDoesNotListIsAskedOnceADay(t *testing.T) {
	for _, form := range []string{"mandatory", "exact"} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, newSim(nil), nil)
			defer r.stop()
			r.sim.Set(quirk.CampaignFilter.As(form))
			for hour := range 24 {
				_, err := r.Campaigns(t.Context())
				if e := failure(t, err, fault.Refused, fault.NoList); e.RetryIn().Round(time.Hour) != time.Duration(24-hour)*time.Hour {
					t.Errorf("%s, hour %d: wait %v", form, hour, e.Wait)
				}
				time.Sleep(time.Hour)
			}
			if n := r.sim.Counts().Requests; n != 2 {
				t.Errorf("%s: %d requests, want a token and one list", form, n)
			}
			r.sim.Set(quirk.CampaignFilter.As("all"))
			if list, err := r.Campaigns(t.Context()); err != nil || len(list) == 0 {
				t.Errorf("%s: a day later: %v, %v", form, list, err)
			}
		})
	}
}

func TestTheTokenIsRenewedForTheListToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), nil)
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42"))
		r.sim.RevokeTokens()
		if _, err := r.Campaigns(t.Context()); err != nil {
			t.Error(err)
		}
		if c := r.sim.Counts(); c.Tokens != 2 || c.Requests != 5 {
			t.Errorf("counts %+v", c)
		}
	})
}

// careless is an account that answers AHT, and everything else as told, with what it was
// sent echoed.
func careless(code int, body string) *pipes {
	return pipeServer(func(w http.ResponseWriter, r *http.Request) {
		words, _ := echo(r)
		switch {
		case strings.HasSuffix(r.URL.Path, "generateToken"):
			_, _ = w.Write([]byte(`{"token":"t-1","message":""}`))
		case strings.HasSuffix(r.URL.Path, "aht"):
			_, _ = w.Write([]byte(`{"status":"success","message":{"AgentID":"42","AHT":"00:02:37"}}`))
		default:
			w.WriteHeader(code)
			_, _ = w.Write([]byte(strings.ReplaceAll(body, "ECHO", strings.ReplaceAll(words, `"`, ""))))
		}
	})
}

// An endpoint that refuses, whatever it says, is no reason to stop questions.
func TestARefusedListStopsNoQuestion(t *testing.T) {
	for name, c := range map[string]struct {
		code   int
		body   string
		class  fault.Class
		reason fault.Reason
	}{
		"token":       {401, `{"status":"false","message":"Invalid Token","data":null}`, fault.Auth, fault.TokenRefused},
		"mode":        {401, `{"status":"false","message":"Missing userName or apiKey"}`, fault.Auth, fault.WrongMode},
		"credentials": {200, `{"status":"error","message":"userName or apiKey is Invalid"}`, fault.Auth, fault.BadCredentials},
		"forbidden":   {403, `{"status":"error","message":"ECHO"}`, fault.Auth, fault.UnknownRefusal},
		"limit":       {429, `{"status":"error","message":"Max limit exceeded"}`, fault.Limit, fault.LimitExceeded},
		"words":       {200, `{"status":"failure","message":"ECHO"}`, fault.Refused, fault.UnknownRefusal},
		"method":      {405, `Method Not Allowed`, fault.Refused, fault.MethodRefused},
		"no rows":     {200, `{"status":"success","message":"ECHO"}`, fault.Unreadable, fault.NoFigure},
		"html":        {200, html, fault.Unreadable, fault.NotJSON},
		"trouble":     {503, html, fault.Unreachable, fault.ServerError},
		"too much":    {200, strings.Repeat(" ", 2<<20), fault.Unreadable, fault.TooLarge},
	} {
		for _, mode := range []ozonetel.AuthMode{ozonetel.TokenAuth, ozonetel.BasicAuth} {
			if mode == ozonetel.BasicAuth && (name == "token" || name == "mode") {
				continue // means something else there
			}
			t.Run(fmt.Sprint(name, mode), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					up := careless(c.code, c.body)
					defer func() { _ = up.Close() }()
					r := newRig(t, newSim(nil), func(cfg *ozonetel.Config) { cfg.Dial, cfg.Auth = up.dial, mode })
					defer r.stop()
					ask(t.Context(), t, r, agent(t, "42"))
					_, err := r.Campaigns(t.Context())
					e := failure(t, err, c.class, c.reason)
					if text := fmt.Sprintf("%v %+v %s", err, e, r.log); e.Op != "campaigns" || strings.Contains(text, testKey) || strings.Contains(text, testUser) || strings.Contains(text, "t-1") {
						t.Errorf("op %q in %s", e.Op, text)
					}
					ask(t.Context(), t, r, agent(t, "42"))
					if s := r.Status(); s.Held != 0 || s.Rival || s.AuthRefused || s.TokensThisHour > 2 || s.Usable != s.Allowance {
						t.Errorf("afterwards %+v", s)
					}
				})
			})
		}
	}
}

func TestTheListGoesBehindEveryQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.PerMinute, c.Auth, c.Reserve = 1, ozonetel.BasicAuth, -1 })
		r.sim.Set(quirk.WrongMode) // which makes the account a basic one
		defer r.stop()
		ask(t.Context(), t, r, agent(t, "42")) // takes the one slot
		var wg sync.WaitGroup
		var order []string
		var mu sync.Mutex
		wait := func(who string, f func() error) {
			wg.Go(func() {
				err := f()
				mu.Lock()
				defer mu.Unlock()
				if order = append(order, who); err != nil {
					t.Errorf("%s: %v", who, err)
				}
			})
			synctest.Wait()
		}
		wait("list", func() error { _, err := r.Campaigns(t.Context()); return err })
		wait("list", func() error { _, err := r.Campaigns(t.Context()); return err }) // shares it
		wait("poll", func() error {
			_, err := r.AskBackground(t.Context(), campaign(t, "Sales Outbound"), allowance.Polling)
			return err
		})
		wait("person", func() error { _, err := r.Ask(t.Context(), agent(t, "201")); return err })
		if s := r.Status(); s.WaitingBackground != 2 || len(s.Waiting) != 1 {
			t.Errorf("waiting: %+v", s)
		}
		wg.Wait()
		if want := []string{"person", "poll", "list", "list"}; !slices.Equal(order, want) {
			t.Errorf("served %v, want %v", order, want)
		}
		if c := r.sim.Counts(); c.Requests != 4 {
			t.Errorf("%d requests, want 4", c.Requests)
		}
	})
}

func TestAListNobodyWaitsForAnyMoreCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := allowance.NewMemoryLedger(1, 0)
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.PerMinute, c.Ledger = 1, ledger })
		defer r.stop()
		if err := r.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := r.Campaigns(ctx)
			cancel()
			if err == nil {
				t.Error("listed without a slot")
			}
		}
		time.Sleep(2 * time.Minute)
		if used, _, err := ledger.Used(t.Context()); used != 0 || err != nil || r.sim.Counts().Requests != 1 {
			t.Errorf("%d slots used, %v; counts %+v", used, err, r.sim.Counts())
		}
		r.Close()
		if _, err := r.Campaigns(t.Context()); !errors.Is(err, fault.ErrClosed) {
			t.Errorf("a closed client: %v", err)
		}
	})
}
