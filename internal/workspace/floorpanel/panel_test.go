package floorpanel

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/internal/sim/slacksim"
)

// desk is somebody at the panel of a floor.
type desk struct {
	*testing.T
	account *ozonesim.Server
	mux     *http.ServeMux
}

func atDesk(t *testing.T, f func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		account, workspace := ozonesim.New(ozonesim.Config{}), slacksim.New(slacksim.Config{})
		defer func() { _, _ = account.Close(), workspace.Close() }()
		d := &desk{T: t, account: account, mux: http.NewServeMux()}
		New(account, workspace).Mount(d.mux)
		f(d)
	})
}

// post sends a change, and returns the code and what came.
func (d *desk) post(body string) (int, string) {
	rw := httptest.NewRecorder()
	d.mux.ServeHTTP(rw, httptest.NewRequestWithContext(d.Context(), http.MethodPost, "/floor", strings.NewReader(body)))
	return rw.Code, rw.Body.String()
}

// do makes a change, and returns how things stand then.
func (d *desk) do(body string) standing {
	d.Helper()
	code, text := d.post(body)
	var s standing
	if err := json.Unmarshal([]byte(text), &s); err != nil || code != http.StatusOK {
		d.Fatalf("%s: %d %s %v", body, code, text, err)
	}
	return s
}

// look returns how things stand.
func (d *desk) look() standing {
	d.Helper()
	rw := httptest.NewRecorder()
	d.mux.ServeHTTP(rw, httptest.NewRequestWithContext(d.Context(), http.MethodGet, "/floor", nil))
	var s standing
	if err := json.Unmarshal(rw.Body.Bytes(), &s); err != nil || rw.Code != http.StatusOK {
		d.Fatalf("%d %s %v", rw.Code, rw.Body, err)
	}
	return s
}

func named(all []figure, id string) figure {
	return all[slices.IndexFunc(all, func(f figure) bool { return f.ID == id })]
}

func TestThePanelShowsTheFloorAsItIs(t *testing.T) {
	atDesk(t, func(d *desk) {
		s := d.look()
		if len(s.Campaigns) != len(d.account.Campaigns()) || len(s.Agents) != len(d.account.Agents()) {
			t.Fatalf("%d campaigns, %d agents", len(s.Campaigns), len(s.Agents))
		}
		mean, calls, _ := d.account.AHTOf(aht.KindCampaign, "Collections North", time.Now())
		if got := named(s.Campaigns, "Collections North"); got.AHT != int(mean.Seconds()) || got.Calls != calls || got.Factor != 1 || got.Idle {
			t.Errorf("%+v, want %v over %d at the usual pace", got, mean, calls)
		}
		if got := named(s.Agents, "42"); got.Name != "Asha Testwala" || got.AHT == 0 || got.Factor != 0 {
			t.Errorf("%+v", got)
		}
		if s.Speed != 1 || s.Clock != "Sat 05:30:00" || s.Limit != 50 || s.Tokens != 0 || s.MostTokens != 10 || len(s.Requests) != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestACampaignIsSlowedDownAtSixtyTimesTheSpeed(t *testing.T) {
	atDesk(t, func(d *desk) {
		before := named(d.look().Campaigns, "Collections North").AHT
		if s := d.do(`{"do":"speed","speed":60}`); s.Speed != 60 {
			t.Errorf("speed %d", s.Speed)
		}
		if got := named(d.do(`{"do":"pace","campaign":"Collections North","factor":4}`).Campaigns, "Collections North"); got.Factor != 4 || got.AHT != before {
			t.Errorf("%+v at once, want %d still", got, before)
		}
		time.Sleep(2 * time.Minute)
		s := d.look()
		if got := named(s.Campaigns, "Collections North"); got.AHT < 2*before {
			t.Errorf("%d s two minutes later, from %d", got.AHT, before)
		}
		if s.Clock != "Sat 07:30:00" {
			t.Errorf("the floor's clock shows %s", s.Clock)
		}
		if got := named(d.do(`{"do":"pace","campaign":"Collections North","idle":true}`).Campaigns, "Collections North"); !got.Idle || got.Factor != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// Every trouble that stays does so until it is switched off, and one that happens once has happened.
func TestTroubles(t *testing.T) {
	atDesk(t, func(d *desk) {
		for _, one := range d.look().Troubles {
			s := d.do(`{"do":"trouble","trouble":"` + one.ID + `","on":true}`)
			if i := slices.IndexFunc(s.Troubles, func(o shown) bool { return o.ID == one.ID }); s.Troubles[i].On == one.Once {
				t.Errorf("%+v after it was switched on", s.Troubles[i])
			}
		}
		if got := d.look(); got.Tokens != 1 || got.Limit != 10 {
			t.Errorf("%d tokens, a limit of %d", got.Tokens, got.Limit)
		}
		want := []quirk.Quirk{quirk.HTML502, quirk.LimitShared.As("40"), quirk.Reset, quirk.Slow}
		if got := d.account.Traffic().Quirks; !slices.Equal(got, want) {
			t.Errorf("in force: %q", got)
		}
		for _, one := range d.look().Troubles {
			if !one.Once {
				d.do(`{"do":"trouble","trouble":"` + one.ID + `","on":false}`)
			}
		}
		if got := d.look(); got.Limit != 50 || slices.ContainsFunc(got.Troubles, func(o shown) bool { return o.On }) {
			t.Errorf("%+v", got.Troubles)
		}
	})
}

func TestRequestsOfTheLastMinute(t *testing.T) {
	atDesk(t, func(d *desk) {
		for range 2 {
			d.account.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/ca_apis/aht", strings.NewReader("{}")))
			time.Sleep(40 * time.Second)
		}
		if got, want := d.look().Requests, []request{{Ago: 40_000, Kind: "AHT"}}; !slices.Equal(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

func TestWhatThePanelCannotDoItSays(t *testing.T) {
	atDesk(t, func(d *desk) {
		before, _ := json.Marshal(d.look())
		for body, want := range map[string]string{
			``:                                   "can't be read",
			`{"do":"paint"}`:                     "can't be done here",
			`{"do":"speed","speed":0}`:           "Choose 1, 10 or 60",
			`{"do":"pace","campaign":"Nowhere"}`: "Choose one on the panel",
			`{"do":"pace","campaign":"Collections North","factor":99}`:      "0.25 to 5 times",
			`{"do":"trouble","trouble":"flood"}`:                            "no such trouble",
			`{"do":"pace","campaign":"` + strings.Repeat("x", 1<<16) + `"}`: "can't be read",
		} {
			if code, text := d.post(body); code/100 != 4 || !strings.Contains(text, want) {
				t.Errorf("%.60s: %d %s, want %q", body, code, text, want)
			}
		}
		if after, _ := json.Marshal(d.look()); string(after) != string(before) {
			t.Errorf("%s\nwas %s", after, before)
		}
	})
}
