package rows

import (
	"context"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store/query"
)

// PruneReadings is [store.Readings.PruneReadings].
func (r *Rows) PruneReadings(ctx context.Context, before time.Time, most int) (n int64, err error) {
	err = r.write(ctx, "prune readings", func(ctx context.Context, q *query.Queries) error {
		n, err = q.PruneReadings(ctx, query.PruneReadingsParams{Before: before.UnixMilli(), Most: int64(most)})
		if err != nil || n == 0 {
			return err
		}
		return q.PruneTargets(ctx)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Forget is [store.Readings.Forget].
func (r *Rows) Forget(ctx context.Context, t aht.Target) (n int64, err error) {
	err = r.write(ctx, "forget a target", func(ctx context.Context, q *query.Queries) error {
		kind, name := int64(t.Kind()), t.Name()
		if n, err = q.DropReadings(ctx, query.DropReadingsParams{Kind: kind, Name: name}); err != nil {
			return err
		}
		// A reading that another process kept in between goes with its target.
		return q.DropTarget(ctx, query.DropTargetParams{Kind: kind, Name: name})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
