package token_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ahtbot/ozonetel/token"
)

// The token row against processes that lease, store, give up and crash: never more than
// nine issues in an hour, one at a time, and generations only grow. The bubble's clock stands.
func TestModelOfTheTokenRow(t *testing.T) {
	if err := flag.Set("rapid.checks", "2000"); err != nil { // each takes microseconds
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(struct{ testing.TB }{t}, modelOfTheTokenRow) // without the Deadline that bubbles refuse
	})
}

func modelOfTheTokenRow(rt *rapid.T) {
	const account, lasts = "acme", 20 * time.Second
	ctx := rt.Context()
	now := time.Now()
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
			got, wait, err := row.LeaseToken(ctx, account, fmt.Sprint(p), known[p], 9, lasts)
			if err != nil || got != want || !got && known[p] == gen && wait <= 0 {
				rt.Fatalf("lease %v, wait %v; want %v", got, wait, want)
			}
			if got {
				issues, holder, leased = append(issues, now), fmt.Sprint(p), now.Add(lasts)
			}
		},
		"store": func(*rapid.T) {
			p := who()
			want := known[p] == gen && holder == fmt.Sprint(p)
			if got, err := row.StoreToken(ctx, account, fmt.Sprint(p), known[p], []byte("sealed"), now.Add(time.Hour)); err != nil || got != want {
				rt.Fatalf("store %v, %v; want %v", got, err, want)
			}
			if want {
				gen, holder, leased = gen+1, "", time.Time{}
				known[p] = gen
			}
		},
		"give up": func(*rapid.T) {
			p, unlog := who(), rapid.Bool().Draw(rt, "not issued")
			if err := row.ReleaseToken(ctx, account, fmt.Sprint(p), known[p], unlog); err != nil {
				rt.Fatal(err)
			}
			if known[p] == gen && holder == fmt.Sprint(p) {
				holder, leased = "", time.Time{}
				if unlog {
					issues = issues[:len(issues)-1]
				}
			}
		},
		"pass": func(*rapid.T) {
			d := time.Duration(rapid.Int64Range(1, 900).Draw(rt, "s")) * time.Second
			now = now.Add(d)
			row.Pass(d)
		},
	})
}
