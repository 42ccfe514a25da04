package scheduler

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

const (
	readingGrace = 45 * time.Second // readings may come this much after the slot, and it is still in time
	readRetry    = 20 * time.Second // after one that failed
	readAttempts = 3
)

// readRows takes the readings of the run, for at most most from now or to a little after
// the slot, and what stands beside them. An error says that nobody knows whose to take.
func (j *job) readRows(ctx context.Context, most time.Duration) error {
	targets, err := j.Targets(ctx, j.digest.Order.Selection)
	if err != nil {
		return err
	}
	until := time.Now().Add(most)
	if punctual := j.run.Slot.At.Add(readingGrace); punctual.After(until) {
		until = punctual
	}
	j.rows = j.readAll(ctx, targets, j.run.ReadingFrom, until, j.run.Readings)
	j.compareAll(ctx, j.digest, j.rows, time.Now())
	return nil
}

// readAll reads targets, at once: who is asked when is the budget's affair. What was taken
// before serves, and so does any reading received since since. Who has no reading at until
// has failed.
func (l *Scheduler) readAll(ctx context.Context, targets []aht.Target, since, until time.Time, before []aht.Reading) []digest.Row {
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	rows := make([]digest.Row, len(targets))
	var group sync.WaitGroup
	for _, i := range rand.Perm(len(targets)) { // several processes then meet less often
		rows[i].Target = targets[i]
		if at := slices.IndexFunc(before, func(r aht.Reading) bool { return r.Target == targets[i] }); at >= 0 {
			rows[i].Reading = before[at]
			continue
		}
		group.Go(func() { rows[i].Reading, rows[i].Failure = l.readTarget(ctx, targets[i], since) })
	}
	group.Wait()
	return rows
}

// readTarget returns a reading of t received since since, if need be a new one.
func (l *Scheduler) readTarget(ctx context.Context, t aht.Target, since time.Time) (aht.Reading, error) {
	for try := 1; ; try++ {
		if r, ok, err := l.Readings.Latest(ctx, t); err == nil && ok && !r.At.Before(since) {
			return r, nil
		}
		r, err := l.Readings.Read(ctx, t)
		if err == nil || try == readAttempts || ctx.Err() != nil {
			return r, err
		}
		if sleepUntil(ctx, time.Now().Add(readRetry)) != nil {
			return aht.Reading{}, err
		}
	}
}

// readingsOf is the readings among rows.
func readingsOf(rows []digest.Row) []aht.Reading {
	var all []aht.Reading
	for _, r := range rows {
		if r.HasReading() {
			all = append(all, r.Reading)
		}
	}
	return all
}
