package rows

import (
	"context"
	"slices"
	"time"

	"ahtbot/internal/store/query"
)

const (
	alive   = 60 * time.Second // a process unheard of for as long is not counted
	buried  = 24 * time.Hour   // and after this not remembered
	sweepAt = 3                // every so many heartbeats of this process a sweep: about a minute
	lateEnd = time.Minute      // leases and deliveries stay this much longer, should the clock step

	unsaid = 2 * 24 * time.Hour  // how long what was to be said about an alert stays in the outbox, said or not
	unmade = 24 * time.Hour      // how long a removed alert stays, so that its end can still be shown
	told   = 90 * 24 * time.Hour // how long it is known where the message of an alert stands
)

// Heartbeat is [store.Processes.Heartbeat].
func (r *Rows) Heartbeat(ctx context.Context, id string) (live, most int, err error) {
	err = r.once(ctx, "note a heartbeat", func(ctx context.Context, q *query.Queries) error {
		if err := q.SeeProcess(ctx, id); err != nil {
			return err
		}
		n, err := q.LiveProcesses(ctx, alive.Milliseconds())
		if err != nil {
			return err
		}
		peak, err := q.RaisePeak(ctx, n)
		live, most = int(n), int(peak)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	if r.beats.Add(1)%sweepAt != 1 {
		return live, most, nil
	}
	return live, most, r.sweep(ctx)
}

// sweep removes what is over: of what comes and goes all the time each time, and of one
// other table in turn, so that a database far away is not asked for long. Its statements are
// single ones: two processes that sweep and claim at once cannot block each other. Log lines
// of issues are kept for two hours, so that a clock set back by less than one takes none
// away that counts.
func (r *Rows) sweep(ctx context.Context) error {
	for _, s := range append(slices.Clone(sweeps), slowSweeps[r.beats.Load()/sweepAt%int64(len(slowSweeps))]) {
		if err := exec(ctx, r.once, "sweep", s.run, s.after.Milliseconds()); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what was over for a while.
type sweep struct {
	run   func(q *query.Queries, ctx context.Context, milliseconds int64) error
	after time.Duration
}

// sweeps are made each time; slowSweeps take their turns.
var (
	sweeps = []sweep{
		{(*query.Queries).SweepLeases, lateEnd},
		{(*query.Queries).SweepDeliveries, lateEnd},
		{(*query.Queries).SweepProcesses, buried},
		{(*query.Queries).SweepIssues, 2 * issueWindow},
	}
	slowSweeps = []sweep{
		{(*query.Queries).SweepDigests, undoable},
		{(*query.Queries).SweepRuns, runsKept},
		{(*query.Queries).SweepOutbox, unsaid},
		{(*query.Queries).SweepAlerts, unmade},
		{(*query.Queries).SweepAlertMessages, told},
	}
)

// Goodbye is [store.Processes.Goodbye].
func (r *Rows) Goodbye(ctx context.Context, id string) error {
	return exec(ctx, r.once, "say goodbye", (*query.Queries).DropProcess, id)
}
