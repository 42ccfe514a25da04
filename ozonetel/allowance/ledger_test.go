package allowance_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ahtbot/ozonetel/allowance"
)

// The ledger against every interleaving rapid can think of, of several processes that
// take, send late, answer late, crash, stop, and notice steps of the clock: never more
// than the slots there are arrive in any 60 s of true time. The bubble's clock stands.
func TestModelOfTheLedger(t *testing.T) {
	if err := flag.Set("rapid.checks", "2000"); err != nil { // each takes microseconds
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(struct{ testing.TB }{t}, modelOfTheLedger) // without the Deadline that bubbles refuse
	})
}

func modelOfTheLedger(rt *rapid.T) {
	ctx := rt.Context()
	total := rapid.IntRange(1, 6).Draw(rt, "slots")
	truth := time.Now()
	ledger := allowance.NewMemoryLedger(total, 0)
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
			before, _, _ := ledger.Used(ctx)
			slot, wait, err := ledger.Take(ctx, u.holder, true, spare, allowance.Hold)
			if u.slot = slot; slot >= 0 {
				open = append(open, u)
			}
			if got := slot >= 0; err != nil || got != (total-before > spare) || !got && wait <= 0 {
				rt.Fatalf("took %d, wait %v with %d of %d used and %d to spare", slot, wait, before, total, spare)
			}
		},
		"arrive and answer": func(rt *rapid.T) {
			some(rt)
			i := pick()
			arrive(open[i])
			_ = ledger.Settle(ctx, open[i].slot, open[i].holder, allowance.Rest) // in memory: no error
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
			_ = ledger.Settle(ctx, open[i].slot, open[i].holder, 0)
			open = slices.Delete(open, i, i+1)
		},
		"crash": func(rt *rapid.T) {
			some(rt)
			i := pick()
			open = slices.Delete(open, i, i+1)
		},
		"pass": func(rt *rapid.T) {
			d := time.Duration(rapid.Int64Range(1, 40_000).Draw(rt, "ms")) * time.Millisecond
			truth = truth.Add(d)
			ledger.Pass(d)
		},
		"step": func(rt *rapid.T) { // noticed before anything else is sent
			ledger.Pass(time.Duration(rapid.Int64Range(-5_000, 5_000).Draw(rt, "ms")) * time.Millisecond)
			for i, u := range open { // what was under way arrives now or never
				if i%2 == 0 {
					arrive(u)
				}
			}
			open = nil
			_ = ledger.HoldAll(ctx, time.Minute)
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
}
