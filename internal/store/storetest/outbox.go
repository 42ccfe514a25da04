package storetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/store"
)

var outboxClaims = []claim{
	{"lines of a rule come in order, its message's edit first, and a later edit takes the place of a waiting one", alone(func(t trial, s store.Store) {
		a := addAlert(t, s, "Sales")
		a = advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Doc: `"1"`}, store.AlertSaying{Episode: 1, Edit: true, Doc: `"old"`})
		advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Doc: `"2"`}, store.AlertSaying{Episode: 1, Edit: true, Doc: `"new"`})
		id := fmt.Sprint(a.ID)
		said(t, s, id+` "new"`, id+` "1"`, id+` "2"`)
		if _, docs := claimOne(t, s, "again"); docs != nil {
			t.Errorf("and then %q", docs)
		}
	})},
	{"an edit that was taken over while it was made is made again", alone(func(t trial, s store.Store) {
		a := advance(t, s, addAlert(t, s, "Sales"), `{}`, store.AlertSaying{Episode: 1, Edit: true, Doc: `"old"`})
		rows, _ := claimOne(t, s, "x")
		a = advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Edit: true, Doc: `"new"`})
		must(t, s.FinishOutbox(t.Context(), "x", rows[0], noon))
		said(t, s, fmt.Sprintf(`%d "new"`, a.ID))
		advance(t, s, a, `{}`, store.AlertSaying{Episode: 1, Edit: true, Doc: `"newer"`})
		said(t, s, fmt.Sprintf(`%d "newer"`, a.ID))
	})},
	{"the messages of a rule are one holder's until finished or over, and others' go on", two(func(t trial, s, other store.Store) {
		a := advance(t, s, addAlert(t, s, "A"), `{}`, store.AlertSaying{Episode: 1, Doc: `"1"`}, store.AlertSaying{Episode: 1, Doc: `"2"`})
		rows := value(s.ClaimOutbox(t.Context(), "x", 300*time.Millisecond, noon, 100))(t)
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
	})},
	{"what is put off keeps those behind it back, and forgets that it may stand if told to", alone(func(t trial, s store.Store) {
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
	})},
	{"of eight claims at once each rule goes to one", two(func(t trial, s, other store.Store) {
		stores := []store.Store{s, other}
		for i := range 20 {
			advance(t, stores[0], addAlert(t, stores[0], fmt.Sprint(i)), `{}`,
				store.AlertSaying{Episode: 1, Doc: `"1"`}, store.AlertSaying{Episode: 1, Edit: true, Doc: `"card"`})
		}
		var mu sync.Mutex
		given := map[int64]int{}
		together(8, func(i int) {
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
		for rule, n := range given {
			if n != 1 {
				t.Errorf("rule %d went to %d", rule, n)
			}
		}
		if len(given) != 20 {
			t.Errorf("%d rules given out, want 20", len(given))
		}
	})},
	{"the message of an episode is what was kept of it last", two(func(t trial, s, other store.Store) {
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
	})},
	{"a rule is stuck once, until its place takes messages or it is changed", alone(func(t trial, s store.Store) {
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
	})},
	{"trouble is noted once, told, and ended", two(func(t trial, s, other store.Store) {
		if _, ok, err := s.Trouble(t.Context()); ok || err != nil {
			t.Fatalf("none yet: %v, %v", ok, err)
		}
		for i := range 2 {
			got := value(s.BeginTrouble(t.Context(), noon.Add(time.Duration(i)*time.Minute)))(t)
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
	})},
}
