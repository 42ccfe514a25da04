package allowance_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/ozonetel/allowance"
)

// manyChecks makes rapid try harder than its hundred times: these take microseconds.
func manyChecks(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks == nil {
		t.Fatal("rapid has no such flag any more")
	}
	before := checks.Value.String()
	t.Cleanup(func() { _ = checks.Value.Set(before) })
	if err := checks.Value.Set("2000"); err != nil {
		t.Fatal(err)
	}
}

// The ledger against every interleaving rapid can think of, of several processes that
// take, send late, answer late, crash, stop, and notice steps of the clock: never more
// than the slots there are arrive in any 60 s of true time.
func TestModelOfTheLedger(t *testing.T) {
	manyChecks(t)
	rapid.Check(t, func(rt *rapid.T) {
		total := rapid.IntRange(1, 6).Draw(rt, "slots")
		truth := time.Unix(1e9, 0)
		clock := truth // of the ledger
		ledger := allowance.NewMemoryLedger(total, 0)
		ledger.HoldAllAt(clock.Add(-time.Hour), 0)
		type use struct {
			slot   int
			holder string
			taken  time.Time
		}
		var open []use
		var arrived []time.Time
		serial := 0
		pick := func() int { return rapid.IntRange(0, len(open)-1).Draw(rt, "use") }
		some := func(rt *rapid.T) {
			if len(open) == 0 {
				rt.Skip("nothing is under way")
			}
		}
		arrive := func(u use) {
			if truth.Sub(u.taken) < allowance.Hold-allowance.Rest { // the send deadline
				arrived = append(arrived, truth)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"take": func(*rapid.T) {
				serial++
				u := use{holder: fmt.Sprint(serial), taken: truth}
				spare := rapid.IntRange(0, 2).Draw(rt, "spare")
				before := ledger.UsedAt(clock)
				slot, wait := ledger.TakeAt(clock, u.holder, spare, allowance.Hold)
				if u.slot = slot; slot >= 0 {
					open = append(open, u)
				}
				if got := slot >= 0; got != (total-before > spare) || !got && wait <= 0 {
					rt.Fatalf("took %d, wait %v with %d of %d used and %d to spare", slot, wait, before, total, spare)
				}
			},
			"arrive and answer": func(rt *rapid.T) {
				some(rt)
				i := pick()
				arrive(open[i])
				ledger.SettleAt(clock, open[i].slot, open[i].holder, allowance.Rest)
				open = slices.Delete(open, i, i+1)
			},
			"arrive, answer lost": func(rt *rapid.T) {
				some(rt)
				i := pick()
				arrive(open[i])
				open = slices.Delete(open, i, i+1)
			},
			"never sent": func(rt *rapid.T) {
				some(rt)
				i := pick()
				ledger.SettleAt(clock, open[i].slot, open[i].holder, 0)
				open = slices.Delete(open, i, i+1)
			},
			"crash": func(rt *rapid.T) {
				some(rt)
				i := pick()
				open = slices.Delete(open, i, i+1)
			},
			"pass": func(rt *rapid.T) {
				d := time.Duration(rapid.Int64Range(1, 40_000).Draw(rt, "ms")) * time.Millisecond
				truth, clock = truth.Add(d), clock.Add(d)
			},
			"step": func(rt *rapid.T) { // noticed before anything else is sent
				clock = clock.Add(time.Duration(rapid.Int64Range(-5_000, 5_000).Draw(rt, "ms")) * time.Millisecond)
				for i, u := range open { // what was under way arrives now or never
					if i%2 == 0 {
						arrive(u)
					}
				}
				open = nil
				ledger.HoldAllAt(clock, time.Minute)
			},
			"": func(rt *rapid.T) {
				n := 0
				for _, at := range arrived {
					if truth.Sub(at) < time.Minute {
						n++
					}
				}
				if n > total {
					rt.Fatalf("%d arrived in 60 s with %d slots", n, total)
				}
			},
		})
	})
}
