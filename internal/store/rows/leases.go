package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ahtbot/internal/store/query"
)

// Claim is [store.Leases.Claim].
func (r *Rows) Claim(ctx context.Context, key, holder string, d time.Duration) (got bool, left time.Duration, err error) {
	key = hashed(key)
	err = r.once(ctx, "claim a lease", func(ctx context.Context, q *query.Queries) error {
		held := min(d, beyond).Milliseconds()
		n, err := q.ClaimLease(ctx, query.ClaimLeaseParams{Key: key, Holder: holder, Hold: held, Beyond: beyond.Milliseconds()})
		if got = n == 1; err != nil || got {
			return err
		}
		ahead, err := q.LeaseLeft(ctx, key)
		if errors.Is(err, sql.ErrNoRows) { // swept in between
			ahead, err = 0, nil
		}
		left = milliseconds(within(ahead, held))
		return err
	})
	return got && err == nil, left, err
}

// Unclaim is [store.Leases.Unclaim].
func (r *Rows) Unclaim(ctx context.Context, key, holder string) error {
	return r.once(ctx, "give up a lease", func(ctx context.Context, q *query.Queries) error {
		return q.EndLease(ctx, query.EndLeaseParams{Key: hashed(key), Holder: holder})
	})
}

// FirstDelivery is [store.Deliveries.FirstDelivery].
func (r *Rows) FirstDelivery(ctx context.Context, key string, keep time.Duration) (first bool, err error) {
	err = r.once(ctx, "note a delivery", func(ctx context.Context, q *query.Queries) error {
		n, err := q.AddDelivery(ctx, query.AddDeliveryParams{Key: hashed(key), Keep: keep.Milliseconds()})
		first = n == 1
		return err
	})
	return first && err == nil, err
}
