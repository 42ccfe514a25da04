//go:build postgres

package siege

import (
	"math/rand/v2"
	"testing"
	"time"
)

// The bound of design.md §8 over crashes: three processes that people ask for far more than
// the account allows, one of them killed with calls in flight and started again every three
// seconds. The allowance is larger than an account's, so that a minute holds many of each.
func TestThirtyKillsNeverExceedTheAllowance(t *testing.T) {
	t.Parallel()
	const allowance, kills = 150, 30
	f := newFleet(t, allowance, 300*time.Millisecond)
	f.env["READING_MAX_AGE"], f.env["SLACK_CONNECTIONS"] = "1s", "1"
	f.start(3)
	lines := f.targets(54)
	began := time.Now()
	for n := range kills {
		for next := began.Add(time.Duration(n+1) * 3 * time.Second); time.Now().Before(next); time.Sleep(100 * time.Millisecond) {
			f.ask(lines[rand.IntN(len(lines))])
		}
		i := rand.IntN(len(f.bots))
		f.kill(i)
		f.restart(i)
	}
	f.connected()
	for i := range f.bots {
		f.until(20*time.Second, "ready after the kills", func() bool { return f.ready(i) == "ready" })
	}
	took, answered := time.Since(began).Round(time.Second), 0
	for _, a := range f.asked {
		_, answers, _ := a.told()
		if answers > 1 {
			t.Errorf("%s: answered %d times: %q", a.line, answers, a.words())
		}
		answered += answers
	}
	f.within(allowance, 2)
	if c := f.upstream.Counts(); c.AHT <= allowance {
		t.Errorf("only %d questions upstream: the second minute was never tried", c.AHT)
	}
	t.Logf("%d kills in %v: %d of %d questions answered by then, the others waiting or lost with their process", kills, took, answered, len(f.asked))
}

// One of three loses the database for as long as it keeps silent without one; the others
// go on.
func TestOneProcessCutOffForAMinute(t *testing.T) {
	t.Parallel()
	const allowance = 60
	f := newFleet(t, allowance, 200*time.Millisecond)
	f.env["READING_MAX_AGE"] = "2s"
	x, direct := f.proxied(f.database.Host), f.env["DATABASE_URL"]
	through := *f.database
	through.Host = x.proxy.Listen
	f.env["DATABASE_URL"] = through.String()
	f.bots = []*runner{nil}
	f.restart(0)
	f.env["DATABASE_URL"] = direct
	f.start(2)
	lines := f.targets(30)
	askFor := func(d time.Duration) {
		for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(1200 * time.Millisecond) {
			f.ask(lines[len(f.asked)%len(lines)])
		}
	}
	askFor(10 * time.Second)
	x.add("timeout", `"timeout":0`)
	n, cut := len(f.asked), time.Now()
	askFor(55 * time.Second)
	for i, ready := range []bool{false, true, true} {
		if is := f.ready(i) == "ready"; is != ready {
			t.Errorf("process %d ready: %v, while the first is cut off", i, is)
		}
	}
	during := 0
	for _, a := range f.asked[n:] {
		if a.answered() {
			during++
		}
	}
	x.heal()
	t.Logf("cut off for %v: %d of %d questions answered meanwhile", time.Since(cut).Round(time.Second), during, len(f.asked)-n)
	if during < (len(f.asked)-n)/2 {
		t.Error("the other two processes did not go on")
	}
	askFor(20 * time.Second)
	last := f.answered(100*time.Second, f.asked)
	for i := range f.bots {
		f.until(20*time.Second, "ready again", func() bool { return f.ready(i) == "ready" })
	}
	for _, a := range f.asked {
		if _, answers, _ := a.told(); answers != 1 {
			t.Errorf("%s: answered %d times: %q", a.line, answers, a.words())
		}
	}
	t.Logf("back: the last of %d questions was answered %v later", len(f.asked), last.Round(100*time.Millisecond))
	f.within(allowance, 1)
}
