//go:build postgres

package siege

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// server is the machine's PostgreSQL. With the build tag, one that does not answer is a
// failure.
var server = cmp.Or(os.Getenv("AHTBOT_TEST_POSTGRES"), "postgres://postgres@127.0.0.1:5432/test")

// newFleet is newFleetOn a database made for the test.
func newFleet(t *testing.T, perMinute int, latency time.Duration) *fleet {
	t.Helper()
	return newFleetOn(t, freshDatabase(t), perMinute, latency)
}

// freshDatabase makes a database. The end of the test drops it.
func freshDatabase(tb testing.TB) *url.URL {
	tb.Helper()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		tb.Fatal(err)
	}
	name := "fleet_" + strings.ToLower(rand.Text())
	if _, err := admin.ExecContext(tb.Context(), "create database "+name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_, err := admin.ExecContext(context.WithoutCancel(tb.Context()), "drop database "+name+" with (force)")
		if err := errors.Join(err, admin.Close()); err != nil {
			tb.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	u.Path = "/" + name
	return u
}

func TestThreeProcessesAskOnce(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 300, 200*time.Millisecond)
	f.start(3)
	lines := f.targets(20)
	for i := range 300 {
		f.ask(lines[i*7%len(lines)])
		time.Sleep(10 * time.Millisecond)
	}
	took := f.answered(20*time.Second, f.asked)
	var byWorker, byAck []*asked
	for _, a := range f.asked {
		if len(a.AckPayload()) > 0 {
			byAck = append(byAck, a)
		} else {
			byWorker = append(byWorker, a)
		}
	}
	dms := f.people[:20]
	for i, who := range dms { // events: their answers are posted
		f.slack.DM(who, lines[i])
	}
	posted := func(who string) (n int) {
		for _, m := range f.slack.Seen(who, "D"+who) {
			if m.User == "U0BOT" {
				n++
			}
		}
		return n
	}
	f.until(10*time.Second, "every direct message answered", func() bool {
		return !slices.ContainsFunc(dms, func(who string) bool { return posted(who) == 0 })
	})
	time.Sleep(time.Second)
	for _, a := range f.asked {
		if _, answers, figures := a.told(); answers != 1 || figures != 1 {
			t.Errorf("%s: %d answers, %d of them figures: %q", a.line, answers, figures, a.words())
		}
	}
	if n := f.upstream.Counts().AHT; n > len(lines) {
		t.Errorf("%d questions upstream about %d targets", n, len(lines))
	}
	f.within(300, 1)
	if v := f.slack.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
	t.Logf("300 questions about %d targets: all answered once, the last %v after it was typed; %d by a worker, %d in the acknowledgement",
		len(lines), took.Round(time.Millisecond), len(byWorker), len(byAck))
}

func TestARedeliveryToAnotherProcessIsRecognised(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 300, 100*time.Millisecond)
	f.start(3)
	// Links take turns, so five redeliveries of each reach the other processes as well.
	var dms []*slacksim.Delivery
	for i, line := range f.targets(20) {
		f.ask(line)
		dms = append(dms, f.slack.DM(f.people[i], line))
	}
	f.answered(20*time.Second, f.asked)
	posted := func() (n int) {
		for _, m := range f.slack.All() {
			if m.User == "U0BOT" && strings.HasPrefix(m.Channel, "D") {
				n++
			}
		}
		return n
	}
	f.until(10*time.Second, "every direct message answered", func() bool { return posted() >= len(dms) })
	time.Sleep(2 * time.Second)
	before, spent := posted(), f.upstream.Counts().AHT
	for range 5 {
		for _, d := range dms {
			f.must(f.slack.Redeliver(d).Wait(t.Context()))
		}
		for _, a := range f.asked {
			f.must(f.slack.Redeliver(a.Delivery).Wait(t.Context()))
		}
	}
	time.Sleep(2 * time.Second)
	if again := posted(); again != before {
		t.Errorf("%d direct messages, %d after the redeliveries", before, again)
	}
	if again := f.upstream.Counts().AHT; again != spent {
		t.Errorf("%d questions upstream, %d after the redeliveries", spent, again)
	}
	posts, repeated := 0, 0
	for _, a := range f.asked {
		for i, m := range a.Answers() {
			switch {
			case m.Via == "response_url" && !notice.MatchString(m.Text):
				posts++
			case i > 0 && m.Via == "ack": // from memory: nothing may wait before an acknowledgement (ADR 0006)
				repeated++
			}
		}
	}
	if posts > len(f.asked) {
		t.Errorf("%d commands were answered %d times by workers", len(f.asked), posts)
	}
	f.within(300, 1)
	t.Logf("%d direct messages and %d commands, each delivered six times: %d direct messages and %d posts in answer, %d figures repeated from memory in the acknowledgement",
		len(dms), len(f.asked), before, posts, repeated)
}

func TestAKilledProcessBreaksNothing(t *testing.T) {
	t.Parallel()
	const allowance = 30
	f := newFleet(t, allowance, 300*time.Millisecond)
	f.env["READING_MAX_AGE"] = "1s"
	f.start(3)
	lines := f.targets(10)
	began := time.Now()
	askUntil := func(end time.Duration, every time.Duration) {
		for time.Since(began) < end {
			f.ask(lines[len(f.asked)%len(lines)])
			time.Sleep(every)
		}
	}
	askUntil(5*time.Second, 250*time.Millisecond)
	for range 12 { // so that every process has some in the works
		f.ask(lines[len(f.asked)%len(lines)])
	}
	time.Sleep(100 * time.Millisecond)
	f.kill(1)
	before := len(f.asked)
	time.Sleep(50 * time.Millisecond)
	askUntil(7*time.Second, 250*time.Millisecond)
	f.restart(1)
	askUntil(45*time.Second, 400*time.Millisecond)
	f.connected()
	f.answered(85*time.Second-time.Since(began), f.asked[before:])
	lost := 0
	for _, a := range f.asked {
		if _, answers, _ := a.told(); answers > 1 {
			t.Errorf("%s: answered %d times: %q", a.line, answers, a.words())
		} else if answers == 0 {
			lost++
		}
	}
	if lost > 12 { // a third of the burst is usual; the links' turns decide
		t.Errorf("%d of the %d questions before the kill lost", lost, before)
	}
	figures := 0
	for _, a := range f.asked {
		_, _, n := a.told()
		figures += n
	}
	f.within(allowance, 2)
	if c := f.upstream.Counts(); c.AHT <= allowance {
		t.Errorf("only %d questions upstream: the second minute was never tried", c.AHT)
	}
	t.Logf("%d questions in %v: %d figures, %d lost with the process killed", len(f.asked), time.Since(began).Round(time.Second), figures, lost)
}
