//go:build postgres

package siege

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// toxic is a proxy that does harm.
type toxic struct {
	*fleet
	proxy *toxiproxy.Proxy
}

// proxied starts a proxy in front of addr.
func (f *fleet) proxied(addr string) *toxic {
	f.Helper()
	p := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), f.Name(), "127.0.0.1:0", addr)
	f.must(p.Start())
	f.Cleanup(p.Stop)
	return &toxic{f, p}
}

// add makes the proxy do something both ways, such as "latency" with its attributes.
func (x *toxic) add(kind, attributes string) {
	x.Helper()
	for _, way := range []string{"upstream", "downstream"} {
		text := fmt.Sprintf(`{"name":%q,"type":%q,"stream":%q,"attributes":{%s}}`, kind+way, kind, way, attributes)
		_, err := x.proxy.Toxics.AddToxicJson(strings.NewReader(text))
		x.must(err)
	}
}

// heal ends whatever was added.
func (x *toxic) heal() { x.proxy.Toxics.ResetToxics(x.Context()) }

func TestTheDatabaseCutOff(t *testing.T) {
	t.Parallel()
	const allowance = 40
	f := newFleet(t, allowance, 100*time.Millisecond)
	x := f.proxied(f.database.Host)
	through := *f.database
	through.Host = x.proxy.Listen
	f.env["DATABASE_URL"], f.env["READING_MAX_AGE"] = through.String(), "8s"
	f.start(2)
	opens := f.slack.Counts().Opens
	lines := f.targets(18)
	known, strange, later := lines[:6], lines[6:9], lines[9:]
	for range 4 { // once by each connection in turn, so that both have them in memory
		for _, line := range known {
			f.ask(line)
		}
		f.ask(known[0]) // and by another one the next time
		f.answered(20*time.Second, f.asked)
	}

	// The database falls silent, then refuses: twelve seconds in all.
	x.add("timeout", `"timeout":0`)
	cut := time.Now()
	n := len(f.asked)
	for _, line := range known {
		f.ask(line)
		f.ask(line)
	}
	remembered := f.asked[n:]
	for _, line := range strange {
		f.ask(line)
	}
	waiting := f.asked[n+len(remembered):]
	time.Sleep(5 * time.Second)
	x.proxy.Stop()
	f.must(x.proxy.Start())
	x.proxy.Stop()
	spent := f.upstream.Counts().AHT
	word := f.until(8*time.Second, "a word to everybody", func() bool {
		for _, a := range f.asked[n:] {
			if all, _, _ := a.told(); all == 0 {
				return false
			}
		}
		return true
	})
	inMemory := 0
	for _, a := range remembered {
		if _, _, figures := a.told(); figures > 0 {
			inMemory++
		}
	}
	for i := range f.bots {
		f.until(8*time.Second, "not ready for the store", func() bool {
			return strings.Contains(f.ready(i), "the store can't be written")
		})
	}
	silent := time.Since(cut)
	time.Sleep(time.Until(cut.Add(8500 * time.Millisecond)))
	n = len(f.asked)
	for _, line := range known { // too old by now to answer alone
		f.ask(line)
	}
	old := f.asked[n:]
	time.Sleep(time.Until(cut.Add(12 * time.Second)))
	for _, a := range old {
		if !strings.Contains(a.words(), "Until then the last one, read ") {
			t.Errorf("%s: told %q, want the reading in memory", a.line, a.words())
		}
	}
	if again := f.upstream.Counts().AHT; again != spent {
		t.Errorf("%d questions upstream without a ledger", again-spent)
	}
	if inMemory < len(remembered) {
		t.Errorf("%d of %d answered from memory", inMemory, len(remembered))
	}
	t.Logf("cut off: %d of %d answered from memory, a word to the other %d at once and %v later; readiness fell within %v; one was told %q, one with an old reading %q",
		inMemory, len(remembered), len(waiting), word.Round(time.Millisecond), silent.Round(100*time.Millisecond), waiting[0].words(), old[0].words())

	// It is back.
	x.heal()
	f.must(x.proxy.Start())
	back := time.Now()
	for i := range f.bots {
		f.until(25*time.Second, "ready again", func() bool { return f.ready(i) == "ready" })
	}
	ready := time.Since(back)
	f.answered(30*time.Second, slices.Concat(waiting, old))
	t.Logf("back: ready after %v, those who waited were answered after %v", ready.Round(100*time.Millisecond), time.Since(back).Round(100*time.Millisecond))
	before := f.used()
	n = len(f.asked)
	for _, line := range later[:4] {
		f.ask(line)
	}
	f.answered(15*time.Second, f.asked[n:])
	if used := f.used(); used < before+4 {
		t.Errorf("%d slots used before four new questions, %d after", before, used)
	}

	// It is far away.
	x.add("latency", `"latency":150`) // each way
	n = len(f.asked)
	for _, line := range later[4:] {
		f.ask(line)
		f.ask(known[0])
	}
	far := f.answered(90*time.Second, f.asked[n:])
	figures := 0
	for _, a := range f.asked[n:] {
		_, _, got := a.told()
		figures += got
	}
	t.Logf("300 ms away: %d of %d answered with a figure, all after %v; ready: %q", figures, len(f.asked[n:]), far.Round(100*time.Millisecond), f.ready(0))
	x.heal()
	for i := range f.bots {
		f.until(25*time.Second, "ready in the end", func() bool { return f.ready(i) == "ready" })
		t.Logf("process %d: the store was away %d times", i, f.bots[i].log.said("msg=\"the store is away"))
	}
	if n := f.slack.Connections(); n != 4 || f.slack.Counts().Opens != opens {
		t.Errorf("%d connections, %d openings since the start", n, f.slack.Counts().Opens-opens)
	}
	if v := f.slack.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
	f.within(allowance, 1)
}

