package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// What a filled database holds: so many targets, each read once a minute up to End.
const (
	BenchTargets  = 20
	BenchReadings = 1_000_000
)

// End is when the last reading of a filled database was received.
var End = noon

// Bench measures what a store costs. open opens an empty one; filled one with
// [BenchReadings] readings, which only the last benchmarks ask for.
func Bench(b *testing.B, open, filled func(testing.TB) store.Store) {
	b.Helper()
	b.Run("TakeSettle", func(b *testing.B) { benchLedger(b, open(b)) })
	b.Run("TakeNone", func(b *testing.B) { benchNone(b, open(b)) })
	b.Run("KeepReading", func(b *testing.B) { benchKeep(b, open(b)) })
	b.Run("Claim", func(b *testing.B) { benchClaim(b, open(b)) })
	b.Run("Heartbeat", func(b *testing.B) {
		s := open(b)
		for b.Loop() {
			if _, _, err := s.Heartbeat(b.Context(), "a"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("PlanSlots", func(b *testing.B) { benchPlan(b, open(b)) })
	b.Run("Plan5000Digests", func(b *testing.B) { benchPlanAll(b, open(b)) })
	standing := open(b)
	addDigests(b, standing)
	b.Run("DueAllOf5000", func(b *testing.B) { benchDue(b, standing, noon.Add(time.Hour), benchDigests) })
	b.Run("DueNoneOf5000", func(b *testing.B) { benchDue(b, standing, noon.Add(-time.Hour), 0) })
	b.Run("OpenRunsNone", func(b *testing.B) {
		for b.Loop() {
			if runs, err := standing.OpenRuns(b.Context(), 10_000); err != nil || len(runs) != 0 {
				b.Fatal(len(runs), err)
			}
		}
	})
	b.Run("Advance2000", func(b *testing.B) { benchAdvance(b, open(b)) })
	b.Run("Versions2000", func(b *testing.B) { benchVersions(b, open(b)) })
	full := filled(b)
	b.Run("DayOfAMillion", func(b *testing.B) { benchDay(b, full) })
	b.Run("RecentOfAMillion", func(b *testing.B) { benchRecent(b, full) })
	b.Run("PruneNoneOfAMillion", func(b *testing.B) { benchPrune(b, full) })
}

func benchLedger(b *testing.B, s store.Store) {
	b.Helper()
	if err := s.Resize(b.Context(), 50, true); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		slot, wait, err := s.Take(b.Context(), "a", false, 5, time.Minute)
		if err != nil || slot < 0 {
			b.Fatal(slot, wait, err)
		}
		if err := s.Settle(b.Context(), slot, "a", 0); err != nil {
			b.Fatal(err)
		}
	}
}

// benchNone is what a waiting asker costs each time it asks.
func benchNone(b *testing.B, s store.Store) {
	b.Helper()
	if err := s.Resize(b.Context(), 50, false); err != nil {
		b.Fatal(err)
	}
	if err := s.HoldAll(b.Context(), 10*time.Minute); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if slot, _, err := s.Take(b.Context(), "a", false, 5, time.Minute); err != nil || slot >= 0 {
			b.Fatal(slot, err)
		}
	}
}

// benchAlerts is how many rules a busy account has.
const benchAlerts = 2000

func addAlerts(b *testing.B, s store.Store) (rules []store.AlertRule) {
	b.Helper()
	for i := range benchAlerts {
		a, err := s.AddAlert(b.Context(), store.AlertRule{Target: BenchTarget(b, i%500), Rule: "{}", Channel: "C1", By: "U1", Made: noon}, store.Change{})
		if err != nil {
			b.Fatal(err)
		}
		rules = append(rules, a)
	}
	return rules
}

// benchAdvance takes 2,000 rules to their next state, as long as one that is pending.
func benchAdvance(b *testing.B, s store.Store) {
	b.Helper()
	const state = `{"phase":"pending","last":"2026-11-25T13:35:00.123Z","mean":272000000000,"usual":{"low":180000000000,"high":300000000000,"median":240000000000,"spread":26000000000,"readings":20},"since":"2026-11-25T13:25:00.123Z","count":3,"moves":{"at":"2026-11-25T13:35:00.123Z","mean":272000000000,"seen":65535,"changed":65535,"jumped":32767}}`
	rules := addAlerts(b, s)
	steps := make([]store.AlertStep, len(rules))
	judged := int64(0)
	for b.Loop() {
		for i, r := range rules {
			steps[i] = store.AlertStep{Rule: r.ID, Judged: judged, State: state}
		}
		if lost, err := s.AdvanceAlerts(b.Context(), noon, steps, store.Change{}); err != nil || len(lost) > 0 {
			b.Fatal(len(lost), err)
		}
		judged++
	}
}

func benchVersions(b *testing.B, s store.Store) {
	b.Helper()
	addAlerts(b, s)
	for b.Loop() {
		if v, err := s.AlertVersions(b.Context(), noon); err != nil || len(v) != benchAlerts {
			b.Fatal(len(v), err)
		}
	}
}

// BenchTarget is the i-th target of the benchmarks; its name is as long as real ones are.
func BenchTarget(tb testing.TB, i int) aht.Target {
	tb.Helper()
	t, err := aht.NewTarget(aht.KindCampaign, fmt.Sprintf("Sales_Outbound_%02d", i))
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func benchKeep(b *testing.B, s store.Store) {
	b.Helper()
	who, at := BenchTarget(b, 0), noon
	for b.Loop() {
		at = at.Add(time.Minute)
		if err := s.KeepReading(b.Context(), who, 272*time.Second, at.Add(-300*time.Millisecond), at); err != nil {
			b.Fatal(err)
		}
	}
}

func benchClaim(b *testing.B, s store.Store) {
	b.Helper()
	for b.Loop() {
		if got, _, err := s.Claim(b.Context(), "campaign:Sales", "a", time.Minute); err != nil || !got {
			b.Fatal(got, err)
		}
		if err := s.Unclaim(b.Context(), "campaign:Sales", "a"); err != nil {
			b.Fatal(err)
		}
	}
}

func benchDay(b *testing.B, s store.Store) {
	b.Helper()
	who := BenchTarget(b, 7)
	for b.Loop() {
		readings, err := s.ReadingsBetween(b.Context(), who, End.Add(-24*time.Hour), End, 2000)
		if err != nil || len(readings) < 24*60-1 {
			b.Fatal(len(readings), err)
		}
	}
}

func benchRecent(b *testing.B, s store.Store) {
	b.Helper()
	for b.Loop() {
		readings, err := s.RecentReadings(b.Context(), End.Add(-24*time.Hour), 1000)
		if err != nil || len(readings) != BenchTargets {
			b.Fatal(len(readings), err)
		}
	}
}

func benchPrune(b *testing.B, s store.Store) {
	b.Helper()
	for b.Loop() {
		if n, err := s.PruneReadings(b.Context(), End.AddDate(-10, 0, 0), 1000); err != nil || n != 0 {
			b.Fatal(n, err)
		}
	}
}

// benchDigests is how many digests stand.
const benchDigests = 5000

// benchDoc is as long as an order of four campaigns is.
const benchDoc = `{"what":{"campaigns":["Sales_Outbound_01","Sales_Outbound_02","Sales_Outbound_03","Sales_Outbound_04"]},` +
	`"when":{"days":"mon,tue,wed,thu,fri,sat","every":{"hours":2,"from":"11:00","to":"19:00"},"zone":"Asia/Kolkata"}}`

// addDigests adds digests that come next at noon.
func addDigests(b *testing.B, s store.Store) {
	b.Helper()
	for range benchDigests {
		d := digest(noon)
		d.Doc = benchDoc
		if _, err := s.AddDigest(b.Context(), d, "made"); err != nil {
			b.Fatal(err)
		}
	}
}

// benchPlan is what it costs to move one digest on to its next slot.
func benchPlan(b *testing.B, s store.Store) {
	b.Helper()
	d, err := s.AddDigest(b.Context(), digest(noon), "made")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		next := d.NextAt.Add(time.Hour)
		n, err := s.PlanSlots(b.Context(), store.SlotPlan{
			Digest: d.ID, Version: d.Version, Was: d.NextSlot, NextSlot: slotAt(next), NextAt: next,
			Runs: []store.RunRow{{Slot: d.NextSlot, At: d.NextAt, Begun: d.NextAt, State: store.RunPlanned}},
		})
		if err != nil || n != 1 {
			b.Fatal(n, err)
		}
		d.NextSlot, d.NextAt = slotAt(next), next
	}
}

// benchPlanAll plans all digests, as many at a time as the loop does.
func benchPlanAll(b *testing.B, s store.Store) {
	b.Helper()
	addDigests(b, s)
	due, err := s.DueDigests(b.Context(), noon, benchDigests)
	if err != nil {
		b.Fatal(err)
	}
	for at := noon; b.Loop(); at = at.Add(time.Hour) {
		for part := range slices.Chunk(due, 250) {
			if n, err := s.PlanSlots(b.Context(), plansAt(part, at)...); err != nil || n != len(part) {
				b.Fatal(n, err)
			}
		}
	}
	b.ReportMetric(float64(len(due)*b.N)/b.Elapsed().Seconds(), "digests/s")
}

// plansAt moves digests on from a time to an hour later.
func plansAt(due []store.DigestRow, at time.Time) []store.SlotPlan {
	var plans []store.SlotPlan
	for _, d := range due {
		next := at.Add(time.Hour)
		plans = append(plans, store.SlotPlan{
			Digest: d.ID, Version: d.Version, Was: slotAt(at), NextSlot: slotAt(next), NextAt: next,
			Runs: []store.RunRow{{Slot: slotAt(at), At: at, Begun: at, State: store.RunPlanned}},
		})
	}
	return plans
}

func benchDue(b *testing.B, s store.Store, before time.Time, want int) {
	b.Helper()
	for b.Loop() {
		if due, err := s.DueDigests(b.Context(), before, 10_000); err != nil || len(due) != want {
			b.Fatal(len(due), err)
		}
	}
}
