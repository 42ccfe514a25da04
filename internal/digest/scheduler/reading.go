package scheduler

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/wait"
)

const (
	readingGrace = 45 * time.Second // a post may wait so long after the slot for its readings, and is still in time
	readRetry    = 20 * time.Second // after a failed attempt
	readAttempts = 3
)

// readRows takes the readings of the run, with what they are compared with. It takes at
// most most, or until a little after the slot. An error means that the targets are not
// known.
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

// readAll reads all targets at once; the allowance decides when each request is sent.
// Readings in before serve, and so do readings received from since on. A target without a
// reading at until has failed.
func (l *Scheduler) readAll(ctx context.Context, targets []aht.Target, since, until time.Time, before []aht.Reading) []digest.Row {
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	rows := make([]digest.Row, len(targets))
	var group sync.WaitGroup
	for _, i := range rand.Perm(len(targets)) { // so that several processes ask for different ones
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

// readTarget returns a reading of t received from since on, a new one if necessary.
func (l *Scheduler) readTarget(ctx context.Context, t aht.Target, since time.Time) (aht.Reading, error) {
	for try := 1; ; try++ {
		if r, ok, err := l.Readings.Latest(ctx, t); err == nil && ok && !r.At.Before(since) {
			return r, nil
		}
		r, err := l.Readings.Read(ctx, t)
		if err == nil || try == readAttempts || ctx.Err() != nil {
			return r, err
		}
		if wait.For(ctx, readRetry) != nil {
			return aht.Reading{}, err
		}
	}
}

// readingsOf returns the readings of rows.
func readingsOf(rows []digest.Row) []aht.Reading {
	var all []aht.Reading
	for _, r := range rows {
		if r.HasReading() {
			all = append(all, r.Reading)
		}
	}
	return all
}
