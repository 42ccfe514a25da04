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
	return exec(ctx, r.once, "give up a lease", (*query.Queries).EndLease, query.EndLeaseParams{Key: hashed(key), Holder: holder})
}

// FirstDelivery is [store.Deliveries.FirstDelivery].
func (r *Rows) FirstDelivery(ctx context.Context, key string, keep time.Duration) (first bool, err error) {
	return changed(ctx, r.once, "note a delivery", (*query.Queries).AddDelivery, query.AddDeliveryParams{Key: hashed(key), Keep: keep.Milliseconds()})
}
