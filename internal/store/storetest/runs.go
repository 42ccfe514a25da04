package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"ahtbot/internal/store"
)

func claimRun(t trial, s store.Store, run store.RunRow, holder string, d time.Duration) (store.RunRow, bool) {
	t.Helper()
	got, ok, err := s.ClaimRun(t.Context(), run.Digest, run.Slot, holder, d)
	must(t, err)
	return got, ok
}

func keepRun(t trial, s store.Store, run store.RunRow, d time.Duration, name bool) bool {
	t.Helper()
	ok := value(s.KeepRun(t.Context(), run, d, name))(t)
	return ok
}

// slots are the names of runs.
func slots(runs []store.RunRow) []string {
	var names []string
	for _, r := range runs {
		names = append(names, r.Slot)
	}
	return names
}

var runClaims = []claim{
	{"of many who plan and claim one slot at once one has it", four(func(t trial, stores []store.Store) {
		d := value(stores[0].AddDigest(t.Context(), digest(noon), "made"))(t)
		run := store.RunRow{Digest: d.ID, Slot: d.NextSlot, At: noon, State: store.RunPlanned}
		var plans, claims atomic.Int64
		together(16, func(i int) {
			s := stores[i%len(stores)]
			for { // until it is planned and I have asked for it
				n, err := s.PlanSlots(t.Context(), store.SlotPlan{Digest: d.ID, Version: 1, Was: d.NextSlot, Runs: []store.RunRow{run}})
				plans.Add(int64(n))
				if err == nil {
					break
				}
			}
			if _, ok, err := s.ClaimRun(t.Context(), d.ID, run.Slot, fmt.Sprint("holder ", i), minute); ok && err == nil {
				claims.Add(1)
			}
		})
		if plans.Load() != 1 || claims.Load() != 1 {
			t.Errorf("planned %d times, claimed %d times, want once", plans.Load(), claims.Load())
		}
	})},
	{"a lease keeps others out until it ends, and no claim is forgotten", two(func(t trial, s, other store.Store) {
		_, run := planned(t, s)
		open := func() []string {
			runs := value(other.OpenRuns(t.Context(), 9))(t)
			return slots(runs)
		}
		if got := open(); !slices.Equal(got, []string{run.Slot}) {
			t.Errorf("open before the claim: %v", got)
		}
		first, ok := claimRun(t, s, run, "a", minute)
		if !ok || first.Attempt != 1 || first.Holder != "a" || first.State != store.RunPlanned {
			t.Errorf("the first claim: %+v, %v", first, ok)
		}
		if _, ok := claimRun(t, other, run, "b", minute); ok || len(open()) != 0 {
			t.Error("another could claim what is held, or was told it is open")
		}
		first.State, first.Report = store.RunPosting, "[1]"
		if !keepRun(t, s, first, 0, false) { // gives it up
			t.Error("the holder could not keep it")
		}
		second, ok := claimRun(t, other, run, "b", 50*time.Millisecond)
		if !ok || second.Attempt != 2 || second.State != store.RunPosting || second.Report != "[1]" || second.Channel != "" {
			t.Errorf("the second claim: %+v, %v", second, ok)
		}
		if keepRun(t, s, first, minute, false) {
			t.Error("who had lost the lease kept something")
		}
		time.Sleep(60 * time.Millisecond)
		if got := open(); !slices.Equal(got, []string{run.Slot}) {
			t.Errorf("open after the lease: %v", got)
		}
		if again, ok := claimRun(t, other, run, "b", minute); !ok || again.Attempt != 3 {
			t.Errorf("the same holder: %+v, %v", again, ok)
		}
	})},
	{"what has ended stays as it ended", alone(func(t trial, s store.Store) {
		_, run := planned(t, s)
		held, _ := claimRun(t, s, run, "a", minute)
		held.State, held.Channel, held.TS, held.Late, held.Cause, held.Ended = store.RunPosted, "C1", "17.1", 90*time.Second, "x", noon.Add(time.Hour)
		if !keepRun(t, s, held, 0, false) {
			t.Fatal("not kept")
		}
		later := held
		later.State = store.RunUnknown
		if keepRun(t, s, later, 0, false) {
			t.Error("an ended run was changed")
		}
		if _, ok := claimRun(t, s, run, "a", minute); ok {
			t.Error("an ended run was claimed")
		}
		if runs, err := s.LastRuns(t.Context(), run.Digest, 9); err != nil || len(runs) != 1 || runs[0] != held || runs[0].Open() {
			t.Errorf("runs %+v, %v; want %+v", runs, err, held)
		}
	})},
	{"skipped slots are named once", alone(func(t trial, s store.Store) {
		d, run := planned(t, s)
		var missed []store.RunRow
		for i, state := range []string{store.RunSkipped, store.RunSkipped, store.RunUnknown} {
			due := noon.Add(time.Duration(i) * time.Minute)
			missed = append(missed, store.RunRow{Digest: d.ID, Slot: slotAt(due), At: due, Begun: due, State: state, Ended: noon})
		}
		value(s.PlanSlots(t.Context(), store.SlotPlan{Digest: d.ID, Version: 1, Was: slotAt(d.NextAt.Add(time.Hour)), Runs: missed}))(t)
		unnamed := func() []string {
			runs := value(s.MissedRuns(t.Context(), d.ID, run.At, 9))(t)
			return slots(runs)
		}
		if got, want := unnamed(), []string{missed[1].Slot, missed[0].Slot}; !slices.Equal(got, want) {
			t.Errorf("missed %v, want %v", got, want)
		}
		held, _ := claimRun(t, s, run, "a", minute)
		other := held
		if other.Holder, other.State = "b", store.RunPosted; keepRun(t, s, other, 0, true) || len(unnamed()) != 2 {
			t.Error("who does not hold the run named what was missed")
		}
		held.State, held.Ended = store.RunPosted, noon.Add(time.Hour)
		if !keepRun(t, s, held, 0, true) || len(unnamed()) != 0 {
			t.Errorf("still unnamed: %v", unnamed())
		}
		if runs, err := s.LastRuns(t.Context(), d.ID, 3); err != nil || !slices.Equal(slots(runs), []string{run.Slot, missed[2].Slot, missed[1].Slot}) {
			t.Errorf("the last three: %v, %v", slots(runs), err)
		}
	})},
}
