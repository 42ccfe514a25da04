package storetest

import (
	"fmt"
	"slices"
	"sync"
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
	lost, err := s.AdvanceAlerts(t.Context(), noon, []store.AlertStep{{Rule: a.ID, Judged: a.Judged, State: state, Says: says}}, store.Change{})
	must(t, err)
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
	rows, err := s.ClaimOutbox(t.Context(), holder, minute, noon, 100)
	must(t, err)
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
	{"a rule is kept, changed in the place of its newest version only, and its changes recorded", func(t trial) {
		s, other := t.open(), t.open()
		a := addAlert(t, s, "Sales")
		got, ok, err := other.Alert(t.Context(), a.ID)
		must(t, err)
		if !ok || got != a || a.Version != 1 || a.State != "{}" {
			t.Fatalf("kept %+v, %v; want %+v", got, ok, a)
		}
		a.Channel, a.Rule = "C2", `{"kind": "below"}`
		for i, want := range []bool{true, false} {
			ok, err := s.ChangeAlert(t.Context(), a, store.Change{At: noon.Add(time.Second), By: "U2", Did: "edited"})
			must(t, err)
			if ok != want {
				t.Errorf("change %d of version 1: %v", i, ok)
			}
		}
		a.Version = 2
		if got, _, err = other.Alert(t.Context(), a.ID); err != nil || got != a {
			t.Errorf("changed to %+v, %v; want %+v", got, err, a)
		}
		changes, err := other.AlertChanges(t.Context(), a.ID, 10)
		must(t, err)
		want := []store.Change{{At: noon.Add(time.Second), By: "U2", Did: "edited"}, {At: noon, By: "U1", Did: "made"}}
		if !slices.Equal(changes, want) {
			t.Errorf("changes %v, want %v", changes, want)
		}
	}},
	{"a rule that was removed is listed for as long as asked", func(t trial) {
		s := t.open()
		a, b := addAlert(t, s, "Sales"), addAlert(t, s, "Night")
		a.Removed = noon
		if ok, err := s.ChangeAlert(t.Context(), a, store.Change{At: noon, By: "U1", Did: "removed"}); !ok || err != nil {
			t.Fatal(ok, err)
		}
		for since, want := range map[time.Time][]int64{noon: {b.ID}, noon.Add(-1 * time.Millisecond): {a.ID, b.ID}} {
			all, err := s.Alerts(t.Context(), since)
			must(t, err)
			versions, err := s.AlertVersions(t.Context(), since)
			must(t, err)
			var ids, newest []int64
			for _, x := range all {
				ids = append(ids, x.ID)
			}
			for _, v := range versions {
				newest = append(newest, v.ID)
			}
			slices.Sort(newest)
			if !slices.Equal(ids, want) || !slices.Equal(newest, want) {
				t.Errorf("since %v: %v and %v, want %v", since, ids, newest, want)
			}
		}
	}},
	{"many states advance at once, each from the newest only, with what is said of it", func(t trial) {
		s, other := t.open(), t.open()
		a, b, c := addAlert(t, s, "A"), addAlert(t, s, "B"), addAlert(t, s, "C")
		b = advance(t, other, b, `{"n":1}`)
		steps := []store.AlertStep{
			{Rule: a.ID, Judged: 0, State: `{"phase":"firing","who":"ü\"'\\"}`, Says: []store.AlertSaying{{Episode: 1, Doc: `"a"`}}},
			{Rule: b.ID, Judged: 0, State: `{"n":2}`, Says: []store.AlertSaying{{Episode: 1, Doc: `"b"`}}},
			{Rule: c.ID, Judged: 0, State: `{}`},
			{Rule: c.ID + 100, Judged: 0, State: `{}`},
		}
		lost, err := s.AdvanceAlerts(t.Context(), noon, steps, store.Change{At: noon, By: "U9", Did: "muted"})
		must(t, err)
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
	}},
	{"of eight that advance one state one wins", func(t trial) {
		stores := []store.Store{t.open(), t.open()}
		a := addAlert(t, stores[0], "Sales")
		var wg sync.WaitGroup
		won := make([]bool, 8)
		for i := range won {
			wg.Go(func() {
				lost, err := stores[i%2].AdvanceAlerts(t.Context(), noon, []store.AlertStep{{
					Rule: a.ID, State: fmt.Sprintf(`{"n":%d}`, i), Says: []store.AlertSaying{{Episode: 1, Doc: fmt.Sprint(i)}},
				}}, store.Change{})
				if err != nil {
					t.Error(err)
				}
				won[i] = len(lost) == 0
			})
		}
		wg.Wait()
		winner := slices.Index(won, true)
		if winner < 0 || slices.Contains(won[winner+1:], true) {
			t.Fatalf("won: %v", won)
		}
		said(t, stores[1], fmt.Sprintf("%d %d", a.ID, winner))
	}},
	{"lines of a rule come in order, its message's edit first, and a later edit takes the place of a waiting one", func(t trial) {
		s := t.open()
		a := addAlert(t, s, "Sales")
		a = advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Doc: `"1"`}, store.AlertSaying{Episode: 1, Edit: true, Doc: `"old"`})
		advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Doc: `"2"`}, store.AlertSaying{Episode: 1, Edit: true, Doc: `"new"`})
		id := fmt.Sprint(a.ID)
		said(t, s, id+` "new"`, id+` "1"`, id+` "2"`)
		if _, docs := claimOne(t, s, "again"); docs != nil {
			t.Errorf("and then %q", docs)
		}
	}},
	{"an edit that was taken over while it was made is made again", func(t trial) {
		s := t.open()
		a := advance(t, s, addAlert(t, s, "Sales"), `{}`, store.AlertSaying{Episode: 1, Edit: true, Doc: `"old"`})
		rows, _ := claimOne(t, s, "x")
		a = advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Edit: true, Doc: `"new"`})
		must(t, s.FinishOutbox(t.Context(), "x", rows[0], noon))
		said(t, s, fmt.Sprintf(`%d "new"`, a.ID))
		advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Edit: true, Doc: `"newer"`})
		said(t, s, fmt.Sprintf(`%d "newer"`, a.ID))
	}},
	{"the messages of a rule are one holder's until finished or over, and others' go on", func(t trial) {
		s, other := t.open(), t.open()
		a := advance(t, s, addAlert(t, s, "A"), `{}`, store.AlertSaying{Episode: 1, Doc: `"1"`}, store.AlertSaying{Episode: 1, Doc: `"2"`})
		rows, err := s.ClaimOutbox(t.Context(), "x", 300*time.Millisecond, noon, 100)
		must(t, err)
		if len(rows) != 1 || rows[0].Attempt != 0 || !rows[0].Sent.IsZero() || !rows[0].Made.Equal(noon) {
			t.Fatalf("claimed %+v", rows)
		}
		b := advance(t, s, addAlert(t, s, "B"), `{}`, store.AlertSaying{Episode: 1, Doc: `"1"`})
		if _, docs := claimOne(t, other, "y"); !slices.Equal(docs, []string{fmt.Sprintf(`%d "1"`, b.ID)}) {
			t.Fatalf("beside x: %q", docs)
		}
		time.Sleep(310 * time.Millisecond)
		rows, docs := claimOne(t, other, "z")
		if !slices.Equal(docs, []string{fmt.Sprintf(`%d "1"`, a.ID)}) || rows[0].Attempt != 1 || !rows[0].Sent.Equal(noon) {
			t.Fatalf("after x: %+v", rows)
		}
		must(t, s.FinishOutbox(t.Context(), "x", rows[0], noon)) // it was said; the claim is z's
		if _, docs := claimOne(t, s, "w"); docs != nil {
			t.Fatalf("while z has it: %q", docs)
		}
		must(t, other.FinishOutbox(t.Context(), "z", rows[0], noon))
		said(t, s, fmt.Sprintf(`%d "2"`, a.ID))
	}},
	{"what is put off keeps those behind it back, and forgets that it may stand if told to", func(t trial) {
		s := t.open()
		a := advance(t, s, addAlert(t, s, "A"), `{}`, store.AlertSaying{Episode: 1, Doc: `"1"`}, store.AlertSaying{Episode: 1, Doc: `"2"`})
		rows, _ := claimOne(t, s, "x")
		must(t, s.DelayOutbox(t.Context(), "x", rows[0], 300*time.Millisecond))
		if _, docs := claimOne(t, s, "y"); docs != nil {
			t.Fatalf("while it waits: %q", docs)
		}
		time.Sleep(310 * time.Millisecond)
		rows, _ = claimOne(t, s, "z")
		if len(rows) != 1 || rows[0].Attempt != 1 || !rows[0].Sent.IsZero() {
			t.Fatalf("after it waited: %+v", rows)
		}
		must(t, s.FinishOutbox(t.Context(), "z", rows[0], noon))
		said(t, s, fmt.Sprintf(`%d "2"`, a.ID))
	}},
	{"of eight claims at once each rule goes to one", func(t trial) {
		stores := []store.Store{t.open(), t.open()}
		for i := range 20 {
			advance(t, stores[0], addAlert(t, stores[0], fmt.Sprint(i)), `{}`,
				store.AlertSaying{Episode: 1, Doc: `"1"`}, store.AlertSaying{Episode: 1, Edit: true, Doc: `"card"`})
		}
		var mu sync.Mutex
		given := map[int64]int{}
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				rows, err := stores[i%2].ClaimOutbox(t.Context(), fmt.Sprint(i), minute, noon, 100)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, r := range rows {
					given[r.Rule]++
				}
			})
		}
		wg.Wait()
		for rule, n := range given {
			if n != 1 {
				t.Errorf("rule %d went to %d", rule, n)
			}
		}
		if len(given) != 20 {
			t.Errorf("%d rules given out, want 20", len(given))
		}
	}},
	{"the message of an episode is what was kept of it last", func(t trial) {
		s, other := t.open(), t.open()
		a := addAlert(t, s, "Sales")
		if _, ok, err := s.AlertMessage(t.Context(), a.ID, 1); ok || err != nil {
			t.Fatalf("none yet: %v, %v", ok, err)
		}
		begun := store.AlertMessage{Rule: a.ID, Episode: 1, Generation: 1, Channel: "C1", Sent: noon}
		stands := store.AlertMessage{
			Rule: a.ID, Episode: 1, Generation: 2, Channel: "D1", TS: "1.2", Sent: noon, Edited: noon.Add(time.Second), Shown: "abc", Repeated: true,
		}
		for _, m := range []store.AlertMessage{begun, stands} {
			must(t, s.SetAlertMessage(t.Context(), m))
			if got, ok, err := other.AlertMessage(t.Context(), a.ID, 1); !ok || err != nil || got != m {
				t.Errorf("kept %+v, %v, %v; want %+v", got, ok, err, m)
			}
		}
	}},
	{"a rule is stuck once, until its place takes messages or it is changed", func(t trial) {
		s := t.open()
		a := addAlert(t, s, "Sales")
		stick := func(why string, want bool) {
			t.Helper()
			if fresh, err := s.StickAlert(t.Context(), a.ID, why); err != nil || fresh != want {
				t.Errorf("%q: %v, %v; want %v", why, fresh, err, want)
			}
		}
		stick("is_archived", true)
		stick("is_archived", false)
		stick("", true)
		stick("", false)
		stick("is_archived", true)
		if got, _, err := s.Alert(t.Context(), a.ID); err != nil || got.Stuck != "is_archived" {
			t.Errorf("stuck %q, %v", got.Stuck, err)
		}
		if ok, err := s.ChangeAlert(t.Context(), a, store.Change{At: noon, By: "U1", Did: "edited"}); !ok || err != nil {
			t.Fatal(ok, err)
		}
		stick("is_archived", true)
	}},
	{"trouble is noted once, told, and ended", func(t trial) {
		s, other := t.open(), t.open()
		if _, ok, err := s.Trouble(t.Context()); ok || err != nil {
			t.Fatalf("none yet: %v, %v", ok, err)
		}
		for i := range 2 {
			got, err := s.BeginTrouble(t.Context(), noon.Add(time.Duration(i)*time.Minute))
			must(t, err)
			if !got.Since.Equal(noon) || !got.Told.IsZero() {
				t.Errorf("noted %v", got)
			}
		}
		must(t, other.TellTrouble(t.Context(), noon.Add(time.Hour)))
		if got, ok, err := s.Trouble(t.Context()); !ok || err != nil || !got.Told.Equal(noon.Add(time.Hour)) {
			t.Errorf("told %v, %v, %v", got, ok, err)
		}
		must(t, other.EndTrouble(t.Context()))
		if _, ok, err := s.Trouble(t.Context()); ok || err != nil {
			t.Errorf("ended: %v, %v", ok, err)
		}
	}},
	{"new readings of all campaigns come oldest first, and none of an agent", func(t trial) {
		s := t.open()
		sales, night := target(t, aht.KindCampaign, "Sales"), target(t, aht.KindCampaign, "Night")
		keep(t, s, sales, 60, noon)
		keep(t, s, night, 61, noon.Add(2*time.Second))
		keep(t, s, sales, 62, noon.Add(time.Second))
		keep(t, s, target(t, aht.KindAgent, "42"), 63, noon.Add(time.Second))
		for most, want := range map[int]string{10: "1m2s 1m1s", 1: "1m2s"} {
			got, err := s.ReadingsSince(t.Context(), noon, most)
			must(t, err)
			var text string
			for i, r := range got {
				text += " "[:min(i, 1)] + r.Mean.String()
			}
			if text != want {
				t.Errorf("%d of them: %s, want %s", most, text, want)
			}
		}
	}},
}
