package digest

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// horizon is how far ahead Next looks for a slot: eight years, the longest distance between
// two 29ths of February.
const horizon = (8*366 + 1) * 24 * time.Hour

// sevenDays is a week in wall time, where every day has 24 hours.
const sevenDays = 7 * 24 * time.Hour

// Slot is one planned run of a digest.
type Slot struct {
	// Local is the planned wall time with its zone, such as "2026-11-23T11:00 Asia/Kolkata". It
	// identifies the slot: it is unique within a digest.
	Local string
	// At is the instant of the slot. Where the clocks skip the planned time, At shows another
	// time in the zone than Local.
	At time.Time
}

// Run is one entry of [Rule.Upcoming]: a slot, or a day that is left out.
type Run struct {
	Slot    Slot
	Day     Date // the day of the rule; the slots of a night shift belong to the day it starts on
	Skipped bool // nothing is posted on Day, and Slot is zero
	Reason  string
}

// Next returns the first slot of r strictly after a moment; false when the eight years from
// then, or from Starting if that is later, hold none.
//
// A planned time that the clocks skip is posted at the first instant after the gap, one that
// they show twice the first time only. Planned times that thereby fall on the same instant
// are one slot, named by the earliest.
func (r Rule) Next(after time.Time, c Calendars) (Slot, bool) {
	for p := range r.candidates(after, c) {
		if at := firstInstant(p.wall, r.zone); !p.skipped && at.After(after) {
			return r.slot(p, at), true
		}
	}
	return Slot{}, false
}

// hasSlot reports whether slot is a slot of r, with the calendars c.
func (r Rule) hasSlot(slot Slot, c Calendars) bool {
	same, ok := r.Next(slot.At.Add(-1), c)
	return ok && same.Local == slot.Local && same.At.Equal(slot.At)
}

// Upcoming returns the next n slots strictly after a moment and, in their order, the days
// that are left out, each once. There are fewer slots when Next would find no more.
func (r Rule) Upcoming(after time.Time, n int, c Calendars) []Run {
	var runs []Run
	for p := range r.candidates(after, c) {
		if n <= 0 {
			break
		}
		at, day := firstInstant(p.wall, r.zone), DateOf(p.day)
		switch {
		case !at.After(after):
		case !p.skipped:
			runs = append(runs, Run{Slot: r.slot(p, at), Day: day})
			after = at
			n--
		case len(runs) == 0 || runs[len(runs)-1].Day != day:
			runs = append(runs, Run{Day: day, Skipped: true, Reason: p.reason})
		}
	}
	return runs
}

// candidate is one time that a rule names. Wall times are written as if they were UTC.
type candidate struct {
	day, wall time.Time // wall is on day or, in a night shift, on the day after it
	skipped   bool
	reason    string
}

// slot returns the Slot of p, whose instant is at.
func (r Rule) slot(p candidate, at time.Time) Slot {
	return Slot{Local: p.wall.Format("2006-01-02T15:04") + " " + r.spec.Zone, At: at}
}

// candidates yields the candidates of r in order, from the first that may come after a
// moment. Wall times up to the one shown at that moment are left out: of a time shown twice
// only the first counts.
func (r Rule) candidates(after time.Time, c Calendars) iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		if r.IsZero() {
			return
		}
		l := after.In(r.zone)
		wall := time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), 0, 0, time.UTC)
		if start := r.spec.Starting; !start.IsZero() && wall.Before(start.midnight()) {
			wall = start.midnight().Add(-time.Minute)
		}
		if r.spec.Cron != "" {
			r.cronCandidates(wall, c, yield)
			return
		}
		r.dayCandidates(wall, c, yield)
	}
}

// dayCandidates yields the candidates of a rule with weekdays or a day of the month, after
// wall.
func (r Rule) dayCandidates(wall time.Time, c Calendars, yield func(candidate) bool) {
	working := cmp.Or(c.Week, MondayToFriday)
	for day := DateOf(wall).midnight().AddDate(0, 0, -1); day.Sub(wall) <= horizon; day = day.AddDate(0, 0, 1) {
		if r.afterLast(day) {
			return
		}
		if !r.runsOn(day, working) {
			continue
		}
		reason, skipped := r.excludes(day, c)
		for _, t := range r.times {
			p := candidate{day: day, wall: day.Add(time.Duration(t) * time.Minute), skipped: skipped, reason: reason}
			if p.wall.After(wall) && !yield(p) {
				return
			}
		}
	}
}

// cronCandidates yields the candidates of a cron line, after wall.
func (r Rule) cronCandidates(wall time.Time, c Calendars, yield func(candidate) bool) {
	end := wall.Add(horizon)
	for {
		next, ok := cronAfter(r.spec.Cron, wall)
		day := DateOf(next).midnight()
		if !ok || next.After(end) || r.afterLast(day) {
			return
		}
		reason, skipped := r.excludes(day, c)
		if !yield(candidate{day: day, wall: next, skipped: skipped, reason: reason}) {
			return
		}
		wall = next
	}
}

// afterLast reports whether day is later than the last day of r.
func (r Rule) afterLast(day time.Time) bool {
	return !r.spec.Until.IsZero() && day.After(r.spec.Until.midnight())
}

// runsOn reports whether day is one of the days of r.
func (r Rule) runsOn(day time.Time, working Weekdays) bool {
	if !r.spec.Starting.IsZero() && day.Before(r.spec.Starting.midnight()) {
		return false
	}
	switch {
	case r.spec.Weeks > 1 && int(day.Sub(r.spec.Starting.midnight())/sevenDays)%r.spec.Weeks != 0:
		return false
	case r.spec.Workdays:
		return working.Has(day.Weekday())
	case r.spec.Month != 0:
		return r.spec.Month.matches(day, working) && (!r.spec.Quarter || r.spec.Month.inQuarterMonth(day.Month()))
	default:
		return r.spec.Days.Has(day.Weekday())
	}
}

// excludes reports whether day is excepted, and the name of the holiday if it is one.
func (r Rule) excludes(day time.Time, c Calendars) (reason string, skipped bool) {
	if len(r.spec.Except) == 0 && len(r.spec.Holidays) == 0 {
		return "", false
	}
	d := DateOf(day)
	if title, ok := c.holiday(d, r.spec.Holidays); ok {
		return title, true
	}
	return "", slices.Contains(r.spec.Except, d)
}

// startIn returns the instant at which d starts in zone.
func (d Date) startIn(zone *time.Location) time.Time { return firstInstant(d.midnight(), zone) }

// firstInstant returns when a clock in zone first shows wall, which is written as if it
// were UTC. When it never does, that is the first instant after the gap.
func firstInstant(wall time.Time, zone *time.Location) time.Time {
	t := wall.Add(-26 * time.Hour).In(zone) // before wall anywhere on earth
	for {
		_, offset := t.Zone()
		start, end := t.ZoneBounds()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		switch {
		case !end.IsZero() && !at.Before(end):
			t = end // the clocks change before they show wall
		case at.Before(start):
			return start
		default:
			return at
		}
	}
}
