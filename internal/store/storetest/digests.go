package storetest

import (
	"slices"
	"time"

	"ahtbot/internal/store"
)

// digest is one that comes next at a time.
func digest(next time.Time) store.DigestRow {
	return store.DigestRow{Channel: "C1", By: "U1", Made: noon, Doc: `{"what":{}}`, NextSlot: slotAt(next), NextAt: next}
}

// slotAt names the slot at t.
func slotAt(t time.Time) string { return t.Format("2006-01-02T15:04") + " UTC" }

// planned adds a digest with one planned run, an hour after noon.
func planned(t trial, s store.Store) (store.DigestRow, store.RunRow) {
	t.Helper()
	due := noon.Add(time.Hour)
	d := value(s.AddDigest(t.Context(), digest(due), "made"))(t)
	run := store.RunRow{Digest: d.ID, Slot: d.NextSlot, At: due, Begun: due.Add(-2 * time.Minute), State: store.RunPlanned}
	n, err := s.PlanSlots(t.Context(), store.SlotPlan{
		Digest: d.ID, Version: d.Version, Was: d.NextSlot, NextSlot: slotAt(due.Add(time.Hour)), NextAt: due.Add(time.Hour), Runs: []store.RunRow{run},
	})
	must(t, err)
	if n != 1 {
		t.Fatal("the slot was not planned")
	}
	return d, run
}

