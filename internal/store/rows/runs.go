package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// ClaimRun is [store.Digests.ClaimRun].
func (r *Rows) ClaimRun(ctx context.Context, digest int64, slot, holder string, d time.Duration) (run store.RunRow, got bool, err error) {
	err = r.once(ctx, "claim a slot", func(ctx context.Context, q *query.Queries) error {
		row, err := q.ClaimRun(ctx, query.ClaimRunParams{
			Holder: holder, Hold: min(d, beyond).Milliseconds(), Digest: digest, Slot: slot, Beyond: beyond.Milliseconds(),
		})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		run, got = asRun(row), err == nil
		return err
	})
	return run, got && err == nil, err
}

// KeepRun is [store.Digests.KeepRun].
func (r *Rows) KeepRun(ctx context.Context, run store.RunRow, d time.Duration, name bool) (kept bool, err error) {
	do := r.once
	if name {
		do = r.write
	}
	err = do(ctx, "keep what became of a slot", func(ctx context.Context, q *query.Queries) error {
		n, err := q.KeepRun(ctx, query.KeepRunParams{
			State: run.State, Hold: min(d, beyond).Milliseconds(), Report: run.Report, Channel: run.Channel, Ts: run.TS,
			Late: run.Late.Milliseconds(), Cause: run.Cause, Named: boolColumn(run.Named), Ended: timeColumn(run.Ended),
			Digest: run.Digest, Slot: run.Slot, Holder: run.Holder,
		})
		if kept = n == 1; err != nil || !kept || !name {
			return err
		}
		return q.NameRuns(ctx, query.NameRunsParams{Digest: run.Digest, Before: timeColumn(run.At)})
	})
	return kept && err == nil, err
}

// OpenRuns is [store.Digests.OpenRuns].
func (r *Rows) OpenRuns(ctx context.Context, most int) ([]store.RunRow, error) {
	return many(ctx, r, "read the open slots", asRun, func(ctx context.Context, q *query.Queries) ([]query.SlotRun, error) {
		return q.OpenRuns(ctx, query.OpenRunsParams{Beyond: beyond.Milliseconds(), Most: int64(most)})
	})
}

// LastRuns is [store.Digests.LastRuns].
func (r *Rows) LastRuns(ctx context.Context, digest int64, most int) ([]store.RunRow, error) {
	return many(ctx, r, "read the last slots", asRun, func(ctx context.Context, q *query.Queries) ([]query.SlotRun, error) {
		return q.LastRuns(ctx, query.LastRunsParams{Digest: digest, Most: int64(most)})
	})
}

// MissedRuns is [store.Digests.MissedRuns].
func (r *Rows) MissedRuns(ctx context.Context, digest int64, before time.Time, most int) ([]store.RunRow, error) {
	return many(ctx, r, "read the slots that were missed", asRun, func(ctx context.Context, q *query.Queries) ([]query.SlotRun, error) {
		return q.MissedRuns(ctx, query.MissedRunsParams{Digest: digest, Before: timeColumn(before), Most: int64(most)})
	})
}

func asRun(r query.SlotRun) store.RunRow {
	return store.RunRow{
		Digest: r.Digest, Slot: r.Slot, At: at(r.At), Begun: at(r.Begun), State: r.State, Holder: r.Holder, Attempt: r.Attempt, Report: r.Report,
		Channel: r.Channel, TS: r.Ts, Late: milliseconds(r.Late), Cause: r.Cause, Named: r.Named != 0, Ended: columnTime(r.Ended),
	}
}
