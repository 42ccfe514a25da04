package commands

import (
	"fmt"

	"ahtbot/internal/digest"
)

// maxTimes is the most times of day in one line; a step of hours writes more of them.
const maxTimes = 12

// maxLeftOut is the most dates and calendars that one line leaves out.
const maxLeftOut = 20

// allDay is the last minute of a day: a step of hours without from and to ends there.
const allDay digest.Clock = 24*60 - 1

// schedule are the parts that are days of the week. Their words are keys only where
// takeDays takes them.
func (d *digestLine) schedule() []part {
	keys := []string{"daily", "everyday", "weekdays", "weekday", "weekends", "weekend"}
	for _, w := range d.words {
		if w.low != "" && daysLook.MatchString(d.line[w.from:]) {
			keys = append(keys, w.low)
		}
	}
	return []part{{keys: keys, begins: never, read: func() *wrong { d.at--; return d.readDays() }, many: true}}
}

func (d *digestLine) readDays() *wrong {
	begin := d.at
	before := d.days
	got, ok, err := d.takeDays()
	switch {
	case err != nil:
		return err
	case !ok:
		d.at = min(d.at+1, len(d.words))
		return d.fault(begin, fmt.Sprintf("%s is no list of days. Write mon-sat, or mon,wed,fri:", d.said(begin)), "mon-sat")
	case before != days{}:
		return d.fault(begin, "There are days in two places of the line. Without the second:", "")
	}
	d.days = got
	return nil
}

func (d *digestLine) readTimes() *wrong {
	begin := d.at
	for {
		c, err := d.takeClock(false)
		if err != nil {
			return err
		}
		d.draft.When.Times = append(d.draft.When.Times, c)
		if !d.skipAnd(clockLooks) {
			break
		}
	}
	if n := len(d.draft.When.Times); n > maxTimes {
		return d.fault(begin, fmt.Sprintf("That is %d times a day, and one line has at most %d. A step of hours says it shorter:", n, maxTimes), "9:00, 11:00, 13:00, 15:00, 17:00")
	}
	return nil
}

func (d *digestLine) readSpan() *wrong {
	if d.looks(d.at, daysLook) {
		return d.meant(d.at-1, "on")
	}
	if d.looks(d.at, dateLooks) {
		e := d.fault(d.at-1, "From is for times of the day. The first day is behind “starting”:", "starting")
		e.sure = true
		return e
	}
	from, to, err := d.takeSpan(false)
	d.span = &[2]digest.Clock{from, to}
	return err
}
