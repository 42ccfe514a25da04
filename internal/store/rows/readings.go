package rows

import (
	"context"
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
func (r *Rows) LatestReading(ctx context.Context, t aht.Target) (aht.Reading, bool, error) {
	latest := query.LatestReadingParams{Kind: int64(t.Kind()), Name: t.Name()}
	return find(ctx, r.read, "read a reading", (*query.Queries).LatestReading, latest, func(row query.LatestReadingRow) (aht.Reading, bool) {
		return asReading(t, row.At, row.MeanS), true
	})
}

func asReading(t aht.Target, ms, mean int64) aht.Reading {
	return aht.Reading{Target: t, Mean: time.Duration(mean) * time.Second, At: at(ms)}
}

// ReadingsBetween is [store.Readings.ReadingsBetween].
func (r *Rows) ReadingsBetween(ctx context.Context, t aht.Target, from, to time.Time, most int) ([]aht.Reading, error) {
	between := query.ReadingsBetweenParams{Kind: int64(t.Kind()), Name: t.Name(), Since: from.UnixMilli(), Until: to.UnixMilli(), Most: int64(most)}
	readings, err := list(ctx, r.read, "read readings", (*query.Queries).ReadingsBetween, between, func(row query.ReadingsBetweenRow) (aht.Reading, bool) {
		return asReading(t, row.At, row.MeanS), true
	})
	slices.Reverse(readings)
	return readings, err
}

// RecentReadings is [store.Readings.RecentReadings].
func (r *Rows) RecentReadings(ctx context.Context, since time.Time, most int) ([]aht.Reading, error) {
	recent := query.RecentReadingsParams{Since: since.UnixMilli(), Most: int64(most)}
	return list(ctx, r.read, "read recent readings", (*query.Queries).RecentReadings, recent, func(row query.RecentReadingsRow) (aht.Reading, bool) {
		t, ok := asTarget(row.Kind, row.Name)
		return asReading(t, row.At, row.MeanS), ok
	})
}

// ReadingsSince is [store.Readings.ReadingsSince].
func (r *Rows) ReadingsSince(ctx context.Context, since time.Time, most int) ([]aht.Reading, error) {
	fresh := query.ReadingsSinceParams{Kind: int64(aht.KindCampaign), Since: since.UnixMilli(), Most: int64(most)}
	return list(ctx, r.read, "read new readings", (*query.Queries).ReadingsSince, fresh, func(row query.ReadingsSinceRow) (aht.Reading, bool) {
		t, ok := asTarget(fresh.Kind, row.Name)
		return asReading(t, row.At, row.MeanS), ok
	})
}

// asTarget is the target of a row; false for one that today's rules would not accept.
func asTarget(kind int64, name string) (aht.Target, bool) {
	t, err := aht.NewTarget(aht.Kind(kind), name)
	return t, err == nil
}

// SeenTargets is [store.Readings.SeenTargets].
func (r *Rows) SeenTargets(ctx context.Context, kind aht.Kind, most int) ([]string, error) {
	seen := query.SeenTargetsParams{Kind: int64(kind), Most: int64(most)}
	return list(ctx, r.read, "read targets seen", (*query.Queries).SeenTargets, seen, func(name string) (string, bool) { return name, true })
}

// AskCounts is [store.Readings.AskCounts].
func (r *Rows) AskCounts(ctx context.Context, since time.Time, most int) ([]store.AskCount, error) {
	counted := query.AskCountsParams{Since: since.UnixMilli(), Most: int64(most)}
	return list(ctx, r.read, "count questions", (*query.Queries).AskCounts, counted, func(row query.AskCountsRow) (store.AskCount, bool) {
		t, ok := asTarget(row.Kind, row.Name)
		return store.AskCount{Target: t, Asked: row.Asked}, ok
	})
}

// PruneReadings is [store.Readings.PruneReadings].
func (r *Rows) PruneReadings(ctx context.Context, before time.Time, most int) (n int64, err error) {
	err = r.write(ctx, "prune readings", func(ctx context.Context, q *query.Queries) error {
		n, err = q.PruneReadings(ctx, query.PruneReadingsParams{Before: before.UnixMilli(), Most: int64(most)})
		if err != nil || n == 0 {
			return err
		}
		return q.PruneTargets(ctx)
	})
	return n, err
}

// Forget is [store.Readings.Forget].
func (r *Rows) Forget(ctx context.Context, t aht.Target) (n int64, err error) {
	err = r.write(ctx, "forget a target", func(ctx context.Context, q *query.Queries) error {
		kind, name := int64(t.Kind()), t.Name()
		if n, err = q.DropReadings(ctx, query.DropReadingsParams{Kind: kind, Name: name}); err != nil {
			return err
		}
		if t.Kind() == aht.KindAgent {
			if err := q.DropLinkOfAgent(ctx, name); err != nil {
				return err
			}
		}
		// A reading that another process kept in between goes with its target.
		return q.DropTarget(ctx, query.DropTargetParams{Kind: kind, Name: name})
	})
	return n, err
}
