package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"ahtbot/internal/store"
)

func TestABackupRestores(t *testing.T) {
	dir, ctx, noon := t.TempDir(), t.Context(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s, copied := open(t, filepath.Join(dir, "ahtbot.db")), filepath.Join(dir, "copy.db")
	who := campaign(t, "Sales")
	for _, err := range []error{
		s.Resize(ctx, 3, true), s.KeepReading(ctx, who, 90*time.Second, noon, noon), s.Backup(ctx, copied),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v; want mode 0600", info, err)
	}
	left, err := filepath.Glob(copied + "-*")
	if err != nil || len(left) > 0 {
		t.Errorf("left beside the copy: %v, %v", left, err)
	}
	restored := open(t, copied)
	if r, ok, err := restored.LatestReading(ctx, who); err != nil || !ok || r.Mean != 90*time.Second || !r.At.Equal(noon) {
		t.Errorf("restored %v, %v, %v", r, ok, err)
	}
	// The ledger does not come back with slots that have been used since: it is a new one.
	if err := restored.Resize(ctx, 3, false); err != nil {
		t.Fatal(err)
	}
	if slot, wait, err := restored.Take(ctx, "a", false, 0, 2*time.Minute); slot >= 0 || wait < 70*time.Second || err != nil {
		t.Errorf("restored ledger: slot %d, wait %v, %v; want none for 75 s", slot, wait, err)
	}
	serves(t, restored)
}

func TestABackupOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	s, there := open(t, filepath.Join(dir, "ahtbot.db")), filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{there, filepath.Join(dir, "ahtbot.db"), dir, filepath.Join(dir, "no", "folder")} {
		if err := s.Backup(t.Context(), path); err == nil {
			t.Errorf("%s: backed up", path)
		}
	}
	if text, err := os.ReadFile(there); string(text) != "precious" || err != nil {
		t.Errorf("overwritten: %q, %v", text, err)
	}
	serves(t, s)
}

func TestABackupIsOneMomentWhileOthersWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ahtbot.db")
	s, other, who := open(t, path), open(t, path), campaign(t, "Sales")
	keep(t, other, 0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 1; ; i++ {
			select {
			case <-stop:
				return
			default:
				keep(t, other, i)
			}
		}
	}()
	for i := range 3 {
		if err := s.Backup(t.Context(), filepath.Join(dir, string(rune('a'+i)))); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	<-stopped
	restored := open(t, filepath.Join(dir, "c"))
	readings, err := restored.ReadingsBetween(t.Context(), who, time.UnixMilli(0), time.Now(), 1_000_000)
	if err != nil || len(readings) == 0 {
		t.Fatalf("%d readings, %v", len(readings), err)
	}
	for i, r := range readings {
		if r.Mean != time.Duration(i)*time.Second {
			t.Fatalf("reading %d is %v: the copy is no prefix of what was written", i, r.Mean)
		}
	}
}

// keep keeps the i-th reading of Sales, of i seconds.
func keep(t *testing.T, s store.Store, i int) {
	t.Helper()
	at := time.UnixMilli(int64(i) * 1000)
	if err := s.KeepReading(t.Context(), campaign(t, "Sales"), time.Duration(i)*time.Second, at, at); err != nil {
		t.Error(err)
	}
}
