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
	key = digest(key)
	err = r.once(ctx, "claim a lease", func(ctx context.Context, q *query.Queries, now int64) error {
		held := min(d, beyond).Milliseconds()
		n, err := q.ClaimLease(ctx, query.ClaimLeaseParams{
			Key: key, Holder: holder, Until: now + held, Now: now, Beyond: now + beyond.Milliseconds(),
		})
		if got = n == 1; err != nil || got {
			return err
		}
		until, err := q.LeaseUntil(ctx, key)
		if errors.Is(err, sql.ErrNoRows) { // given up in between
			until, err = now, nil
		}
		left = milliseconds(within(until-now, held))
		return err
	})
	return got && err == nil, left, err
}

// Unclaim is [store.Leases.Unclaim].
func (r *Rows) Unclaim(ctx context.Context, key, holder string) error {
	return r.Do(ctx, "give up a lease", func(ctx context.Context) error {
		return query.New(r.engine.Write).DropLease(ctx, query.DropLeaseParams{Key: digest(key), Holder: holder})
	})
}

// FirstDelivery is [store.Deliveries.FirstDelivery].
func (r *Rows) FirstDelivery(ctx context.Context, key string, keep time.Duration) (first bool, err error) {
	err = r.once(ctx, "note a delivery", func(ctx context.Context, q *query.Queries, now int64) error {
		n, err := q.AddDelivery(ctx, query.AddDeliveryParams{Key: digest(key), Until: now + keep.Milliseconds(), Now: now})
		first = n == 1
		return err
	})
	return first && err == nil, err
}
