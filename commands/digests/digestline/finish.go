package digestline

import (
	"fmt"
	"slices"

	"ahtbot/commands/grammar"
	"ahtbot/internal/digest"
)

// finish puts the parts of a line together and checks that they make a digest, or a change
// of one.
func (d *digestLine) finish(edit bool) *grammar.LineError {
	if err := d.checkWhat(edit); err != nil {
		return err
	}
	if err := d.checkTimes(edit); err != nil {
		return err
	}
	for _, settle := range []func() *grammar.LineError{d.biweek, d.leaveOut} {
		if err := settle(); err != nil {
			return err
		}
	}
	when := &d.draft.When
	when.Days, when.Workdays = d.days.Set, d.days.Work
	d.draft.HasSpan, d.draft.HasWhen = d.span != nil, d.whole(edit)
	when.Weeks = d.settledWeeks()
	if !d.draft.HasWhen && !edit {
		return d.Lacks("Say when it comes: days and times, or a step of hours.", "daily at 9:00, 13:30", "mon-sat every 2h from 11:00 to 19:00")
	}
	if !when.Until.IsZero() && !when.Until.Yearless() && when.Until.Compare(when.Starting) < 0 {
		return d.Without(fmt.Sprintf("It ends on %s, before it starts on %s. Without the one or the other:", when.Until, when.Starting), "until", "starting")
	}
	if edit && !d.changes() {
		return d.Lacks("Say what to change: any part of the line that makes a digest.", "daily at 9:00, 13:30", "only off-target")
	}
	if d.span != nil {
		when.Every.From, when.Every.To = d.span[0], d.span[1]
	}
	d.draft.When = d.filled()
	return d.check()
}

// whole reports whether the line has a schedule that needs no other to stand on: what an
// edit leaves out stays, so there a step without its hours has none.
func (d *digestLine) whole(edit bool) bool {
	w := d.draft.When
	if edit {
		step := w.Every.Hours > 0 && d.span != nil
		return w.Cron != "" || (d.days != grammar.Days{} || w.Month != 0) && (len(w.Times) > 0 || step)
	}
	return w.Cron != "" || d.days != grammar.Days{} || w.Month != 0 || w.Every.Hours > 0
}

// filled is the schedule, with the days and the hours that a whole one may leave out.
func (d *digestLine) filled() digest.Spec {
	w := d.draft.When
	if d.draft.HasWhen && w.Every.Hours > 0 {
		if d.span == nil {
			w.Every.To = allDay
		}
		if (d.days == grammar.Days{}) {
			w.Days = digest.EveryDay
		}
	}
	return w
}

// changes reports whether an edit says anything.
func (d *digestLine) changes() bool {
	f := d.draft
	w := f.When
	return f.HasWhen || f.HasSpan || d.days != grammar.Days{} || w.Month != 0 || w.Weeks > 0 || len(w.Times) > 0 || w.Every.Hours > 0 ||
		f.What.Check() == nil || f.HasOnly || f.HasAs || f.Name != "" || f.Nameless || f.In != grammar.Place{} ||
		w.Zone != "" || !w.Until.IsZero() || !w.Starting.IsZero() || len(w.Except)+len(w.Holidays) > 0
}

// checkTimes checks that days and times belong together, and, but for an edit, that neither
// is missing.
func (d *digestLine) checkTimes(edit bool) *grammar.LineError {
	w := d.draft.When
	dayed, at, every, cron := d.days != grammar.Days{}, len(w.Times) > 0, w.Every.Hours > 0, w.Cron != ""
	switch {
	case cron && (dayed || at || every || d.span != nil || d.monthly || d.weeks > 0):
		e := d.Without("A cron line says days and times itself. Leave out the others, or the cron line:", "daily", "on", "at", "every", "from", "monthly", "quarterly")
		e.Or = d.Without("", "cron")
		return e
	case d.monthly && (dayed || every || d.span != nil || d.weeks > 0):
		e := d.Without("A monthly digest has one day and its times, no weekdays and no steps. Without the one or the other:", "daily", "on", "every", "from")
		e.Or = d.Without("", "monthly", "quarterly")
		return e
	case d.monthly && w.Month == 0:
		return d.whichDay()
	case at && every:
		return d.Without("Times and a step of hours don't go together. Take one of them:", "at", "every")
	case at && d.span != nil:
		e := d.Without("From and to need a step of hours. Take the times alone, or a step:", "from", "at")
		e.Or.Put = []string{"every 2h"}
		return e
	case edit:
		return nil
	case d.span != nil && !every:
		return d.Lacks("From and to need a step of hours. Readings look two hours back, so 2h fits best:", "every 2h")
	case d.weeks > 0 && !dayed:
		return d.whichWeekday()
	case at && !dayed && w.Month == 0:
		return d.whichDays()
	case (dayed || w.Month != 0) && !at && !every:
		return d.Lacks("The days are there, the times are not. Say at which times:", "at 9:00, 13:30")
	default:
		return nil
	}
}

// check makes a rule of the schedule, as whoever keeps it will, and keeps it tidied. What
// the line leaves out is filled in for the check alone.
func (d *digestLine) check() *grammar.LineError {
	said := d.draft.When
	s := sampled(said)
	if !d.draft.HasWhen {
		if !s.Workdays && s.Month == 0 && s.Days == 0 {
			s.Days = digest.EveryDay
		}
		switch {
		case len(s.Times) > 0:
		case s.Every.Hours == 0 && !d.draft.HasSpan:
			s.Times = []digest.Clock{0}
		default:
			s.Every.Hours = max(1, s.Every.Hours)
		}
	}
	rule, err := digest.NewRule(s)
	if err != nil {
		return &grammar.LineError{Say: "I can't make a schedule of that. Try a line like these:"}
	}
	d.draft.When = rule.Spec()
	d.draft.When.Zone, d.draft.When.Days, d.draft.When.Every, d.draft.When.Weeks = said.Zone, said.Days, said.Every, said.Weeks
	d.draft.When.Starting, d.draft.When.Until = said.Starting, said.Until
	slices.SortFunc(said.Except, digest.Date.Compare)
	d.draft.When.Except = slices.Compact(said.Except)
	if len(said.Times) == 0 {
		d.draft.When.Times = nil
	}
	return nil
}
