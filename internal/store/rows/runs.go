package rows

import (
	"context"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// ClaimRun is [store.Digests.ClaimRun].
func (r *Rows) ClaimRun(ctx context.Context, digest int64, slot, holder string, d time.Duration) (run store.RunRow, got bool, err error) {
	return find(ctx, r.once, "claim a slot", (*query.Queries).ClaimRun, query.ClaimRunParams{
		Holder: holder, Hold: min(d, beyond).Milliseconds(), Digest: digest, Slot: slot, Beyond: beyond.Milliseconds(),
	}, asRun)
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
	return list(ctx, r.read, "read the open slots", (*query.Queries).OpenRuns, query.OpenRunsParams{Beyond: beyond.Milliseconds(), Most: int64(most)}, asRun)
}

// LastRuns is [store.Digests.LastRuns].
func (r *Rows) LastRuns(ctx context.Context, digest int64, most int) ([]store.RunRow, error) {
	return list(ctx, r.read, "read the last slots", (*query.Queries).LastRuns, query.LastRunsParams{Digest: digest, Most: int64(most)}, asRun)
}

// MissedRuns is [store.Digests.MissedRuns].
func (r *Rows) MissedRuns(ctx context.Context, digest int64, before time.Time, most int) ([]store.RunRow, error) {
	return list(ctx, r.read, "read the slots that were missed", (*query.Queries).MissedRuns, query.MissedRunsParams{Digest: digest, Before: timeColumn(before), Most: int64(most)}, asRun)
}

func asRun(r query.SlotRun) (store.RunRow, bool) {
	return store.RunRow{
		Digest: r.Digest, Slot: r.Slot, At: at(r.At), Begun: at(r.Begun), State: r.State, Holder: r.Holder, Attempt: r.Attempt, Report: r.Report,
		Channel: r.Channel, TS: r.Ts, Late: milliseconds(r.Late), Cause: r.Cause, Named: r.Named != 0, Ended: columnTime(r.Ended),
	}, true
}
