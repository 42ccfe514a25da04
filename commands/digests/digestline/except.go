package digestline

import (
	"fmt"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/internal/digest"
)

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
