package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// addAlert keeps a rule on a campaign.
func addAlert(t trial, s store.Store, campaign string) store.AlertRule {
	t.Helper()
	a, err := s.AddAlert(t.Context(), store.AlertRule{
		Target: target(t, aht.KindCampaign, campaign), Rule: `{"kind": "above"}`, Channel: "C1", By: "U1", Made: noon,
	}, store.Change{At: noon, By: "U1", Did: "made"})
	must(t, err)
	return a
}

// advance takes a rule to a state, and fails t when another was faster.
func advance(t trial, s store.Store, a store.AlertRule, state string, says ...store.AlertSaying) store.AlertRule {
	t.Helper()
	lost := value(s.AdvanceAlerts(t.Context(), noon, []store.AlertStep{{Rule: a.ID, Judged: a.Judged, State: state, Says: says}}, store.Change{}))(t)
	if len(lost) > 0 {
		t.Fatalf("alert %d moved meanwhile", a.ID)
	}
	a.Judged++
	a.State = state
	return a
}

// claimOne claims the outbox as holder and returns what is due, as rule and doc.
func claimOne(t trial, s store.Store, holder string) (rows []store.OutboxRow, docs []string) {
	t.Helper()
	rows = value(s.ClaimOutbox(t.Context(), holder, minute, noon, 100))(t)
	for _, r := range rows {
		docs = append(docs, fmt.Sprintf("%d %s", r.Rule, r.Doc))
	}
	return rows, docs
}

// said fails t unless the next thing to be said, which is then finished, is want.
func said(t trial, s store.Store, want ...string) {
	t.Helper()
	for _, w := range want {
		holder := "said " + w
		rows, docs := claimOne(t, s, holder)
		if len(rows) != 1 || docs[0] != w {
			t.Fatalf("due is %q, want %q", docs, w)
		}
		must(t, s.FinishOutbox(t.Context(), holder, rows[0], noon))
	}
}

