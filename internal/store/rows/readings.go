package rows

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// KeepReading is [store.Readings.KeepReading].
func (r *Rows) KeepReading(ctx context.Context, t aht.Target, mean time.Duration, asked, received time.Time) error {
	if t.IsZero() {
		return errors.New("store: a reading is of nobody")
	}
	row := query.AddReadingParams{
		Kind: int64(t.Kind()), Name: t.Name(),
		At: received.UnixMilli(), Took: max(0, received.Sub(asked).Milliseconds()), MeanS: int64(mean / time.Second),
	}
	return r.once(ctx, "keep a reading", func(ctx context.Context, q *query.Queries) error {
		n, err := q.AddReading(ctx, row)
		for err == nil && n == 0 { // the first of its target, which pruning may take away again at once
			if err = q.AddTarget(ctx, query.AddTargetParams{Kind: row.Kind, Name: row.Name}); err == nil {
				n, err = q.AddReading(ctx, row)
			}
		}
		return err
	})
}

// LatestReading is [store.Readings.LatestReading].
func (r *Rows) LatestReading(ctx context.Context, t aht.Target) (reading aht.Reading, ok bool, err error) {
	err = r.read(ctx, "read a reading", func(ctx context.Context, q *query.Queries) error {
		row, err := q.LatestReading(ctx, query.LatestReadingParams{Kind: int64(t.Kind()), Name: t.Name()})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			reading, ok = asReading(t, row.At, row.MeanS), true
		}
		return err
	})
	return reading, ok, err
}

func asReading(t aht.Target, ms, mean int64) aht.Reading {
	return aht.Reading{Target: t, Mean: time.Duration(mean) * time.Second, At: at(ms)}
}

// ReadingsBetween is [store.Readings.ReadingsBetween].
func (r *Rows) ReadingsBetween(ctx context.Context, t aht.Target, from, to time.Time, most int) (readings []aht.Reading, err error) {
	err = r.read(ctx, "read readings", func(ctx context.Context, q *query.Queries) error {
		rows, err := q.ReadingsBetween(ctx, query.ReadingsBetweenParams{
			Kind: int64(t.Kind()), Name: t.Name(), Since: from.UnixMilli(), Until: to.UnixMilli(), Most: int64(most),
		})
		for _, row := range slices.Backward(rows) {
			readings = append(readings, asReading(t, row.At, row.MeanS))
		}
		return err
	})
	return readings, err
}

// RecentReadings is [store.Readings.RecentReadings].
func (r *Rows) RecentReadings(ctx context.Context, since time.Time, most int) (readings []aht.Reading, err error) {
	err = r.read(ctx, "read recent readings", func(ctx context.Context, q *query.Queries) error {
		rows, err := q.RecentReadings(ctx, query.RecentReadingsParams{Since: since.UnixMilli(), Most: int64(most)})
		for _, row := range rows {
			if t, ok := asTarget(row.Kind, row.Name); ok {
				readings = append(readings, asReading(t, row.At, row.MeanS))
			}
		}
		return err
	})
	return readings, err
}

// ReadingsSince is [store.Readings.ReadingsSince].
func (r *Rows) ReadingsSince(ctx context.Context, since time.Time, most int) (readings []aht.Reading, err error) {
	err = r.read(ctx, "read new readings", func(ctx context.Context, q *query.Queries) error {
		rows, err := q.ReadingsSince(ctx, query.ReadingsSinceParams{Kind: int64(aht.KindCampaign), Since: since.UnixMilli(), Most: int64(most)})
		readings = nil
		for _, row := range rows {
			if t, ok := asTarget(int64(aht.KindCampaign), row.Name); ok {
				readings = append(readings, asReading(t, row.At, row.MeanS))
			}
		}
		return err
	})
	return readings, err
}

// asTarget is the target of a row; false for one that today's rules would not accept.
func asTarget(kind int64, name string) (aht.Target, bool) {
	t, err := aht.NewTarget(aht.Kind(kind), name)
	return t, err == nil
}

// SeenTargets is [store.Readings.SeenTargets].
func (r *Rows) SeenTargets(ctx context.Context, kind aht.Kind, most int) (names []string, err error) {
	err = r.read(ctx, "read targets seen", func(ctx context.Context, q *query.Queries) error {
		names, err = q.SeenTargets(ctx, query.SeenTargetsParams{Kind: int64(kind), Most: int64(most)})
		return err
	})
	return names, err
}

// AskCounts is [store.Readings.AskCounts].
func (r *Rows) AskCounts(ctx context.Context, since time.Time, most int) (counts []store.AskCount, err error) {
	err = r.read(ctx, "count questions", func(ctx context.Context, q *query.Queries) error {
		rows, err := q.AskCounts(ctx, query.AskCountsParams{Since: since.UnixMilli(), Most: int64(most)})
		for _, row := range rows {
			if t, ok := asTarget(row.Kind, row.Name); ok {
				counts = append(counts, store.AskCount{Target: t, Asked: row.Asked})
			}
		}
		return err
	})
	return counts, err
}
