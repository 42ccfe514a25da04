package scheduler

import (
	"context"
	"slices"
	"sort"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

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
