package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
	"ahtbot/internal/store/storetest"
)

func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	return db
}

func run(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func campaign(t *testing.T, name string) aht.Target {
	t.Helper()
	who, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

// serves fails t unless s works.
func serves(t *testing.T, s store.Store) {
	t.Helper()
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.KeepReading(t.Context(), campaign(t, "after"), time.Second, time.Now(), time.Now()); err != nil {
		t.Error(err)
	}
}

// isUnavailable fails t unless s is unavailable for cause, is not back because it can be read, and tries no
// write of others.
func isUnavailable(t *testing.T, s store.Store, cause store.Cause) {
	t.Helper()
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Ping: %v, want ErrUnavailable", err)
	}
	if c := s.Condition(); c.Cause != cause || c.Since.IsZero() || c.Err == nil || c.Room <= 0 {
		t.Errorf("condition %+v, want it unavailable: %s", c, cause)
	}
	for name, call := range map[string]func() error{
		"Used":        func() error { _, _, err := s.Used(t.Context()); return err },
		"KeepReading": func() error { return s.KeepReading(t.Context(), campaign(t, "x"), 0, time.Now(), time.Now()) },
	} {
		if failed, ok := errors.AsType[*store.UnavailableError](call()); !ok || !failed.Refused || !failed.Unkept || failed.Cause != cause {
			t.Errorf("%s: %+v, want it refused untried", name, failed)
		}
	}
}

func TestALockedFileIsAwayInTimeAndComesBack(t *testing.T) {
	t.Parallel() // it waits, most of the time
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	s, other := open(t, path), raw(t, path)
	run(t, other, "begin immediate")
	now := time.Now()
	storetest.Unavailable(t, "Take", func(ctx context.Context) error { _, _, err := s.Take(ctx, "a", false, 0, time.Minute); return err })
	storetest.Unavailable(t, "KeepReading", func(ctx context.Context) error { return s.KeepReading(ctx, campaign(t, "x"), 0, now, now) })
	storetest.Unavailable(t, "Ping", s.Ping)
	if _, _, err := s.LatestReading(t.Context(), campaign(t, "x")); err != nil {
		t.Errorf("reading beside a writer: %v", err)
	}
	isUnavailable(t, s, store.Locked)
	storetest.InTime(t, "twenty calls at once", 3*time.Second, func() {
		var wg sync.WaitGroup
		for range 20 { // all want the one connection that writes
			wg.Go(func() {
				storetest.Unavailable(t, "Claim", func(ctx context.Context) error { _, _, err := s.Claim(ctx, "k", "a", time.Minute); return err })
			})
		}
		wg.Wait()
	})
	run(t, other, "rollback")
	serves(t, s)
}

func TestALockThatIsShortIsWaitedFor(t *testing.T) {
	t.Parallel() // it waits, most of the time
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	s, other := open(t, path), raw(t, path)
	run(t, other, "begin immediate")
	time.AfterFunc(time.Second/2, func() { _, _ = other.Exec("rollback") })
	serves(t, s)
}

func TestAFullDiskIsAwayAndComesBack(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "ahtbot.db"))
	sqlite.Pragma(t, s, "max_page_count = 40")
	var err error
	for i := range 1000 {
		who := campaign(t, fmt.Sprintf("%03d%s", i, strings.Repeat("x", 250)))
		if err = s.KeepReading(t.Context(), who, 0, time.Now(), time.Now()); err != nil {
			break
		}
	}
	if failed, ok := errors.AsType[*store.UnavailableError](err); !ok || !failed.Unkept {
		t.Fatalf("a full disk gives %v, want that it is unavailable and nothing was kept", err)
	}
	isUnavailable(t, s, store.DiskFull)
	sqlite.Pragma(t, s, "max_page_count = 4000")
	serves(t, s)
}

func TestAReadOnlyFileIsAwayAndComesBack(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "ahtbot.db"))
	sqlite.Pragma(t, s, "query_only = 1")
	storetest.Unavailable(t, "Take", func(ctx context.Context) error {
		if err := s.Resize(ctx, 1, true); err != nil {
			return err
		}
		_, _, err := s.Take(ctx, "a", false, 0, time.Minute)
		return err
	})
	isUnavailable(t, s, store.ReadOnlyDisk)
	if _, _, err := s.LatestReading(t.Context(), campaign(t, "x")); err != nil {
		t.Errorf("reading: %v", err)
	}
	sqlite.Pragma(t, s, "query_only = 0")
	serves(t, s)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	noDatabase := filepath.Join(dir, "text.db")
	if err := os.WriteFile(noDatabase, []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		url         string
		unavailable bool
	}{
		{"sqlite://" + filepath.Join(dir, "no", "folder.db"), true},
		{"sqlite://" + dir, true},
		{"sqlite://" + noDatabase, true},
		{"sqlite://", false},
		{"sqlite://:memory:", false},
		{"postgres://localhost/ahtbot", false},
	} {
		s, err := sqlite.Open(t.Context(), c.url, "v1")
		if err == nil {
			t.Errorf("%s: opened", c.url)
			_ = s.Close()
		} else if errors.Is(err, store.ErrUnavailable) != c.unavailable {
			t.Errorf("%s: %v; ErrUnavailable wanted: %v", c.url, err, c.unavailable)
		}
	}
}

func TestOnlyTheOwnerMayRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b%20?#.db") // and any name will do
	serves(t, open(t, path))
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", name, info.Mode())
		}
	}
}

func TestAnOlderBinaryIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	s := open(t, path)
	known, _, err := s.Schema(t.Context())
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	run(t, db, "insert into goose_db_version (version_id, is_applied) values (9000, 1)")
	for _, c := range []struct{ release, want string }{
		{"", "the database has schema 9000, made by a later ahtbot; this is ahtbot v1, which knows schema %d: run the ahtbot that migrated it or newer"},
		{"v7.8.9", "the database has schema 9000, made by ahtbot v7.8.9; this is ahtbot v1, which knows schema %d: run ahtbot v7.8.9 or newer"},
	} {
		if c.release != "" {
			run(t, db, "insert into migrated (schema, version, at) values (9000, '"+c.release+"', 0)")
		}
		_, err := sqlite.Open(t.Context(), "sqlite://"+path, "v1")
		want := fmt.Sprintf(c.want, known)
		if newer, ok := errors.AsType[*store.NewerError](err); !ok || newer.Error() != want {
			t.Errorf("error %v\nwant %s", err, want)
		}
	}
}
