package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
)

// lockable is a shelf on a file that another program can lock.
func lockable(t *testing.T, log io.Writer) (sh *shelf, lock, unlock func()) {
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
	return newShelf(db, "SQLite", slog.New(slog.NewTextHandler(log, nil))), func() { do("begin immediate") }, func() { do("rollback") }
}

func target(t *testing.T, name string) aht.Target {
	t.Helper()
	made, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// What is read while the store is away is answered with at once, kept when it is back, in
// order, and seen by what judges before anything later.
func TestReadingsWaitForTheStore(t *testing.T) {
	t.Parallel() // it waits for the lock, most of the time
	var log bytes.Buffer
	sh, lock, unlock := lockable(t, &log)
	sales, now := target(t, "Sales"), time.Now().Truncate(time.Millisecond)
	keep := func(i int) error {
		at := now.Add(time.Duration(i) * time.Second)
		return sh.keep(aht.Reading{Target: sales, Mean: time.Duration(100+i) * time.Second, At: at}, at)
	}
	if err := keep(0); err != nil {
		t.Fatal(err)
	}
	lock()
	if err := sh.db.Ping(t.Context()); !errors.Is(err, store.ErrAway) {
		t.Fatalf("locked: %v", err)
	}
	for i := 1; i <= 5; i++ {
		if err := keep(i); err != nil {
			t.Error(err)
		}
	}
	if r, ok := sh.recent.Latest(sales); !ok || r.Mean != 105*time.Second || sh.unkept.count() != 5 {
		t.Errorf("in memory %v, %d wait", r, sh.unkept.count())
	}
	past, err := sh.history(t.Context(), sales, now, now.Add(time.Minute))
	if err != nil || len(past) != 6 {
		t.Errorf("%d readings to look back on, %v; want those that wait too", len(past), err)
	}
	if err := sh.catchUp(t.Context()); !errors.Is(err, store.ErrAway) || sh.unkept.count() != 5 {
		t.Errorf("kept while it is away: %v, %d wait", err, sh.unkept.count())
	}
	a := &alerts{alertParts: alertParts{db: sh.db, catchUp: sh.catchUp}}
	if all, err := a.readings(t.Context(), now.Add(-time.Second), 100); err == nil {
		t.Errorf("judged %v without what was read meanwhile", all)
	}
	unlock()
	if err := sh.db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := a.readings(t.Context(), now.Add(-time.Second), 100)
	if err != nil || len(all) != 6 || sh.unkept.count() != 0 {
		t.Errorf("judged %d readings, %v; %d still wait", len(all), err, sh.unkept.count())
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
	u := &unkept{}
	sales, now := target(t, "Sales"), time.Now()
	lost := 0
	for i := range mostUnkept + 3 {
		if err := u.add(aht.Reading{Target: sales, At: now.Add(time.Duration(i))}, now); err != nil {
			lost++
		}
	}
	if lost != 3 || u.count() != mostUnkept || !u.all[0].At.Equal(now.Add(3)) {
		t.Errorf("%d lost, %d wait, the oldest %v", lost, u.count(), u.all[0].At.Sub(now))
	}
}

func TestWhatIsSaidOnceIsNotSaidByOthers(t *testing.T) {
	var out bytes.Buffer
	log := quietly(slog.New(slog.NewTextHandler(&out, nil))).With("a", 1).WithGroup("g")
	away := &store.AwayError{Op: "keep", Cause: store.DiskFull, Err: errors.New("full")}
	log.Warn("not judged", "err", fmt.Errorf("round: %w", away))
	log.Warn("not posted", "err", errors.New("archived"))
	log.Info("posted")
	if got := out.String(); strings.Contains(got, "not judged") || !strings.Contains(got, "not posted") || !strings.Contains(got, "msg=posted") {
		t.Errorf("the log says\n%s", got)
	}
	out.Reset()
	debug := quietly(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	debug.Warn("not judged", "err", away)
	if !strings.Contains(out.String(), "level=DEBUG") {
		t.Errorf("who debugs reads\n%s", out.String())
	}
}

// Every cause has words for people, which are made in commands and know no store.
func TestPeopleReadEveryCause(t *testing.T) {
	for _, c := range store.Causes() {
		h := commands.NewHandler(commands.Config{
			Memory: new(store.Recent), People: member{}, Zone: time.UTC,
			Health: func() commands.Health {
				return commands.Health{Store: "SQLite", Degraded: true, StoreCause: string(c)}
			},
			Keeps: func(context.Context) error {
				return &store.AwayError{Cause: c, Unkept: true, Err: errors.New("SECRET")}
			},
		})
		for _, line := range []string{"status", "target campaign Sales 4m"} {
			r, _ := h.Answer(t.Context(), commands.Question{User: "U1", Text: line, At: time.Now()})
			if !strings.Contains(r.Text, "can't keep anything just now") || c != store.Unknown && !strings.Contains(r.Text, "just now (") || strings.Contains(r.Text, "SECRET") {
				t.Errorf("%s, %s: %q", c, line, r.Text)
			}
		}
	}
}
