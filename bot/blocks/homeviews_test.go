package blocks

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
	"ahtbot/internal/sim/slacksim/blockkit"
)

// homeViews are Home tabs of U1, by the name of their golden file.
func homeViews(t *testing.T) map[string]form.View {
	t.Helper()
	fresh := scene{reading: reading(4*time.Minute+32*time.Second, 8*time.Second), past: reading(4*time.Minute, 2*time.Hour+time.Minute)}
	guest := scene{person: request.Person{Guest: true}}
	one := oneFiring(t, fresh)
	asked := fresh.handler(t, request.Access{})
	if _, err := asked.Answer(t.Context(), request.Question{User: "U1", At: noon, Text: "campaign Sales Outbound"}); err != nil {
		t.Fatal(err)
	}
	away := oneFiring(t, fresh)
	away.Alerts, away.Asked = &alertShelf{err: errors.New("SECRET CAUSE")}, request.Lately{}
	away.Asked.Add("U1", floorCampaign(t, "Sales Outbound"), noon)
	busy := fresh
	busy.health = request.Health{
		Version: "0.2.0", Connections: 2, Since: noon.Add(-30 * time.Hour), Allowance: 50, Usable: 50, Used: 41, Background: 30, Store: "SQLite", LastReading: noon,
		AuthRefused: true, AuthRest: 15 * time.Second,
		Polling: request.Polling{Targets: 600, Asked: 5 * time.Minute, Interval: 18 * time.Minute, Room: 35, Most: 525, TooMany: true},
	}
	admin := busy.handler(t, request.Access{Admins: []string{"U1"}})
	figure, err := fresh.handler(t, request.Access{}).Answer(t.Context(), request.Question{User: "U1", At: noon, Text: "campaign Sales Outbound"})
	if err != nil {
		t.Fatal(err)
	}
	linked := oneFiring(t, fresh)
	agent, err := aht.NewTarget(aht.KindAgent, "42")
	if err != nil {
		t.Fatal(err)
	}
	linked.Links = commandstest.Links{"U1": {User: "U1", Agent: agent, Proof: aht.Vouched}}
	return map[string]form.View{
		"home-linked":      homeOf(t, linked, 0, nil),
		"home-first-visit": homeOf(t, watchingHandler(t, fresh), 0, nil),
		"home-no-store":    homeOf(t, fresh.handler(t, request.Access{}), 0, nil),
		"home-firing":      homeOf(t, one, 0, nil),
		"home-taken":       homeOf(t, takenOn(t, fresh), 0, nil),
		"home-answered":    homeOf(t, one, 0, &figure),
		"home-asked":       homeOf(t, asked, 0, nil),
		"home-many-first":  homeOf(t, manyWatches(t, fresh, 200), 0, nil),
		"home-many-last":   homeOf(t, manyWatches(t, fresh, 200), 99, nil),
		"home-admin":       homeOf(t, admin, 0, nil),
		"home-guest":       homeOf(t, guest.handler(t, request.Access{}), 0, nil),
		"home-outside":     homeOf(t, scene{person: request.Person{Outside: true}}.handler(t, request.Access{}), 0, nil),
		"home-store-away":  homeOf(t, away, 0, nil),
	}
}

// homeOf is a page of U1's Home tab. An error is for the log: the view is there all the same.
func homeOf(t *testing.T, h *commands.Handler, page int, above *reply.Reply) form.View {
	t.Helper()
	v, _ := h.Home(t.Context(), request.Question{User: "U1", At: noon, Ref: "abc234"}, page, above)
	return v
}

// oneFiring is a handler with an alert of U1's that fires, one that is quiet, and a digest.
func oneFiring(t *testing.T, s scene) *commands.Handler {
	t.Helper()
	h := watchingHandler(t, s)
	quiet := firing(t, alert.KindBelow).Standing
	quiet.Watch.ID, quiet.Watch.Target, quiet.State = 8, floorCampaign(t, "Winter Trial"), alert.State{Last: noon, Mean: 5 * time.Minute}
	theirs := quiet
	theirs.Watch.ID, theirs.Watch.By, theirs.Watch.Target = 9, "U2", floorCampaign(t, "Nobody of U1's")
	h.Alerts = &alertShelf{
		all:  []alert.Standing{firing(t, alert.KindAbove).Standing, quiet, theirs},
		plan: request.Polling{Targets: 21, Asked: 5 * time.Minute, Interval: 5 * time.Minute, Room: 35, Most: 525},
	}
	h.Digests = &digestShelf{t: t, d: standingDigest(t)}
	return h
}

