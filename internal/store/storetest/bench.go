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

// What else a benchmark fills a database with: as many as a busy account has.
const (
	benchAlerts  = 2000
	benchDigests = 5000
)

// benchDoc is as long as an order of four campaigns is, and benchState as that of a rule that is pending.
const (
	benchDoc = `{"what":{"campaigns":["Sales_Outbound_01","Sales_Outbound_02","Sales_Outbound_03","Sales_Outbound_04"]},` +
		`"when":{"days":"mon,tue,wed,thu,fri,sat","every":{"hours":2,"from":"11:00","to":"19:00"},"zone":"Asia/Kolkata"}}`
	benchState = `{"phase":"pending","last":"2026-11-25T13:35:00.123Z","mean":272000000000,"usual":{"low":180000000000,"high":300000000000,"median":240000000000,"spread":26000000000,"readings":20},"since":"2026-11-25T13:25:00.123Z","count":3,"moves":{"at":"2026-11-25T13:35:00.123Z","mean":272000000000,"seen":65535,"changed":65535,"jumped":32767}}`
)

// measured is a benchmark: it makes a store ready, and returns what is measured, which reports whether it went well.
type measured func(b *testing.B, s store.Store) (do func() (well bool, err error))

// Bench measures what a store costs. open opens an empty one; filled one with
// [BenchReadings] readings, which only the last benchmarks ask for.
func Bench(b *testing.B, open, filled func(testing.TB) store.Store) {
	b.Helper()
	run := func(name string, s func(testing.TB) store.Store, begin measured) {
		b.Run(name, func(b *testing.B) {
			for do := begin(b, s(b)); b.Loop(); {
				if well, err := do(); err != nil || !well {
					b.Fatal(well, err)
				}
			}
		})
	}
	run("TakeSettle", open, benchLedger)
	run("TakeNone", open, benchNone)
	run("KeepReading", open, benchKeep)
	run("Claim", open, benchClaim)
	run("Heartbeat", open, func(b *testing.B, s store.Store) func() (bool, error) {
		b.Helper()
		return func() (bool, error) { _, _, err := s.Heartbeat(b.Context(), "a"); return true, err }
	})
	run("PlanSlots", open, benchPlan)
	b.Run("Plan5000Digests", func(b *testing.B) { benchPlanAll(b, open(b)) })
	standing := open(b)
	addDigests(b, standing)
	stands := func(testing.TB) store.Store { return standing }
	run("DueAllOf5000", stands, benchDue(noon.Add(time.Hour), benchDigests))
	run("DueNoneOf5000", stands, benchDue(noon.Add(-time.Hour), 0))
	run("OpenRunsNone", stands, func(b *testing.B, s store.Store) func() (bool, error) {
		b.Helper()
		return func() (bool, error) { runs, err := s.OpenRuns(b.Context(), 10_000); return len(runs) == 0, err }
	})
	run("Advance2000", open, benchAdvance)
	run("Versions2000", open, func(b *testing.B, s store.Store) func() (bool, error) {
		b.Helper()
		addAlerts(b, s)
		return func() (bool, error) { v, err := s.AlertVersions(b.Context(), noon); return len(v) == benchAlerts, err }
	})
	benchMillion(b, run, filled(b))
}

// benchMillion is what is asked of a million readings.
func benchMillion(b *testing.B, run func(string, func(testing.TB) store.Store, measured), full store.Store) {
	b.Helper()
	million := func(testing.TB) store.Store { return full }
	run("DayOfAMillion", million, func(b *testing.B, s store.Store) func() (bool, error) {
		b.Helper()
		who := BenchTarget(b, 7)
		return func() (bool, error) {
			readings, err := s.ReadingsBetween(b.Context(), who, End.Add(-24*time.Hour), End, 2000)
			return len(readings) >= 24*60-1, err
		}
	})
	run("RecentOfAMillion", million, func(b *testing.B, s store.Store) func() (bool, error) {
		b.Helper()
		return func() (bool, error) {
			readings, err := s.RecentReadings(b.Context(), End.Add(-24*time.Hour), 1000)
			return len(readings) == BenchTargets, err
		}
	})
	run("PruneNoneOfAMillion", million, func(b *testing.B, s store.Store) func() (bool, error) {
		b.Helper()
		return func() (bool, error) {
			n, err := s.PruneReadings(b.Context(), End.AddDate(-10, 0, 0), 1000)
			return n == 0, err
		}
	})
}

