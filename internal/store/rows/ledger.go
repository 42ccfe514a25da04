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

// How slots open that were not counted before, and how long those a clock set back left
// shut for longer than anybody would have: the longest hold is well under two minutes.
//
// Whatever used the account before, an ahtbot on another database to begin with, may have
// sent a request just now that arrives when its 15 s are over; the upstream counts it for
// 60 s from then. After those 75 s nothing of it is left. Until then early takes alone get
// such slots: the first few at once, and the rest over the minute in which what was used
// before leaves the upstream's count, if it was used evenly (docs/adr/0009).
const (
	opening  = 75 * time.Second
	ramp     = time.Minute
	lostHold = 2 * time.Minute
)

// atOnce is how many slots of a ledger of n an early take gets before any time has passed:
// as many as people have to themselves later, and enough to sign in and ask.
func atOnce(n int64) int64 { return max(2, min(5, n/4)) }

// Resize is [store.Ledger.Resize].
func (r *Rows) Resize(ctx context.Context, n int, fresh bool) error {
	want := int64(max(0, n))
	was, sized, err := find(ctx, r.read, "read the ledger's size", (*query.Queries).LedgerSize, ledger, func(size int64) (int64, bool) { return size, true })
	same := sized && was == want
	if err == nil && !same {
		err = r.write(ctx, "resize the ledger", func(ctx context.Context, q *query.Queries) error { return resize(ctx, q, want, fresh) })
	}
	if err != nil {
		return err
	}
	err = exec(ctx, r.once, "shorten lost holds", (*query.Queries).PullSlots, shortened(lostHold.Milliseconds()))
	if failed, ok := errors.AsType[*store.UnavailableError](err); ok && same && failed.Cause.Lasts() {
		return nil // the ledger is as large as it should be, and a process may start on it
	}
	return err
}

func resize(ctx context.Context, q *query.Queries, n int64, fresh bool) error {
	was, err := q.LockLedger(ctx, ledger)
	if err != nil {
		return err
	}
	if was < n {
		add := query.AddSlotsParams{Name: ledger, First: max(0, was), Size: n}
		if !fresh || was >= 0 {
			add.AtOnce, add.Span = atOnce(n), ramp.Milliseconds()
			if err := q.OpenLedger(ctx, query.OpenLedgerParams{Name: ledger, Proved: add.First, Hold: opening.Milliseconds()}); err != nil {
				return err
			}
		}
		if err := q.AddSlots(ctx, add); err != nil {
			return err
		}
	}
	return q.SizeLedger(ctx, query.SizeLedgerParams{Name: ledger, Size: n})
}

// reopen makes a ledger that was opening when it was closed begin anew when the closure
// ends.
func reopen(ctx context.Context, q *query.Queries) error {
	head, err := q.LedgerHead(ctx, ledger)
	if err != nil || head.OpeningLeft <= 0 || head.Size <= head.Proved {
		return err
	}
	ahead := max(0, head.ClosedLeft)
	err = q.OpenLedger(ctx, query.OpenLedgerParams{Name: ledger, Proved: head.Proved, Hold: ahead + opening.Milliseconds()})
	if err != nil {
		return err
	}
	return q.AddSlots(ctx, query.AddSlotsParams{
		Name: ledger, First: head.Proved, Size: head.Size, Ahead: ahead, AtOnce: atOnce(head.Size), Span: ramp.Milliseconds(),
	})
}

// Opening is [store.Ledger.Opening].
func (r *Rows) Opening(ctx context.Context) (left time.Duration, err error) {
	left, _, err = find(ctx, r.read, "read the ledger's opening", (*query.Queries).LedgerHead, ledger,
		func(head query.LedgerHeadRow) (time.Duration, bool) {
			return milliseconds(max(0, head.OpeningLeft)), true
		})
	return left, err
}

// shortened asks for what is held for longer than beyond to be held for hold milliseconds.
func shortened(hold int64) query.PullSlotsParams {
	return query.PullSlotsParams{Name: ledger, Hold: hold, Beyond: beyond.Milliseconds()}
}

// crowded is how often Take asks again when slots are free that other takes have locked at
// that moment (PostgreSQL); such a lock lasts for one statement.
const crowded = 20

// Take is [store.Ledger.Take].
func (r *Rows) Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (slot int, wait time.Duration, err error) {
	slot = -1
	err = r.change(ctx, "take a slot", func(ctx context.Context) error {
		held := ceilMilliseconds(min(hold, beyond))
		for range crowded {
			var got int // of a take that may be rolled back yet
			err := r.engine.Take(ctx, Take{Ledger: ledger, Holder: holder, Early: early, Spare: int64(max(0, spare)), Hold: held}).Scan(&got)
			if err == nil {
				slot, wait = got, 0
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			ahead, err := r.untilFree(ctx, early, max(0, spare), held)
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
func (r *Rows) untilFree(ctx context.Context, early bool, spare int, held int64) (int64, error) {
	ahead, err := r.on(r.engine.Read).Slots(ctx, query.SlotsParams{Name: ledger, Early: boolColumn(early)})
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
	settled := query.SettleSlotParams{Name: ledger, Slot: int64(slot), Holder: holder, Rest: ceilMilliseconds(rest)}
	return exec(ctx, r.once, "settle a slot", (*query.Queries).SettleSlot, settled)
}

// HoldAll is [store.Ledger.HoldAll]. Closing comes first: a crash after it leaves slots
// held for too long, and no slot free, and an opening that goes on instead of beginning
// anew.
func (r *Rows) HoldAll(ctx context.Context, d time.Duration) error {
	return r.once(ctx, "hold all slots", func(ctx context.Context, q *query.Queries) error {
		hold := ceilMilliseconds(min(d, beyond))
		if err := q.CloseLedger(ctx, query.CloseLedgerParams{Name: ledger, Hold: hold, Beyond: beyond.Milliseconds()}); err != nil {
			return err
		}
		if err := q.PullSlots(ctx, shortened(hold)); err != nil {
			return err
		}
		return reopen(ctx, q)
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
