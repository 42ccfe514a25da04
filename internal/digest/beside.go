package digest

import (
	"context"
	"slices"
	"sort"
	"sync"
	"time"

	"ahtbot/internal/aht"
)

const (
	historyDays   = 29             // what a usual range is made of, and a day for the zone
	shiftLongest  = 12 * time.Hour // how far back a reading is that a change is told against
	shiftBegins   = aht.Window     // before the first slot of the day
	readHistories = 4              // at once
)

// fill puts beside the readings of rows what they are compared with at a moment.
func (l *Loop) fill(ctx context.Context, d Digest, rows []Row, at time.Time) {
	zone, shift := d.Order.When.Zone(), d.shift(at, l.Calendars)
	var group sync.WaitGroup
	places := make(chan struct{}, readHistories)
	for i := range rows {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			r := &rows[i]
			r.Goal, _ = l.Goal(r.Target)
			history, err := l.Readings.History(ctx, r.Target, at.AddDate(0, 0, -historyDays), at)
			if err != nil {
				l.Log.WarnContext(ctx, "a digest has no history to compare with", "target", r.Target, "err", err)
			}
			r.beside(history, shift, zone)
			if !r.Read() && r.Last.At.IsZero() {
				r.Last, _, _ = l.Readings.Latest(ctx, r.Target) // none is as good as not known
			}
		})
	}
	group.Wait()
}

// beside fills r from its history, oldest first.
func (r *Row) beside(history []aht.Reading, shift time.Time, zone *time.Location) {
	if !r.Read() {
		if len(history) > 0 {
			r.Last = history[len(history)-1]
		}
	} else {
		at := r.Reading.At
		if n := after(history, at.Add(-aht.Window)); n > 0 && at.Sub(history[n-1].At) <= shiftLongest {
			r.Before = history[n-1]
		}
		r.Usual, _ = aht.Usual(history, at, zone)
		if n := len(history); n == 0 || history[n-1].At.Before(at) {
			history = append(slices.Clip(history), r.Reading)
		}
	}
	r.Course = history[after(history, shift.Add(-1)):]
}

// after returns how many of readings were received at or before t.
func after(readings []aht.Reading, t time.Time) int {
	return sort.Search(len(readings), func(i int) bool { return readings[i].At.After(t) })
}

// shift returns when the shift began that d is told of at a moment: two hours, which a
// reading looks back, before the first slot of its day, or midnight when the day has none
// yet. A night shift is of the day on which it began.
func (d Digest) shift(at time.Time, c Calendars) time.Time {
	day, today := Date{}, DateOf(at.In(d.Order.When.Zone()))
	var first, last time.Time
	for after := at.AddDate(0, 0, -1); ; after = last {
		runs := d.Order.When.Upcoming(after, 1, c)
		if len(runs) == 0 || runs[len(runs)-1].Skipped || runs[len(runs)-1].Slot.At.After(at) {
			break
		}
		run := runs[len(runs)-1]
		if last = run.Slot.At; run.Day != day {
			day, first = run.Day, last
		}
	}
	if first.IsZero() || day != today && at.Sub(last) > aht.Window {
		return today.begins(d.Order.When.Zone())
	}
	return first.Add(-shiftBegins)
}
