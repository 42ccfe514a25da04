//go:build postgres

package postgres_test

import (
	"testing"

	"ahtbot/internal/store"
	"ahtbot/internal/store/postgres"
	"ahtbot/internal/store/storetest"
)

// fill puts a million readings into the schema, as KeepReading would one by one, and
// returns how many bytes they take, their index included.
func fill(tb testing.TB, databaseURL, name string) int64 {
	tb.Helper()
	s := open(tb, databaseURL)
	for i := range storetest.BenchTargets {
		if err := s.KeepReading(tb.Context(), storetest.BenchTarget(tb, i), 0, storetest.End, storetest.End); err != nil {
			tb.Fatal(err)
		}
	}
	db, ctx := admin(tb), tb.Context()
	if _, err := db.ExecContext(ctx, `insert into `+name+`.reading (target, at, took, mean_s)
		select t.id, $2 - m * 60000 - (m * 7919) % 1000, 300, 100 + (m * 31) % 400
		from generate_series($1::bigint, 1, -1) m cross join `+name+`.target t`,
		storetest.BenchReadings/storetest.BenchTargets, storetest.End.UnixMilli()); err != nil {
		tb.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, "analyze "+name+".reading"); err != nil {
		tb.Fatal(err)
	}
	var bytes int64
	if err := db.QueryRowContext(ctx, "select pg_total_relation_size($1)", name+".reading").Scan(&bytes); err != nil {
		tb.Fatal(err)
	}
	return bytes
}

func BenchmarkStore(b *testing.B) {
	full, name := fresh(b)
	each := 0.0
	storetest.Bench(b,
		func(tb testing.TB) store.Store {
			tb.Helper()
			databaseURL, _ := fresh(tb)
			return open(tb, databaseURL)
		},
		func(tb testing.TB) store.Store {
			tb.Helper()
			each = float64(fill(tb, full, name)) / storetest.BenchReadings
			return open(tb, full)
		})
	b.Run("OpenAMillion", func(b *testing.B) {
		for b.Loop() {
			s, err := postgres.Open(b.Context(), full, storetest.Release)
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(each, "B/reading")
	})
}
