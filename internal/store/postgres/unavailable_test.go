//go:build postgres

package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/store/postgres"
	"ahtbot/internal/store/storetest"
)

func exec(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// cut ends every connection that goes by name.
func cut(t *testing.T, db *sql.DB, name string) {
	t.Helper()
	exec(t, db, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", name)
}

func TestALostConnectionIsAwayAndComesBack(t *testing.T) {
	databaseURL, name := fresh(t)
	s, db, who := open(t, databaseURL), admin(t), target(t)
	for range 5 {
		cut(t, db, name)
		comesBack(t, func() error {
			return errors.Join(s.Ping(t.Context()), s.KeepReading(t.Context(), who, time.Second, time.Now(), time.Now()))
		})
	}
	// A connection that is cut while it waits.
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "lock table "+name+".reading in access exclusive mode"); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() { failed <- s.KeepReading(t.Context(), who, time.Second, time.Now(), time.Now()) }()
	time.Sleep(200 * time.Millisecond)
	cut(t, admin(t), name)
	if err := <-failed; !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("cut off while waiting: %v; want ErrUnavailable", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	comesBack(t, func() error { return s.Ping(t.Context()) })
}

// comesBack calls until it works: connections that were cut end when the server gets to it.
// The bound is there for the test to end.
func comesBack(t *testing.T, call func() error) {
	t.Helper()
	for end := time.Now().Add(10 * store.Patience); ; {
		err := call()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the store does not come back: %v", err)
		}
	}
}

func TestALockedTableIsAwayInTimeAndComesBack(t *testing.T) {
	databaseURL, name := fresh(t)
	s := open(t, databaseURL)
	tx, err := admin(t).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "lock table "+name+".rl_slot, "+name+".token in access exclusive mode"); err != nil {
		t.Fatal(err)
	}
	storetest.Unavailable(t, "Take", func(ctx context.Context) error { _, _, err := s.Take(ctx, "a", false, 0, time.Minute); return err })
	storetest.Unavailable(t, "LoadToken", func(ctx context.Context) error { _, _, _, _, err := s.LoadToken(ctx, "a"); return err })
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) || s.Condition().Cause != store.Locked {
		t.Errorf("error %v, condition %+v; want it locked", err, s.Condition())
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Take(t.Context(), "a", false, 0, time.Minute); err != nil {
		t.Error(err)
	}
}

func TestTakersCutOffNeverShareASlot(t *testing.T) {
	const n = 40
	databaseURL, name := fresh(t)
	s, db := open(t, databaseURL), admin(t)
	if err := s.Resize(t.Context(), n, true); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	got := map[int]string{}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				me := fmt.Sprint(w, ".", i)
				slot, wait, err := s.Take(t.Context(), me, false, 0, time.Minute)
				if err != nil && !errors.Is(err, store.ErrUnavailable) {
					t.Error(err)
				}
				if err != nil {
					_ = s.Ping(t.Context()) // as the program does while the store is unavailable
				}
				if err == nil && slot < 0 && wait > time.Second {
					return // all are taken, by us or by a take whose answer was lost
				}
				if slot >= 0 {
					mu.Lock()
					if got[slot] != "" {
						t.Errorf("slot %d: %s and %s", slot, got[slot], me)
					}
					got[slot] = me
					mu.Unlock()
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case <-done:
			t.Logf("%d of %d slots taken by somebody who knows", len(got), n)
			return
		case <-time.After(10*time.Millisecond + rand.N(90*time.Millisecond)): // now and then long enough to connect on a busy machine
			cut(t, db, name)
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		url         string
		unavailable bool
	}{
		{"postgres://postgres:hunter2@127.0.0.1:1/test", true},
		{"postgres://postgres:hunter2@127.0.0.1:5432/no_such_database", true},
		{"postgres://postgres:hunter2@127.0.0.1:port/test", false},
		{"postgres://postgres:hunter2@[::1/test?sslmode=never", false},
		{"sqlite://ahtbot.db", false},
	} {
		storetest.InTime(t, c.url, 3*store.Patience, func() {
			s, err := postgres.Open(t.Context(), c.url, "v1")
			if err == nil {
				_ = s.Close()
				t.Errorf("%s: opened", c.url)
			} else if errors.Is(err, store.ErrUnavailable) != c.unavailable || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: %v; ErrUnavailable wanted: %v, and no password", c.url, err, c.unavailable)
			}
		})
	}
}

func TestAnOlderBinaryIsRefused(t *testing.T) {
	databaseURL, name := fresh(t)
	s := open(t, databaseURL)
	known, _, err := s.Schema(t.Context())
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	db := admin(t)
	exec(t, db, "insert into "+name+".goose_db_version (version_id, is_applied) values (9000, true)")
	exec(t, db, "insert into "+name+".migrated (schema, version, at) values (9000, 'v7.8.9', 0)")
	_, err = postgres.Open(t.Context(), databaseURL, "v1")
	want := fmt.Sprintf("the database has schema 9000, made by ahtbot v7.8.9; this is ahtbot v1, which knows schema %d: run ahtbot v7.8.9 or newer", known)
	if newer, ok := errors.AsType[*store.NewerError](err); !ok || newer.Error() != want {
		t.Errorf("error %v\nwant %s", err, want)
	}
}

func TestBackupNamesTheTool(t *testing.T) {
	databaseURL, _ := fresh(t)
	err := open(t, databaseURL).Backup(t.Context(), "file")
	if !errors.Is(err, store.ErrNoBackup) || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("error %v, want one that names pg_dump", err)
	}
}

func target(tb testing.TB) aht.Target {
	tb.Helper()
	who, err := aht.NewTarget(aht.KindCampaign, "Sales")
	if err != nil {
		tb.Fatal(err)
	}
	return who
}
