package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// ledger names the one ledger there is: a database serves one account.
const ledger = "upstream"

// How long slots stay shut that were not counted before, and those a clock set back left
// shut for longer than anybody would have: the longest hold is well under two minutes.
//
// Whatever used the account before, an ahtbot on another database to begin with, may have
// sent a request just now that arrives when its 15 s are over; the upstream counts it for
// 60 s from then.
const (
	newHold  = 75 * time.Second
	lostHold = 2 * time.Minute
)

// Resize is [store.Ledger.Resize].
func (r *Rows) Resize(ctx context.Context, n int, fresh bool) error {
	want, was := int64(max(0, n)), int64(-1)
	err := r.read(ctx, "read the ledger's size", func(ctx context.Context, q *query.Queries) (err error) {
		if was, err = q.LedgerSize(ctx, ledger); errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err == nil && was != want {
		err = r.write(ctx, "resize the ledger", func(ctx context.Context, q *query.Queries) error { return resize(ctx, q, want, fresh) })
	}
	if err != nil {
		return err
	}
	err = r.once(ctx, "shorten lost holds", func(ctx context.Context, q *query.Queries) error {
		return pull(ctx, q, lostHold.Milliseconds())
	})
	if away, ok := errors.AsType[*store.AwayError](err); ok && was == want && away.Cause.Lasts() {
		return nil // the ledger is as large as it should be, and a process may start on it
	}
	return err
}

func resize(ctx context.Context, q *query.Queries, n int64, fresh bool) error {
	was, err := q.LockLedger(ctx, ledger)
	if err != nil {
		return err
	}
	hold := newHold.Milliseconds()
	if fresh && was < 0 {
		hold = 0
	}
	if was < n {
		if err := q.AddSlots(ctx, query.AddSlotsParams{Name: ledger, First: max(0, was), Size: n, Hold: hold}); err != nil {
			return err
		}
	}
	return q.SizeLedger(ctx, query.SizeLedgerParams{Name: ledger, Size: n})
}

// pull shortens what is held for longer than beyond to hold.
func pull(ctx context.Context, q *query.Queries, hold int64) error {
	return q.PullSlots(ctx, query.PullSlotsParams{Name: ledger, Hold: hold, Beyond: beyond.Milliseconds()})
}

// crowded is how often Take asks again when slots are free that other takes have locked at
// that moment (PostgreSQL); such a lock lasts for one statement.
const crowded = 20

// Take is [store.Ledger.Take].
func (r *Rows) Take(ctx context.Context, holder string, spare int, hold time.Duration) (slot int, wait time.Duration, err error) {
	slot = -1
	err = r.change(ctx, "take a slot", func(ctx context.Context) error {
		held := up(min(hold, beyond))
		for range crowded {
			got, err := r.engine.Take(ctx, Take{Ledger: ledger, Holder: holder, Spare: int64(max(0, spare)), Hold: held})
			if err != nil {
				return err
			}
			if got >= 0 {
				slot, wait = int(got), 0
				return nil
			}
			ahead, err := r.untilFree(ctx, max(0, spare), held)
			if err != nil {
				return err
			}
			wait = milliseconds(within(ahead, held))
			if ahead > 0 {
				return nil
			}
		}
		return nil
	})
	return slot, wait, err
}

// untilFree returns the milliseconds until spare+1 slots are free by themselves, none if
// they are by now.
func (r *Rows) untilFree(ctx context.Context, spare int, held int64) (int64, error) {
	ahead, err := r.on(r.engine.Read).Slots(ctx, ledger)
	if err != nil {
		return 0, err
	}
	if spare >= len(ahead) {
		return held, nil
	}
	return ahead[spare], nil
}

// Settle is [store.Ledger.Settle].
func (r *Rows) Settle(ctx context.Context, slot int, holder string, rest time.Duration) error {
	return r.once(ctx, "settle a slot", func(ctx context.Context, q *query.Queries) error {
		return q.SettleSlot(ctx, query.SettleSlotParams{Name: ledger, Slot: int64(slot), Holder: holder, Rest: up(rest)})
	})
}

// HoldAll is [store.Ledger.HoldAll]. Closing comes first: a crash after it leaves slots
// held for too long, and no slot free.
func (r *Rows) HoldAll(ctx context.Context, d time.Duration) error {
	return r.once(ctx, "hold all slots", func(ctx context.Context, q *query.Queries) error {
		hold := up(min(d, beyond))
		if err := q.CloseLedger(ctx, query.CloseLedgerParams{Name: ledger, Hold: hold, Beyond: beyond.Milliseconds()}); err != nil {
			return err
		}
		return pull(ctx, q, hold)
	})
}

// Used is [store.Ledger.Used]. It stands behind the gate: slots that cannot be taken are not
// worth counting.
func (r *Rows) Used(ctx context.Context) (used, total int, err error) {
	err = r.change(ctx, "count the slots", func(ctx context.Context) error {
		n, err := r.on(r.engine.Read).CountSlots(ctx, ledger)
		used, total = int(n.Used), int(n.Total)
		return err
	})
	return used, total, err
}

// Clock is [store.Ledger.Clock].
func (r *Rows) Clock(ctx context.Context) (now time.Time, err error) {
	err = r.read(ctx, "read the clock", func(ctx context.Context, q *query.Queries) error {
		ms, err := q.Clock(ctx)
		now = at(ms)
		return err
	})
	return now, err
}
