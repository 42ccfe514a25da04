package rows

import (
	"context"
	"time"

	"ahtbot/internal/store/query"
)

// ledger names the one ledger there is: a database serves one account.
const ledger = "upstream"

// How long slots stay shut that were not counted before, and those a clock set back left
// shut for longer than anybody would have: the longest hold is well under two minutes.
const (
	newHold  = 60 * time.Second
	lostHold = 2 * time.Minute
)

// Resize is [store.Ledger.Resize].
func (r *Rows) Resize(ctx context.Context, n int, fresh bool) error {
	return r.write(ctx, "resize the ledger", func(ctx context.Context, q *query.Queries, now int64) error {
		made, err := q.OpenLedger(ctx, ledger)
		if err != nil {
			return err
		}
		size, err := q.LockLedger(ctx, ledger)
		if err != nil {
			return err
		}
		free := now + newHold.Milliseconds()
		if fresh && made == 1 {
			free = now
		}
		for slot := size; slot < int64(n); slot++ {
			if err := q.AddSlot(ctx, query.AddSlotParams{Name: ledger, Slot: slot, FreeAt: free}); err != nil {
				return err
			}
		}
		if err := q.SizeLedger(ctx, query.SizeLedgerParams{Name: ledger, Size: int64(max(0, n))}); err != nil {
			return err
		}
		return pull(ctx, q, now, lostHold.Milliseconds())
	})
}

// pull shortens what is held for longer than beyond to hold.
func pull(ctx context.Context, q *query.Queries, now, hold int64) error {
	return q.PullSlots(ctx, query.PullSlotsParams{Name: ledger, FreeAt: now + hold, Beyond: now + beyond.Milliseconds()})
}

// crowded is how often Take asks again when slots are free that other takes have locked at
// that moment (PostgreSQL); such a lock lasts for one statement.
const crowded = 20

// Take is [store.Ledger.Take].
func (r *Rows) Take(ctx context.Context, holder string, spare int, hold time.Duration) (slot int, wait time.Duration, err error) {
	slot = -1
	err = r.Do(ctx, "take a slot", func(ctx context.Context) error {
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
	now, err := r.engine.Now(ctx, r.engine.Read)
	if err != nil {
		return 0, err
	}
	slots, err := query.New(r.engine.Read).Slots(ctx, ledger)
	if err != nil {
		return 0, err
	}
	if spare >= len(slots) {
		return held, nil
	}
	s := slots[spare]
	return max(s.FreeAt, s.ClosedUntil) - now, nil
}

// Settle is [store.Ledger.Settle].
func (r *Rows) Settle(ctx context.Context, slot int, holder string, rest time.Duration) error {
	return r.once(ctx, "settle a slot", func(ctx context.Context, q *query.Queries, now int64) error {
		return q.SettleSlot(ctx, query.SettleSlotParams{Name: ledger, Slot: int64(slot), Holder: holder, FreeAt: now + up(rest)})
	})
}

// up returns d in milliseconds, a started one counted whole.
func up(d time.Duration) int64 { return (d + time.Millisecond - 1).Milliseconds() }

// HoldAll is [store.Ledger.HoldAll].
func (r *Rows) HoldAll(ctx context.Context, d time.Duration) error {
	return r.write(ctx, "hold all slots", func(ctx context.Context, q *query.Queries, now int64) error {
		hold := up(min(d, beyond))
		if _, err := q.OpenLedger(ctx, ledger); err != nil {
			return err
		}
		if _, err := q.LockLedger(ctx, ledger); err != nil {
			return err
		}
		err := q.CloseLedger(ctx, query.CloseLedgerParams{Name: ledger, Until: now + hold, Beyond: now + beyond.Milliseconds()})
		if err != nil {
			return err
		}
		return pull(ctx, q, now, hold)
	})
}

// Used is [store.Ledger.Used].
func (r *Rows) Used(ctx context.Context) (used, total int, err error) {
	err = r.read(ctx, "count the slots", func(ctx context.Context, q *query.Queries) error {
		now, err := r.engine.Now(ctx, r.engine.Read)
		if err != nil {
			return err
		}
		slots, err := q.Slots(ctx, ledger)
		if err != nil {
			return err
		}
		for _, s := range slots {
			if max(s.FreeAt, s.ClosedUntil) > now {
				used++
			}
		}
		total = len(slots)
		return nil
	})
	return used, total, err
}

// Clock is [store.Ledger.Clock].
func (r *Rows) Clock(ctx context.Context) (now time.Time, err error) {
	err = r.Do(ctx, "read the clock", func(ctx context.Context) error {
		ms, err := r.engine.Now(ctx, r.engine.Read)
		now = at(ms)
		return err
	})
	return now, err
}