// takenOn is a handler with an alert that fires at U1, who did not make it, and that somebody has taken on.
func takenOn(t *testing.T, s scene) *commands.Handler {
	t.Helper()
	h := watchingHandler(t, s)
	told := firing(t, alert.KindAbove).Standing
	told.Watch.By, told.Watch.Channel = "U2", "U1"
	told.State.AckedBy, told.State.AckedAt, told.State.MutedUntil = "U2", noon, noon.Add(time.Hour)
	h.Alerts = &alertShelf{all: []alert.Standing{told}}
	return h
}

// manyWatches is a handler with n alerts of U1's, each of a campaign of its own, and a digest that is paused.
func manyWatches(tb testing.TB, s scene, n int) *commands.Handler {
	tb.Helper()
	h := s.handler(tb, request.Access{})
	rule, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, 5*time.Minute)
	if err != nil {
		tb.Fatal(err)
	}
	shelf := &alertShelf{}
	for i := range n {
		c, err := aht.NewTarget(aht.KindCampaign, fmt.Sprintf("Campaign %03d of the whole floor", i+1))
		if err != nil {
			tb.Fatal(err)
		}
		shelf.all = append(shelf.all, alert.Standing{
			Watch: alert.Watch{ID: int64(i + 1), Target: c, Rule: rule, Channel: "C1", By: "U1", Made: noon.AddDate(0, 0, -1)},
			State: alert.State{Last: noon, Mean: 4 * time.Minute},
		})
	}
	h.Alerts, h.Digests = shelf, &digestShelf{d: standingDigest(tb, func(d *digest.Digest) { d.Paused = true })}
	return h
}

// TestEveryButtonOnHomeIsUnderstood presses each in thought.
func TestEveryButtonOnHomeIsUnderstood(t *testing.T) {
	for name, v := range homeViews(t) {
		h := oneFiring(t, scene{reading: reading(4*time.Minute, 8*time.Second)})
		for _, p := range v.Parts {
			for _, b := range p.Buttons {
				q := request.Question{User: "U1", At: noon, Ref: "abc234", Action: b.Action, Value: b.Value}
				switch b.Action { //nolint:exhaustive // the others are read as commands
				case reply.ActionForm:
					if f := h.OpenForm(q).Form; !strings.HasPrefix(b.Value, f) {
						t.Errorf("%s: %q opens %q", name, b.Value, f)
					}
				case reply.ActionHome:
					if _, err := strconv.Atoi(b.Value); err != nil {
						t.Errorf("%s: page %q", name, b.Value)
					}
				case reply.ActionSend:
				default:
					if r, err := h.Answer(t.Context(), q); err != nil || r.Outcome == "usage" {
						t.Errorf("%s: %s %q: %v, %s", name, b.Action, b.Value, err, r.Text)
					}
				}
			}
		}
	}
}

// TestHomesControlsAreForWhoMayUseThem presses what is on U1's Home tab as other people would: a button that was copied, or a tab that was
// drawn before somebody became a guest.
func TestHomesControlsAreForWhoMayUseThem(t *testing.T) {
	figures := reading(4*time.Minute, 8*time.Second)
	all := homeOf(t, oneFiring(t, scene{reading: figures}), 0, nil)
	for name, c := range map[string]struct {
		person request.Person
		mayAll bool // change what U1 made
		none   bool // not even look
	}{
		"a guest":                       {request.Person{ID: "U3", Guest: true}, false, true},
		"somebody of another workspace": {request.Person{ID: "U4", Outside: true}, false, true},
		"a member":                      {request.Person{ID: "U5"}, false, false},
		"who made it":                   {request.Person{ID: "U1"}, true, false},
		"an admin":                      {request.Person{ID: "U9"}, true, false},
	} {
		for _, b := range buttonsOf(all) {
			h := oneFiring(t, scene{reading: figures, person: c.person}) // as it was before the press
			h.Access.Admins = []string{"U9"}
			changes := strings.Contains(b.Value, "pause") || strings.Contains(b.Value, " edit ")
			refused, said := pressedOnHome(t, h, request.Question{User: c.person.ID, At: noon, Ref: "abc234", Action: b.Action, Value: b.Value})
			if want := c.none || changes && !c.mayAll; refused != want {
				t.Errorf("%s presses %s %q: refused %v, %s", name, b.Action, b.Value, refused, said)
			}
		}
	}
}

