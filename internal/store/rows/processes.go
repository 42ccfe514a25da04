package rows

import (
	"context"
	"time"

	"ahtbot/internal/store/query"
)

const (
	alive   = 60 * time.Second // a process unheard of for as long is not counted
	buried  = 24 * time.Hour   // and after this not remembered
	sweep   = time.Minute      // between two sweeps of this process
	day     = 24 * time.Hour
	lateEnd = time.Minute // leases and deliveries stay this much longer, should the clock step
)

// Heartbeat is [store.Processes.Heartbeat].
func (r *Rows) Heartbeat(ctx context.Context, id string) (live, most int, err error) {
	var now int64
	err = r.write(ctx, "note a heartbeat", func(ctx context.Context, q *query.Queries, t int64) error {
		now = t
		if err := q.SeeProcess(ctx, query.SeeProcessParams{ID: id, Seen: now}); err != nil {
			return err
		}
		n, err := q.LiveProcesses(ctx, now-alive.Milliseconds())
		if err != nil {
			return err
		}
		peak, err := q.RaisePeak(ctx, query.RaisePeakParams{Day: now / day.Milliseconds(), Live: n})
		live, most = int(n), int(peak)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	return live, most, r.sweep(ctx, now)
}

// sweep removes what is over, at most once a minute. Its statements are single ones: two
// processes that sweep and claim at once cannot block each other.
func (r *Rows) sweep(ctx context.Context, now int64) error {
	last := r.swept.Load()
	if now-last < sweep.Milliseconds() && now >= last || !r.swept.CompareAndSwap(last, now) {
		return nil
	}
	return r.Do(ctx, "sweep", func(ctx context.Context) error {
		q := query.New(r.engine.Write)
		if err := q.SweepLeases(ctx, now-lateEnd.Milliseconds()); err != nil {
			return err
		}
		if err := q.SweepDeliveries(ctx, now-lateEnd.Milliseconds()); err != nil {
			return err
		}
		return q.SweepProcesses(ctx, now-buried.Milliseconds())
	})
}

// Goodbye is [store.Processes.Goodbye].
func (r *Rows) Goodbye(ctx context.Context, id string) error {
	return r.Do(ctx, "say goodbye", func(ctx context.Context) error {
		return query.New(r.engine.Write).DropProcess(ctx, id)
	})
}