var digestClaims = []claim{
	{"a digest is kept as it was given, and every opener sees it and who made it", two(func(t trial, s, other store.Store) {
		given := store.DigestRow{
			Channel: "C1", By: "U1", Made: noon, Doc: `{"what":{"watched":true}}`, Paused: true, Until: "2026-12-24", PausedBy: "U2", Why: "deactivated",
			NextSlot: slotAt(noon), NextAt: noon,
		}
		kept := value(s.AddDigest(t.Context(), given, "made"))(t)
		given.ID, given.Version = kept.ID, 1
		second := value(s.AddDigest(t.Context(), digest(time.Time{}), "made"))(t)
		all := value(other.StandingDigests(t.Context()))(t)
		if kept.ID < 1 || second.ID <= kept.ID || kept != given || !slices.Equal(all, []store.DigestRow{given, second}) {
			t.Errorf("kept %+v and %+v, read back %+v", kept, second, all)
		}
		if got, ok, err := other.DigestByID(t.Context(), kept.ID); got != given || !ok || err != nil {
			t.Errorf("by its number: %+v, %v, %v", got, ok, err)
		}
		if _, ok, err := other.DigestByID(t.Context(), second.ID+1); ok || err != nil {
			t.Errorf("one that never was: %v, %v", ok, err)
		}
		changes := value(other.DigestChanges(t.Context(), kept.ID, 9))(t)
		if !slices.Equal(changes, []store.Change{{At: noon, By: "U1", Did: "made"}}) {
			t.Errorf("changes %+v", changes)
		}
	})},
	{"of two changes of one version the first is kept, with its line in the record, and the other leaves none", two(func(t trial, s, other store.Store) {
		d := value(s.AddDigest(t.Context(), digest(noon), "made"))(t)
		first, second := d, d
		first.Channel, first.Removed, second.Doc = "C2", noon.Add(time.Minute), `{}`
		got, ok, err := other.ChangeDigest(t.Context(), first, noon.Add(time.Minute), "U2", "removed")
		must(t, err)
		if first.Version = 2; !ok || got != first {
			t.Errorf("the first change: %+v, %v; want %+v", got, ok, first)
		}
		if _, ok, err := s.ChangeDigest(t.Context(), second, noon.Add(time.Minute), "U3", "edited"); ok || err != nil {
			t.Errorf("the second change: %v, %v; want none", ok, err)
		}
		if kept, _, err := s.DigestByID(t.Context(), d.ID); kept != first || err != nil {
			t.Errorf("it stands as %+v, %v", kept, err)
		}
		if all, err := s.StandingDigests(t.Context()); len(all) != 0 || err != nil {
			t.Errorf("a removed one stands: %+v, %v", all, err)
		}
		changes := value(s.DigestChanges(t.Context(), d.ID, 1))(t)
		if !slices.Equal(changes, []store.Change{{At: noon.Add(time.Minute), By: "U2", Did: "removed"}}) {
			t.Errorf("the last change: %+v", changes)
		}
	})},
	{"due are those that stand and whose slot has come, the soonest first", alone(func(t trial, s store.Store) {
		var ids []int64
		for _, next := range []time.Time{noon.Add(time.Minute), noon, noon.Add(time.Millisecond), {}, noon} {
			d := value(s.AddDigest(t.Context(), digest(next), "made"))(t)
			ids = append(ids, d.ID)
			if len(ids) == 5 {
				d.Removed = noon
				_, _, err := s.ChangeDigest(t.Context(), d, noon, "U1", "removed")
				must(t, err)
			}
		}
		due := func(before time.Time, most int) (got []int64) {
			found := value(s.DueDigests(t.Context(), before, most))(t)
			for _, d := range found {
				got = append(got, d.ID)
			}
			return got
		}
		if got := due(noon.Add(time.Second), 9); !slices.Equal(got, []int64{ids[1], ids[2]}) {
			t.Errorf("due at noon: %v of %v", got, ids)
		}
		if got := due(noon.Add(time.Hour), 2); !slices.Equal(got, []int64{ids[1], ids[2]}) {
			t.Errorf("the two soonest: %v of %v", got, ids)
		}
	})},
	{"a slot is planned once, by who saw the digest as it is", alone(func(t trial, s store.Store) {
		d, run := planned(t, s)
		again := store.SlotPlan{Digest: d.ID, Version: d.Version, Was: d.NextSlot, NextSlot: "x", NextAt: noon, Runs: []store.RunRow{{Digest: d.ID, Slot: "x", At: noon, State: store.RunPlanned}}}
		changed := again
		changed.Was, changed.Version = slotAt(d.NextAt.Add(time.Hour)), 7
		for _, p := range []store.SlotPlan{again, changed} {
			if n, err := s.PlanSlots(t.Context(), p); n != 0 || err != nil {
				t.Errorf("planned %+v: %d, %v", p, n, err)
			}
		}
		if runs, err := s.LastRuns(t.Context(), d.ID, 9); err != nil || len(runs) != 1 || runs[0] != run {
			t.Errorf("runs %+v, %v; want %+v", runs, err, run)
		}
		now, _, err := s.DigestByID(t.Context(), d.ID)
		must(t, err)
		if now.Version != d.Version || !now.NextAt.Equal(d.NextAt.Add(time.Hour)) {
			t.Errorf("planning left %+v", now)
		}
	})},
	{"of several plans those that come too late leave the others be", alone(func(t trial, s store.Store) {
		var plans []store.SlotPlan
		for i := range 3 {
			d := value(s.AddDigest(t.Context(), digest(noon), "made"))(t)
			plans = append(plans, store.SlotPlan{
				Digest: d.ID, Version: int64(1 + i%2), Was: d.NextSlot, Runs: []store.RunRow{{Digest: d.ID, Slot: d.NextSlot, At: noon, State: store.RunPlanned}},
			})
		}
		n := value(s.PlanSlots(t.Context(), plans...))(t)
		open := value(s.OpenRuns(t.Context(), 9))(t)
		due := value(s.DueDigests(t.Context(), noon, 9))(t)
		if n != 2 || len(open) != 2 || len(due) != 1 || due[0].ID != plans[1].Digest {
			t.Errorf("planned %d, open %+v, still due %+v", n, open, due)
		}
	})},
	{"planning a slot that has a run leaves the run as it is", alone(func(t trial, s store.Store) {
		d, run := planned(t, s)
		held, _ := claimRun(t, s, run, "a", minute)
		held.State, held.Ended = store.RunPosted, noon
		keepRun(t, s, held, 0, false)
		d.NextSlot, d.NextAt = run.Slot, run.At // an edit that began before
		d, _, err := s.ChangeDigest(t.Context(), d, noon, "U1", "edited")
		must(t, err)
		n := value(s.PlanSlots(t.Context(), store.SlotPlan{Digest: d.ID, Version: d.Version, Was: run.Slot, Runs: []store.RunRow{run}}))(t)
		runs := value(s.LastRuns(t.Context(), d.ID, 9))(t)
		if n != 1 || len(runs) != 1 || runs[0].State != store.RunPosted {
			t.Errorf("planned %d, runs %+v", n, runs)
		}
		if open, err := s.OpenRuns(t.Context(), 9); len(open) != 0 || err != nil {
			t.Errorf("open: %+v, %v", open, err)
		}
	})},
	{"removed digests go after ten minutes, old runs after ninety days, and no number is given again", alone(func(t trial, s store.Store) {
		now := time.Now()
		var last int64
		for _, back := range []time.Duration{9 * time.Minute, 11 * time.Minute} {
			d := value(s.AddDigest(t.Context(), digest(time.Time{}), "made"))(t)
			runs := []store.RunRow{}
			for _, age := range []time.Duration{80 * 24 * time.Hour, 91 * 24 * time.Hour} {
				runs = append(runs, store.RunRow{Digest: d.ID, Slot: slotAt(now.Add(-age)), At: now.Add(-age), State: store.RunSkipped, Ended: now})
			}
			value(s.PlanSlots(t.Context(), store.SlotPlan{Digest: d.ID, Version: 1, Was: d.NextSlot, Runs: runs}))(t)
			d.Removed, last = now.Add(-back), d.ID
			_, _, err := s.ChangeDigest(t.Context(), d, now, "U1", "removed")
			must(t, err)
		}
		for range 15 { // by then every table has had its turn
			_, _, err := s.Heartbeat(t.Context(), "a")
			must(t, err)
		}
		for id, want := range map[int64]bool{last - 1: true, last: false} {
			if _, ok, err := s.DigestByID(t.Context(), id); ok != want || err != nil {
				t.Errorf("digest %d is there: %v, %v; want %v", id, ok, err, want)
			}
			if runs, err := s.LastRuns(t.Context(), id, 9); len(runs) != 1 || err != nil {
				t.Errorf("runs of digest %d: %+v, %v; want the young one", id, runs, err)
			}
		}
		if d, err := s.AddDigest(t.Context(), digest(noon), "made"); err != nil || d.ID <= last {
			t.Errorf("the next number is %d, %v, after %d", d.ID, err, last)
		}
	})},
}
