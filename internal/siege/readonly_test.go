//go:build postgres

package siege

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/store"
)

// alter changes a setting of the database, for sessions to come; with end it ends those
// there are, as a failover does.
func (f *fleet) alter(setting string, end bool) {
	f.Helper()
	admin, err := sql.Open("pgx", server)
	f.must(err)
	defer func() { f.must(admin.Close()) }()
	name := strings.TrimPrefix(f.database.Path, "/")
	_, err = admin.ExecContext(f.Context(), "alter database "+name+" set "+setting)
	f.must(err)
	if end {
		_, err = admin.ExecContext(f.Context(), "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
		f.must(err)
	}
}

// Two processes under load, whose server takes no writes for a minute and a half, as a
// standby would after a failover, and then takes them again in new sessions alone.
func TestAServerThatTakesNoWritesForAWhile(t *testing.T) {
	t.Parallel()
	const allowance = 60
	f := newFleet(t, allowance, 100*time.Millisecond)
	f.env["READING_MAX_AGE"] = "1s"
	f.start(2)
	lines := f.targets(20)
	load := func(until time.Time, each time.Duration) (some []*asked) {
		for i := 0; time.Now().Before(until); i++ {
			some = append(some, f.ask(lines[i%len(lines)]))
			time.Sleep(each)
		}
		return some
	}
	f.answered(30*time.Second, load(time.Now().Add(5*time.Second), 300*time.Millisecond))
	f.says(f.ask(`target campaign "Sales Outbound" 4m`), 10*time.Second, "from now on")

	f.alter("default_transaction_read_only = on", true)
	began := time.Now()
	early := load(time.Now().Add(5*time.Second), 300*time.Millisecond)
	for i := range f.bots {
		f.until(30*time.Second, "not ready for the server", func() bool {
			return strings.Contains(f.ready(i), "its server takes no writes: point DATABASE_URL at the primary")
		})
	}
	noticed := time.Since(began)
	const why = `My store can't keep anything just now \(its server takes no changes\)`
	for range 2 { // so that both are asked
		f.says(f.ask(`target campaign "Sales Outbound" 3m`), 20*time.Second, "^"+why+", so nothing was changed")
		f.says(f.ask("status"), 20*time.Second, `Store: PostgreSQL can't keep anything just now \(its server takes no changes\)`)
	}
	f.says(f.ask("target"), 20*time.Second, "Sales Outbound 4m 00s")
	f.says(f.ask(`trend campaign "Sales Outbound"`), 20*time.Second, "Sales Outbound") // which only reads
	f.answered(100*time.Second, early)
	answered := time.Since(began)
	meanwhile := load(time.Now().Add(15*time.Second), 1500*time.Millisecond) // a share of 30 a minute each
	f.answered(60*time.Second, meanwhile)
	for _, a := range meanwhile {
		if _, answers, figures := a.told(); answers != 1 || figures != 1 {
			t.Errorf("%s: %q", a.line, a.words())
		}
	}
	time.Sleep(time.Until(began.Add(90 * time.Second)))
	var waiting float64
	for i := range f.bots {
		waiting += f.metricOf(i, "ahtbot_readings_waiting")
		if f.metricOf(i, `ahtbot_store_away_cause{cause="read-only-server"}`) != 1 {
			t.Errorf("process %d: no cause in the metrics", i)
		}
	}

	// No session is ended from outside: those that take no writes have to be given up.
	f.alter("default_transaction_read_only = off", false)
	back := time.Now()
	late := load(time.Now().Add(3*time.Second), 500*time.Millisecond)
	for i := range f.bots {
		f.until(30*time.Second, "ready again", func() bool { return f.ready(i) == "ready" })
	}
	ready := time.Since(back)
	f.says(f.ask(`target campaign "Sales Outbound" 3m`), 20*time.Second, "from now on; it was 4m 00s")
	f.answered(100*time.Second, late)
	f.until(20*time.Second, "what was read is kept", func() bool {
		return f.metricOf(0, "ahtbot_readings_waiting")+f.metricOf(1, "ahtbot_readings_waiting") == 0
	})
	f.withStore(func(db store.Store) {
		for _, a := range meanwhile {
			target := targetOf(t, strings.TrimPrefix(a.line, "/aht "))
			kept, err := db.ReadingsBetween(t.Context(), target, began, back, 100)
			if err != nil || len(kept) == 0 {
				t.Errorf("%s: %d readings of the time without a store, %v", a.line, len(kept), err)
			}
		}
	})
	for i, b := range f.bots {
		if n, m := b.log.said(`msg="the store is away`), b.log.said(`msg="the store is back`); n != 1 || m != 1 {
			t.Errorf("process %d says %d times that the store is away and %d times that it is back, want once", i, n, m)
		}
	}
	t.Logf("read-only: both noticed within %v; all %d who asked before were answered after %v, %d of %d with a share; %v readings waited; ready %v after writes were let in again",
		noticed.Round(10*time.Millisecond), len(early), answered.Round(time.Second), len(meanwhile), len(meanwhile), waiting, ready.Round(10*time.Millisecond))
	f.within(allowance, 1)
	if v := f.slack.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}
