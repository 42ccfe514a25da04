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
	overtime  = 45 * time.Second // readings may come this much after the slot, and it is still in time
	readAgain = 20 * time.Second // after one that failed
	readTries = 3
)

// prepare takes the readings of the run, for at most most from now or to a little after
// the slot, and what stands beside them. An error says that nobody knows whose to take.
func (j *job) prepare(ctx context.Context, most time.Duration) error {
	targets, err := j.Targets(ctx, j.digest.Order.Selection)
	if err != nil {
		return err
	}
	until := time.Now().Add(most)
	if punctual := j.run.Slot.At.Add(overtime); punctual.After(until) {
		until = punctual
	}
	j.rows = j.take(ctx, targets, j.run.ReadingFrom, until, j.run.Readings)
	j.fill(ctx, j.digest, j.rows, time.Now())
	return nil
}

// take reads targets, at once: who is asked when is the budget's affair. What was taken
// before serves, and so does any reading received since since. Who has no reading at until
// has failed.
func (l *Scheduler) take(ctx context.Context, targets []aht.Target, since, until time.Time, before []aht.Reading) []digest.Row {
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
		group.Go(func() { rows[i].Reading, rows[i].Failure = l.read(ctx, targets[i], since) })
	}
	group.Wait()
	return rows
}

// read returns a reading of t received since since, if need be a new one.
func (l *Scheduler) read(ctx context.Context, t aht.Target, since time.Time) (aht.Reading, error) {
	for try := 1; ; try++ {
		if r, ok, err := l.Readings.Latest(ctx, t); err == nil && ok && !r.At.Before(since) {
			return r, nil
		}
		r, err := l.Readings.Read(ctx, t)
		if err == nil || try == readTries || ctx.Err() != nil {
			return r, err
		}
		if sleepUntil(ctx, time.Now().Add(readAgain)) != nil {
			return aht.Reading{}, err
		}
	}
}

// taken is the readings among rows.
func taken(rows []digest.Row) []aht.Reading {
	var all []aht.Reading
	for _, r := range rows {
		if r.HasReading() {
			all = append(all, r.Reading)
		}
	}
	return all
}