// buttonsOf are all buttons of a view but those that lead to another page of it.
func buttonsOf(v form.View) (out []reply.Button) {
	for _, p := range v.Parts {
		for _, b := range p.Buttons {
			if b.Action != reply.ActionHome {
				out = append(out, b)
			}
		}
	}
	return out
}

// pressedOnHome reports whether a press is refused, and what it is told.
func pressedOnHome(t *testing.T, h *commands.Handler, q request.Question) (refused bool, said string) {
	t.Helper()
	switch q.Action { //nolint:exhaustive // the others are answered
	case reply.ActionForm:
		v := h.OpenForm(q)
		if v.Partial {
			v, _ = h.FillForm(t.Context(), q, form.Filled{Form: v.Form, Meta: v.Meta.Encode()})
		}
		return v.Form == "told", fmt.Sprintf("%+v", v)
	case reply.ActionSend:
		q = h.Filled(q, form.Filled{Form: "home", Values: form.Values{form.FieldCampaign: {form.CampaignValue("Sales Outbound")}}})
	}
	r, err := h.Answer(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r.Outcome == "denied", r.Text
}

// TestHomeFitsSlackWhateverIsOnIt draws pages that are as full as can be: all alerts fire, are taken on and muted.
func TestHomeFitsSlackWhateverIsOnIt(t *testing.T) {
	refresh := reply.Button{Action: reply.ActionRefresh, Label: "Refresh", Value: "x"}
	figure := reply.Reply{Title: "4m 32s", Lines: []string{"Answered."}, Note: "Small print.", Buttons: []reply.Button{refresh}, Credits: []reply.Credit{{Role: reply.RoleShared, ID: "U1"}}}
	h := manyWatches(t, scene{reading: reading(4*time.Minute, 8*time.Second), health: request.Health{Version: "0.2.0"}}, 60)
	h.Access.Admins = []string{"U1"}
	shelf := &alertShelf{}
	all, _ := h.Alerts.All(t.Context())
	for i, s := range all {
		s.State = firing(t, alert.KindAbove).State
		s.State.AckedBy, s.State.AckedAt, s.State.MutedUntil = "U2", noon, noon.Add(time.Hour)
		c, err := aht.NewTarget(aht.KindCampaign, fmt.Sprintf("%03d %s", i, strings.Repeat("<b>", 83)))
		if err != nil {
			t.Fatal(err)
		}
		s.Watch.Target = c
		shelf.all = append(shelf.all, s)
	}
	h.Alerts = shelf
	for page := range 7 {
		v := homeOf(t, h, page, &figure)
		if v.Meta.Page != page {
			t.Fatalf("page %d is %d", page, v.Meta.Page)
		}
		n := 0
		for _, p := range v.Parts {
			n += len(part(p))
		}
		body := pretty(t, HomeTab(v))
		if problems := blockkit.ValidateView(body); n > maxBlocks || len(problems) > 0 {
			t.Errorf("page %d: %d blocks, %v", page, n, problems)
		}
	}
}

// BenchmarkHomeOf200Watches reads, words, draws and encodes a page.
func BenchmarkHomeOf200Watches(b *testing.B) {
	h := manyWatches(b, scene{reading: reading(4*time.Minute, 8*time.Second)}, 200)
	q := request.Question{User: "U1", At: noon, Ref: "abc234"}
	for b.Loop() {
		v, err := h.Home(b.Context(), q, 5, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(HomeTab(v)); err != nil {
			b.Fatal(err)
		}
	}
}
