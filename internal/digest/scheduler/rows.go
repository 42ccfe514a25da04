package scheduler

import (
	"context"
	"math/rand/v2"
	"slices"
	"sort"
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

const (
	historyDays  = 29             // the days that a usual range needs, and one for the zone
	maxChangeAge = 12 * time.Hour // of the reading that a change is computed from
	maxHistories = 4              // read at the same time
)

// compareAll adds to rows what their readings are compared with at a moment: targets,
// earlier readings and usual ranges.
func (l *Scheduler) compareAll(ctx context.Context, d digest.Digest, rows []digest.Row, at time.Time) {
	zone, shift := d.Order.Rule.Zone(), d.ShiftStart(at, l.Calendars)
	var group sync.WaitGroup
	slots := make(chan struct{}, maxHistories)
	for i := range rows {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			r := &rows[i]
			r.Goal, _ = l.Goal(r.Target)
			history, err := l.Readings.History(ctx, r.Target, at.AddDate(0, 0, -historyDays), at)
			if err != nil {
				l.Log.WarnContext(ctx, "a digest has no history to compare with", "target", r.Target, "err", err)
			}
			compare(r, history, shift, zone)
			if !r.HasReading() && r.Last.At.IsZero() {
				r.Last, _, _ = l.Readings.Latest(ctx, r.Target) // after an error it is not known, either
			}
		})
	}
	group.Wait()
}

// compare fills r from the history of its target, oldest first.
func compare(r *digest.Row, history []aht.Reading, shift time.Time, zone *time.Location) {
	if !r.HasReading() {
		if len(history) > 0 {
			r.Last = history[len(history)-1]
		}
	} else {
		at := r.Reading.At
		if n := countUntil(history, at.Add(-aht.Window)); n > 0 && at.Sub(history[n-1].At) <= maxChangeAge {
			r.Previous = history[n-1]
		}
		r.Usual, _ = aht.Usual(history, at, zone)
		if n := len(history); n == 0 || history[n-1].At.Before(at) {
			history = append(slices.Clip(history), r.Reading)
		}
	}
	r.Course = history[countUntil(history, shift.Add(-1)):]
}

// countUntil returns how many of readings were received at or before t.
func countUntil(readings []aht.Reading, t time.Time) int {
	return sort.Search(len(readings), func(i int) bool { return readings[i].At.After(t) })
}
