package readings

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
)

// lockable returns readings on a file that another program can lock.
func lockable(t *testing.T, log io.Writer) (r *Readings, db store.Store, lock, unlock func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	db, err := sqlite.Open(t.Context(), "sqlite://"+path, "test")
	if err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(other.Close(), db.Close()) })
	other.SetMaxOpenConns(1) // which holds the lock
	do := func(statement string) {
		if _, err := other.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	out := slog.New(slog.NewTextHandler(log, nil))
	shared := database.New(db, "SQLite", out)
	return New(shared, out), shared, func() { do("begin immediate") }, func() { do("rollback") }
}

// What is read while the store is unavailable is answered with at once, kept when it is back, in
// order, and seen by what judges before anything later.
func TestReadingsWaitForTheStore(t *testing.T) {
	t.Parallel() // it waits for the lock, most of the time
	var log bytes.Buffer
	kept, db, lock, unlock := lockable(t, &log)
	sales, now := apptest.Campaign(t, "Sales"), time.Now().Truncate(time.Millisecond)
	keep := func(i int) error {
		at := now.Add(time.Duration(i) * time.Second)
		return kept.Keep(aht.Reading{Target: sales, Mean: time.Duration(100+i) * time.Second, At: at}, at)
	}
	if err := keep(0); err != nil {
		t.Fatal(err)
	}
	lock()
	if err := db.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("locked: %v", err)
	}
	for i := 1; i <= 5; i++ {
		if err := keep(i); err != nil {
			t.Error(err)
		}
	}
	if r, ok := kept.recent.Latest(sales); !ok || r.Mean != 105*time.Second || kept.Waiting() != 5 {
		t.Errorf("in memory %v, %d wait", r, kept.Waiting())
	}
	past, err := kept.History(t.Context(), sales, now, now.Add(time.Minute))
	if err != nil || len(past) != 6 {
		t.Errorf("%d readings to look back on, %v; want those that wait too", len(past), err)
	}
	if err := kept.CatchUp(t.Context()); !errors.Is(err, store.ErrUnavailable) || kept.Waiting() != 5 {
		t.Errorf("kept while it is away: %v, %d wait", err, kept.Waiting())
	}
	unlock()
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := kept.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := db.ReadingsSince(t.Context(), now.Add(-time.Second), 100)
	if err != nil || len(all) != 6 || kept.Waiting() != 0 {
		t.Errorf("kept %d readings, %v; %d still wait", len(all), err, kept.Waiting())
	}
	for i, r := range all {
		if r.Mean != time.Duration(100+i)*time.Second {
			t.Errorf("reading %d is %v", i, r)
		}
	}
	for _, line := range []string{`msg="the store is away`, "cause=locked", "mend=\"wait for that program", `msg="the store is back"`, "readings=5"} {
		if strings.Count(log.String(), line) != 1 {
			t.Errorf("the log says %q %d times:\n%s", line, strings.Count(log.String(), line), log.String())
		}
	}
}

func TestTheOldestOfTooManyReadingsThatWaitIsLost(t *testing.T) {
	u := &backlog{}
	sales, now := apptest.Campaign(t, "Sales"), time.Now()
	lost := 0
	for i := range mostWaiting + 3 {
		if err := u.add(aht.Reading{Target: sales, At: now.Add(time.Duration(i))}, now); err != nil {
			lost++
		}
	}
	if lost != 3 || u.count() != mostWaiting || !u.all[0].At.Equal(now.Add(3)) {
		t.Errorf("%d lost, %d wait, the oldest %v", lost, u.count(), u.all[0].At.Sub(now))
	}
}
