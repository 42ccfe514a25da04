package sqlite

import (
	"context"
	"database/sql"

	"ahtbot/internal/store/rows"
)

// take is the ledger's take. SQLite has one writer at a time, so the statement sees all
// takes before it. Times are arguments: it has no clock of its own in milliseconds. While
// the ledger opens, slots that have begun to count are there for early takes alone.
const take = `
update rl_slot set free_at = ?1 + ?2, holder = ?3
where name = ?4 and slot = (
    select s.slot from rl join rl_slot s on s.name = rl.name
    where rl.name = ?4 and rl.closed_until <= ?1 and s.free_at <= ?1
        and s.slot < case when ?6 or rl.opening_until <= ?1 then rl.size else min(rl.size, rl.proved) end
    order by s.free_at, s.slot limit 1)
and ?5 < (
    select count(*) from rl join rl_slot s on s.name = rl.name
    where rl.name = ?4 and s.free_at <= ?1
        and s.slot < case when ?6 or rl.opening_until <= ?1 then rl.size else min(rl.size, rl.proved) end)
returning slot`

// take dates the take before it waits for the write lock. The hold then runs from a moment
// after the caller began to take, which is from where the caller counts its deadlines.
func (f *file) take(ctx context.Context, t rows.Take) *sql.Row {
	return f.write.QueryRowContext(ctx, take, f.now(), t.Hold, t.Holder, t.Ledger, t.Spare, t.Early)
}