var alertClaims = []claim{
	{"a rule is kept, changed in the place of its newest version only, and its changes recorded", two(func(t trial, s, other store.Store) {
		a := addAlert(t, s, "Sales")
		got, ok, err := other.Alert(t.Context(), a.ID)
		must(t, err)
		if !ok || got != a || a.Version != 1 || a.State != "{}" {
			t.Fatalf("kept %+v, %v; want %+v", got, ok, a)
		}
		a.Channel, a.Rule = "C2", `{"kind": "below"}`
		for i, want := range []bool{true, false} {
			ok := value(s.ChangeAlert(t.Context(), a, store.Change{At: noon.Add(time.Second), By: "U2", Did: "edited"}))(t)
			if ok != want {
				t.Errorf("change %d of version 1: %v", i, ok)
			}
		}
		a.Version = 2
		if got, _, err = other.Alert(t.Context(), a.ID); err != nil || got != a {
			t.Errorf("changed to %+v, %v; want %+v", got, err, a)
		}
		changes := value(other.AlertChanges(t.Context(), a.ID, 10))(t)
		want := []store.Change{{At: noon.Add(time.Second), By: "U2", Did: "edited"}, {At: noon, By: "U1", Did: "made"}}
		if !slices.Equal(changes, want) {
			t.Errorf("changes %v, want %v", changes, want)
		}
	})},
	{"a rule that was removed is listed for as long as asked", alone(func(t trial, s store.Store) {
		a, b := addAlert(t, s, "Sales"), addAlert(t, s, "Night")
		a.Removed = noon
		if ok, err := s.ChangeAlert(t.Context(), a, store.Change{At: noon, By: "U1", Did: "removed"}); !ok || err != nil {
			t.Fatal(ok, err)
		}
		for since, want := range map[time.Time][]int64{noon: {b.ID}, noon.Add(-1 * time.Millisecond): {a.ID, b.ID}} {
			all := value(s.Alerts(t.Context(), since))(t)
			versions := value(s.AlertVersions(t.Context(), since))(t)
			var ids, newest []int64
			for _, x := range all {
				ids = append(ids, x.ID)
			}
			for _, v := range versions {
				newest = append(newest, v.ID)
			}
			if !slices.Equal(ids, want) || !slices.Equal(newest, want) {
				t.Errorf("since %v: %v and %v, want %v", since, ids, newest, want)
			}
		}
	})},
	{"many states advance at once, each from the newest only, with what is said of it", two(func(t trial, s, other store.Store) {
		a, b, c := addAlert(t, s, "A"), addAlert(t, s, "B"), addAlert(t, s, "C")
		b = advance(t, other, b, `{"n":1}`)
		steps := []store.AlertStep{
			{Rule: a.ID, Judged: 0, State: `{"phase":"firing","who":"ü\"'\\"}`, Says: []store.AlertSaying{{Episode: 1, Doc: `"a"`}}},
			{Rule: b.ID, Judged: 0, State: `{"n":2}`, Says: []store.AlertSaying{{Episode: 1, Doc: `"b"`}}},
			{Rule: c.ID, Judged: 0, State: `{}`},
			{Rule: c.ID + 100, Judged: 0, State: `{}`},
		}
		lost := value(s.AdvanceAlerts(t.Context(), noon, steps, store.Change{At: noon, By: "U9", Did: "muted"}))(t)
		if want := []int64{b.ID, c.ID + 100}; !slices.Equal(lost, want) {
			t.Fatalf("lost %v, want %v", lost, want)
		}
		got, _, err := other.Alert(t.Context(), a.ID)
		if err != nil || got.Judged != 1 || got.State != steps[0].State {
			t.Errorf("a stands at %d %s, %v", got.Judged, got.State, err)
		}
		if got, _, err = other.Alert(t.Context(), b.ID); err != nil || got != b {
			t.Errorf("b stands as %+v, %v; want %+v", got, err, b)
		}
		for id, want := range map[int64]int{a.ID: 2, b.ID: 1} {
			if changes, err := other.AlertChanges(t.Context(), id, 10); err != nil || len(changes) != want {
				t.Errorf("changes of %d: %v, %v", id, changes, err)
			}
		}
		said(t, other, fmt.Sprintf(`%d "a"`, a.ID))
		if _, docs := claimOne(t, s, "again"); docs != nil {
			t.Errorf("and then %q", docs)
		}
	})},
	{"of eight that advance one state one wins", two(func(t trial, s, other store.Store) {
		stores := []store.Store{s, other}
		a := addAlert(t, stores[0], "Sales")
		won := make([]bool, 8)
		together(len(won), func(i int) {
			lost, err := stores[i%2].AdvanceAlerts(t.Context(), noon, []store.AlertStep{{
				Rule: a.ID, State: fmt.Sprintf(`{"n":%d}`, i), Says: []store.AlertSaying{{Episode: 1, Doc: fmt.Sprint(i)}},
			}}, store.Change{})
			if err != nil {
				t.Error(err)
			}
			won[i] = len(lost) == 0
		})
		winner := slices.Index(won, true)
		if winner < 0 || slices.Contains(won[winner+1:], true) {
			t.Fatalf("won: %v", won)
		}
		said(t, stores[1], fmt.Sprintf("%d %d", a.ID, winner))
	})},
	{"new readings of all campaigns come oldest first, and none of an agent", alone(func(t trial, s store.Store) {
		sales, night := target(t, aht.KindCampaign, "Sales"), target(t, aht.KindCampaign, "Night")
		keep(t, s, sales, 60, noon)
		keep(t, s, night, 61, noon.Add(2*time.Second))
		keep(t, s, sales, 62, noon.Add(time.Second))
		keep(t, s, target(t, aht.KindAgent, "42"), 63, noon.Add(time.Second))
		for most, want := range map[int]string{10: "1m2s 1m1s", 1: "1m2s"} {
			got := value(s.ReadingsSince(t.Context(), noon, most))(t)
			var means []string
			for _, r := range got {
				means = append(means, r.Mean.String())
			}
			if text := strings.Join(means, " "); text != want {
				t.Errorf("%d of them: %s, want %s", most, text, want)
			}
		}
	})},
}
