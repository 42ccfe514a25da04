package commands

import (
	"fmt"
	"strings"

	"ahtbot/internal/digest"
)

var (
	holidayLooks = phrase(`(?:(?:public|bank|national|all|the) +)?holidays?`)
	exceptLooks  = phrase(`(?:(?:public|bank|national|all|the) +)?holidays?|` + dateIs + `|(?:on +)?(?:` + dayIs + `|weekends?)`)
)

// readExcept reads what is left out: holidays, dates, days of the week.
func (d *digestLine) readExcept() *wrong {
	begin := d.at
	when := &d.draft.When
	for {
		if err := d.leftOut(); err != nil {
			return err
		}
		if len(when.Except)+len(when.Holidays) > maxLeftOut {
			return d.fault(begin, fmt.Sprintf("One line leaves out at most %d days. A holiday calendar holds more:", maxLeftOut), "holidays")
		}
		if !d.skipAnd(exceptLooks) {
			return nil
		}
	}
}

// leftOut reads one thing that is left out.
func (d *digestLine) leftOut() *wrong {
	when := &d.draft.When
	if d.take(holidayLooks) != nil {
		at := d.at
		name := d.name()
		switch {
		case name != "" || d.at > at:
			if err := d.checkName(at, name, "calendar"); err != nil {
				return err
			}
		default:
			name = digest.AllCalendars
		}
		when.Holidays = append(when.Holidays, name)
		return nil
	}
	begin := d.at
	if d.skip("on"); !d.looks(d.at, daysLook) && !d.is("weekend", "weekends") {
		d.at = begin
		date, err := d.exceptDate()
		if err == nil {
			when.Except = append(when.Except, date)
		}
		return err
	}
	but, _, err := d.takeDays()
	d.but |= but.set
	return err
}

func (d *digestLine) exceptDate() (digest.Date, *wrong) {
	begin := d.at
	date, err := d.takeDate()
	if err == nil {
		return date, nil
	}
	if d.at == begin {
		return date, d.lacks("What is left out? The holidays, or a date:", "holidays", "2026-12-25")
	}
	if name, ok := strings.CutSuffix(strings.ToLower(d.words[d.at-1].text), "holidays"); ok && name == "" && d.at-begin > 1 {
		d.at--
		from, to := d.since(begin)
		d.at++
		e := d.fault(begin, "Write the calendar's name behind “holidays”:", "holidays "+quote(asTyped(d.line[from:to])))
		e.sure = true
		return date, e
	}
	return date, err
}

// leaveOut takes the days of the week that are left out from those of the line.
func (d *digestLine) leaveOut() *wrong {
	left := d.days.set &^ d.but
	if d.but == 0 || left != 0 && left != d.days.set {
		d.days.set = left
		return nil
	}
	return d.without("Days of the week are left out of others, such as daily. Without that:", "except")
}
