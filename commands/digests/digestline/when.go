package digestline

import (
	"fmt"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/internal/digest"
)

// maxTimes is the most times of day in one line; a step of hours writes more of them.
const maxTimes = 12

// maxLeftOut is the most dates and calendars that one line leaves out.
const maxLeftOut = 20

// allDay is the last minute of a day: a step of hours without from and to ends there.
const allDay digest.Clock = 24*60 - 1

// schedule are the parts that are days of the week. Their words are keys only where
// TakeDays takes them.
func (d *digestLine) schedule() []grammar.Part {
	keys := []string{"daily", "everyday", "weekdays", "weekday", "weekends", "weekend"}
	for _, w := range d.Words {
		if w.Low != "" && grammar.DaysLook().MatchString(d.Line[w.From:]) {
			keys = append(keys, w.Low)
		}
	}
	return []grammar.Part{{Keys: keys, Begins: grammar.Never, Read: func() *grammar.LineError { d.At--; return d.readDays() }, Many: true}}
}

func (d *digestLine) readDays() *grammar.LineError {
	begin := d.At
	before := d.days
	got, ok, err := d.TakeDays()
	switch {
	case err != nil:
		return err
	case !ok:
		d.At = min(d.At+1, len(d.Words))
		return d.Fault(begin, fmt.Sprintf("%s is no list of days. Write mon-sat, or mon,wed,fri:", d.Said(begin)), "mon-sat")
	case before != grammar.Days{}:
		return d.Fault(begin, "There are days in two places of the line. Without the second:", "")
	}
	d.days = got
	return nil
}

func (d *digestLine) readTimes() *grammar.LineError {
	begin := d.At
	for {
		c, err := d.TakeClock(false)
		if err != nil {
			return err
		}
		d.draft.When.Times = append(d.draft.When.Times, c)
		if !d.SkipAnd(grammar.ClockLooks) {
			break
		}
	}
	if n := len(d.draft.When.Times); n > maxTimes {
		return d.Fault(begin, fmt.Sprintf("That is %d times a day, and one line has at most %d. A step of hours says it shorter:", n, maxTimes), "9:00, 11:00, 13:00, 15:00, 17:00")
	}
	return nil
}

func (d *digestLine) readSpan() *grammar.LineError {
	if d.Looks(d.At, grammar.DaysLook) {
		return d.meant(d.At-1, "on")
	}
	if d.Looks(d.At, grammar.DateLooks) {
		return d.Fault(d.At-1, "From is for times of the day. The first day is behind “starting”:", "starting").Surely()
	}
	from, to, err := d.TakeSpan(false)
	d.span = &[2]digest.Clock{from, to}
	return err
}

var (
	holidayLooks = grammar.Phrase(`(?:(?:public|bank|national|all|the) +)?holidays?`)
	exceptLooks  = grammar.Phrase(`(?:(?:public|bank|national|all|the) +)?holidays?|` + grammar.DateIs + `|(?:on +)?(?:` + grammar.DayIs + `|weekends?)`)
)

// readExcept reads what is left out: holidays, dates, days of the week.
func (d *digestLine) readExcept() *grammar.LineError {
	begin := d.At
	when := &d.draft.When
	for {
		if err := d.leftOut(); err != nil {
			return err
		}
		if len(when.Except)+len(when.Holidays) > maxLeftOut {
			return d.Fault(begin, fmt.Sprintf("One line leaves out at most %d days. A holiday calendar holds more:", maxLeftOut), "holidays")
		}
		if !d.SkipAnd(exceptLooks) {
			return nil
		}
	}
}

// leftOut reads one thing that is left out.
func (d *digestLine) leftOut() *grammar.LineError {
	when := &d.draft.When
	if d.Take(holidayLooks) != nil {
		at := d.At
		name := d.Name()
		switch {
		case name != "" || d.At > at:
			if err := d.CheckName(at, name, "calendar"); err != nil {
				return err
			}
		default:
			name = digest.AllCalendars
		}
		when.Holidays = append(when.Holidays, name)
		return nil
	}
	begin := d.At
	if d.Skip("on"); !d.Looks(d.At, grammar.DaysLook) && !d.Is("weekend", "weekends") {
		d.At = begin
		date, err := d.exceptDate()
		if err == nil {
			when.Except = append(when.Except, date)
		}
		return err
	}
	but, _, err := d.TakeDays()
	d.but |= but.Set
	return err
}

func (d *digestLine) exceptDate() (digest.Date, *grammar.LineError) {
	begin := d.At
	date, err := d.TakeDate()
	if err == nil {
		return date, nil
	}
	if d.At == begin {
		return date, d.Lacks("What is left out? The holidays, or a date:", "holidays", "2026-12-25")
	}
	if name, ok := strings.CutSuffix(strings.ToLower(d.Words[d.At-1].Text), "holidays"); ok && name == "" && d.At-begin > 1 {
		d.At--
		from, to := d.Since(begin)
		d.At++
		return date, d.Fault(begin, "Write the calendar's name behind “holidays”:", "holidays "+grammar.Quote(grammar.AsTyped(d.Line[from:to]))).Surely()
	}
	return date, err
}

// leaveOut takes the days of the week that are left out from those of the line.
func (d *digestLine) leaveOut() *grammar.LineError {
	left := d.days.Set &^ d.but
	if d.but == 0 || left != 0 && left != d.days.Set {
		d.days.Set = left
		return nil
	}
	return d.Without("Days of the week are left out of others, such as daily. Without that:", "except")
}
