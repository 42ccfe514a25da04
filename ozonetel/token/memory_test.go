package token_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/ozonetel/token"
)

// rowChecks makes rapid try harder than its hundred times: these take microseconds.
func rowChecks(t *testing.T) {
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

// The token row against processes that lease, store, give up and crash: never more than
// nine issues in an hour, one at a time, and generations only grow.
func TestModelOfTheTokenRow(t *testing.T) {
	rowChecks(t)
	const account, lasts = "acme", 20 * time.Second
	rapid.Check(t, func(rt *rapid.T) {
		now := time.Unix(1e9, 0)
		row := new(token.MemoryRow)
		var issues []time.Time
		var gen int64
		var holder string
		var leased time.Time
		known := make([]int64, 3) // the generation each process knows
		who := func() int { return rapid.IntRange(0, 2).Draw(rt, "process") }
		rt.Repeat(map[string]func(*rapid.T){
			"read": func(*rapid.T) { known[who()] = gen },
			"lease": func(*rapid.T) {
				p := who()
				recent := slices.DeleteFunc(slices.Clone(issues), func(at time.Time) bool { return now.Sub(at) >= time.Hour })
				want := known[p] == gen && !now.Before(leased) && len(recent) < 9
				got, wait := row.LeaseAt(now, account, fmt.Sprint(p), known[p], 9, lasts)
				if got != want || !got && known[p] == gen && wait <= 0 {
					rt.Fatalf("lease %v, wait %v; want %v", got, wait, want)
				}
				if got {
					issues, holder, leased = append(issues, now), fmt.Sprint(p), now.Add(lasts)
				}
			},
			"store": func(*rapid.T) {
				p := who()
				want := known[p] == gen && holder == fmt.Sprint(p)
				if got := row.StoreAt(now, account, fmt.Sprint(p), known[p], []byte("sealed"), now.Add(time.Hour)); got != want {
					rt.Fatalf("store %v, want %v", got, want)
				}
				if want {
					gen, holder, leased = gen+1, "", time.Time{}
					known[p] = gen
				}
			},
			"give up": func(*rapid.T) {
				p, unlog := who(), rapid.Bool().Draw(rt, "not issued")
				row.ReleaseAt(now, account, fmt.Sprint(p), known[p], unlog)
				if known[p] == gen && holder == fmt.Sprint(p) {
					holder, leased = "", time.Time{}
					if unlog {
						issues = issues[:len(issues)-1]
					}
				}
			},
			"pass": func(*rapid.T) {
				now = now.Add(time.Duration(rapid.Int64Range(1, 900).Draw(rt, "s")) * time.Second)
			},
		})
	})
}