// How often a store went away is printed and not judged: a machine that stands still for a
// second makes that happen too. That no call makes more than six round trips is judged in
// package postgres.
func TestTheDatabaseFarAway(t *testing.T) {
	t.Parallel()
	const allowance = 100
	f := newFleet(t, allowance, 200*time.Millisecond)
	x := f.proxied(f.database.Host)
	through := *f.database
	through.Host = x.proxy.Listen
	f.env["DATABASE_URL"], f.env["READING_MAX_AGE"] = through.String(), "5s"
	x.add("latency", `"latency":150`) // each way
	f.start(2)
	lines := f.targets(20)
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(time.Second) {
		f.ask(lines[len(f.asked)%len(lines)])
	}
	last := f.answered(30*time.Second, f.asked)
	figures := 0
	for _, a := range f.asked {
		_, _, got := a.told()
		figures += got
	}
	t.Logf("300 ms away for a minute: %d questions, %d answered with a figure, the last %v after it was typed", len(f.asked), figures, last.Round(time.Millisecond))
	for i, b := range f.bots {
		t.Logf("process %d: the store was away %d times, ready: %q", i, b.log.said("msg=\"the store is away"), f.ready(i))
	}
	f.within(allowance, 1)
}

func TestSlackThroughABadLine(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 300, time.Second)
	x := f.proxied(strings.TrimSuffix(strings.TrimPrefix(f.env["SLACK_API_URL"], "http://"), "/api/"))
	f.slack.Behind(x.proxy.Listen)
	f.env["SLACK_API_URL"] = f.slack.APIURL()
	f.start(1)
	lines := f.targets(40)
	said := func(what string) {
		t.Helper()
		n := len(f.asked)
		for range 10 {
			f.ask(lines[len(f.asked)%len(lines)])
		}
		took := f.answered(15*time.Second, f.asked[n:])
		for _, a := range f.asked[n:] {
			if _, answers, figures := a.told(); answers != 1 || figures != 1 {
				t.Errorf("%s: %s: %q", what, a.line, a.words())
			}
		}
		t.Logf("%s: 10 of 10 answered, in %v", what, took.Round(10*time.Millisecond))
	}
	x.add("latency", `"latency":400,"jitter":100`)
	said("latency of 0.4 s each way")
	x.heal()

	// Questions in the works while everything is cut.
	n := len(f.asked)
	for _, line := range lines[30:34] {
		f.ask(line)
	}
	time.Sleep(300 * time.Millisecond)
	x.proxy.Stop()
	time.Sleep(3 * time.Second)
	f.must(x.proxy.Start())
	back := time.Now()
	f.connected()
	t.Logf("after a cut of 3 s both connections were back in %v", time.Since(back).Round(100*time.Millisecond))
	said("after a cut")
	f.answered(5*time.Second, f.asked[n:n+4])
	t.Log("4 of 4 that were in the works when the line was cut were answered")

	// Open as far as either end can tell, and nothing moves.
	x.add("timeout", `"timeout":0`)
	silent := time.Now()
	lost := f.until(45*time.Second, "the silence noticed", func() bool {
		return strings.Contains(f.ready(0), "no Socket Mode connection")
	})
	t.Logf("a silent line is noticed after %v", lost.Round(100*time.Millisecond))
	time.Sleep(time.Until(silent.Add(35 * time.Second)))
	x.heal()
	back = time.Now()
	f.until(60*time.Second, "ready again", func() bool { return f.slack.Connections() == 2 && f.ready(0) == "ready" })
	t.Logf("and connected again %v after it moves", time.Since(back).Round(100*time.Millisecond))
	said("after a silence")
	f.within(300, 1)
}