// ready fails b on an error of what makes a store ready.
func ready(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func benchLedger(b *testing.B, s store.Store) func() (bool, error) {
	b.Helper()
	ready(b, s.Resize(b.Context(), 50, true))
	return func() (bool, error) {
		slot, _, err := s.Take(b.Context(), "a", false, 5, time.Minute)
		if err != nil || slot < 0 {
			return false, err
		}
		return true, s.Settle(b.Context(), slot, "a", 0)
	}
}

// benchNone is what a waiting asker costs each time it asks.
func benchNone(b *testing.B, s store.Store) func() (bool, error) {
	b.Helper()
	ready(b, s.Resize(b.Context(), 50, false))
	ready(b, s.HoldAll(b.Context(), 10*time.Minute))
	return func() (bool, error) {
		slot, _, err := s.Take(b.Context(), "a", false, 5, time.Minute)
		return slot < 0, err
	}
}

func benchKeep(b *testing.B, s store.Store) func() (bool, error) {
	b.Helper()
	who, at := BenchTarget(b, 0), noon
	return func() (bool, error) {
		at = at.Add(time.Minute)
		return true, s.KeepReading(b.Context(), who, 272*time.Second, at.Add(-300*time.Millisecond), at)
	}
}

func benchClaim(b *testing.B, s store.Store) func() (bool, error) {
	b.Helper()
	return func() (bool, error) {
		if got, _, err := s.Claim(b.Context(), "campaign:Sales", "a", time.Minute); err != nil || !got {
			return false, err
		}
		return true, s.Unclaim(b.Context(), "campaign:Sales", "a")
	}
}

func addAlerts(b *testing.B, s store.Store) (rules []store.AlertRule) {
	b.Helper()
	for i := range benchAlerts {
		a, err := s.AddAlert(b.Context(), store.AlertRule{Target: BenchTarget(b, i%500), Rule: "{}", Channel: "C1", By: "U1", Made: noon}, store.Change{})
		ready(b, err)
		rules = append(rules, a)
	}
	return rules
}

// benchAdvance takes 2,000 rules to their next state.
func benchAdvance(b *testing.B, s store.Store) func() (bool, error) {
	b.Helper()
	rules := addAlerts(b, s)
	return func() (bool, error) {
		steps := make([]store.AlertStep, len(rules))
		for i := range rules {
			steps[i] = store.AlertStep{Rule: rules[i].ID, Judged: rules[i].Judged, State: benchState}
			rules[i].Judged++
		}
		lost, err := s.AdvanceAlerts(b.Context(), noon, steps, store.Change{})
		return len(lost) == 0, err
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

// addDigests adds digests that come next at noon.
func addDigests(b *testing.B, s store.Store) {
	b.Helper()
	for range benchDigests {
		d := digest(noon)
		d.Doc = benchDoc
		_, err := s.AddDigest(b.Context(), d, "made")
		ready(b, err)
	}
}

// benchPlan is what it costs to move one digest on to its next slot.
func benchPlan(b *testing.B, s store.Store) func() (bool, error) {
	b.Helper()
	d, err := s.AddDigest(b.Context(), digest(noon), "made")
	ready(b, err)
	at := noon
	return func() (bool, error) {
		n, err := s.PlanSlots(b.Context(), plansAt([]store.DigestRow{d}, at)...)
		at = at.Add(time.Hour)
		return n == 1, err
	}
}

// benchPlanAll plans all digests, as many at a time as the loop does.
func benchPlanAll(b *testing.B, s store.Store) {
	b.Helper()
	addDigests(b, s)
	due, err := s.DueDigests(b.Context(), noon, benchDigests)
	ready(b, err)
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

func benchDue(before time.Time, want int) measured {
	return func(b *testing.B, s store.Store) func() (bool, error) {
		b.Helper()
		return func() (bool, error) {
			due, err := s.DueDigests(b.Context(), before, 10_000)
			return len(due) == want, err
		}
	}
}
