package postgres

import (
	"context"

	"ahtbot/internal/store"
)

// probe writes a row larger than any that calls write, and takes it back, in the one
// transaction that statements sent together are. It asks for the lock that writing needs on
// every table, which shows a lock that somebody holds and a right that was taken away. The
// row cannot be compressed, so it needs room. It waits for locks a little shorter than
// [store.Patience], so that the server says what it waits for.
const probe = `
set local lock_timeout = 1500;
lock table rl, rl_slot, token, token_issue, target, reading, lease, delivery, process, process_peak, goal, change_log,
    digest, slot_run, alert_rule, alert_state, alert_message, outbox, trouble, campaign_list, link in row exclusive mode;
insert into lease (key, holder, until)
    select 'probe', string_agg(md5(random()::text), ''), 0 from generate_series(1, 2048)
    on conflict (key) do update set holder = excluded.holder;
delete from lease where key = 'probe';
`

// prove makes the probe. A session that takes no writes is not asked again: after a failover,
// or when default_transaction_read_only is switched off, a new one may.
func (s *server) prove(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, probe)
	if s.causeOf(err) == store.ReadOnlyServer {
		_, err = s.pool.Exec(ctx, probe)
	}
	return err
}

// causeOf is cause, and ends all sessions when one of them takes no writes: those that are kept
// would go on to take none, or to take some while others take none.
func (s *server) causeOf(err error) store.Cause {
	if err == nil {
		return ""
	}
	why := cause(err)
	if why == store.ReadOnlyServer {
		s.pool.Reset()
	}
	return why
}
