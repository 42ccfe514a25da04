package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
	"ahtbot/internal/store/storetest"
)

func benchOpen(tb testing.TB, path string) store.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), "sqlite://"+path, storetest.Release)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// fill puts a million readings into the file, as KeepReading would one by one, and returns
// how many bytes it has grown by.
func fill(tb testing.TB, path string) int64 {
	tb.Helper()
	s := benchOpen(tb, path)
	for i := range storetest.BenchTargets {
		if err := s.KeepReading(tb.Context(), storetest.BenchTarget(tb, i), 0, storetest.End, storetest.End); err != nil {
			tb.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	before := size(tb, path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	_, err = db.ExecContext(tb.Context(), `
		insert into reading (target, at, took, mean_s)
		with recursive minute (m) as (select 1 union all select m + 1 from minute where m < ?1)
		select target.id, ?2 - minute.m * 60000 - (minute.m * 7919) % 1000, 300, 100 + (minute.m * 31) % 400
		from minute join target order by minute.m desc`,
		storetest.BenchReadings/storetest.BenchTargets, storetest.End.UnixMilli())
	if err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	return size(tb, path) - before
}

func size(tb testing.TB, path string) int64 {
	tb.Helper()
	info, err := os.Stat(path)
	if err != nil {
		tb.Fatal(err)
	}
	return info.Size()
}

func BenchmarkStore(b *testing.B) {
	full, each := filepath.Join(b.TempDir(), "full.db"), 0.0
	storetest.Bench(b,
		func(tb testing.TB) store.Store {
			tb.Helper()
			return benchOpen(tb, filepath.Join(tb.TempDir(), "ahtbot.db"))
		},
		func(tb testing.TB) store.Store {
			tb.Helper()
			each = float64(fill(tb, full)) / storetest.BenchReadings
			return benchOpen(tb, full)
		})
	b.Run("OpenAMillion", func(b *testing.B) {
		benchOpening(b, full)
		b.ReportMetric(each, "B/reading")
	})
	b.Run("OpenNew", func(b *testing.B) {
		dir, n := b.TempDir(), 0
		for b.Loop() {
			n++
			path := filepath.Join(dir, string(rune('a'+n%26)))
			_ = os.Remove(path)
			openClose(b, path)
		}
	})
}

func benchOpening(b *testing.B, path string) {
	b.Helper()
	for b.Loop() {
		openClose(b, path)
	}
}

func openClose(b *testing.B, path string) {
	b.Helper()
	s, err := sqlite.Open(b.Context(), "sqlite://"+path, storetest.Release)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Ping(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
