package postgres

import (
	"context"
	"database/sql"

	"ahtbot/internal/store/rows"
)

// now is the server's clock in milliseconds. clock_timestamp moves on within a
// transaction, and while a statement waits.
const now = `(extract(epoch from clock_timestamp()) * 1000)::bigint`

// take is the ledger's take. It locks spare+1 free slots and takes the one free longest;
// with fewer it takes none. Takes at the same moment pass over each other's locked slots, so
// none waits for another, no slot has two holders, and the reserve is kept to the row. A
// take may thus find too few that would have been enough a moment later: Rows.Take asks
// again. While the ledger opens, slots that have begun to count are there for early takes
// alone.
const take = `
with free as (
    select s.slot, s.free_at from rl_slot s
    where s.name = $1 and s.free_at <= ` + now + `
        and s.slot < (select case when $5 or rl.opening_until <= ` + now + ` then rl.size else least(rl.size, rl.proved) end
            from rl where rl.name = $1 and rl.closed_until <= ` + now + `)
    order by s.free_at, s.slot limit $2 + 1 for update skip locked)
update rl_slot set free_at = ` + now + ` + $3, holder = $4
where name = $1 and slot = (select free.slot from free order by free.free_at, free.slot limit 1)
    and (select count(*) from free) > $2
returning slot`

func (s *server) take(ctx context.Context, t rows.Take) *sql.Row {
	return s.db.QueryRowContext(ctx, take, t.Ledger, t.Spare, t.Hold, t.Holder, t.Early)
}
