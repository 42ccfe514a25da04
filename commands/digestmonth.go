package commands

import (
	"fmt"
	"strconv"
	"strings"

	"ahtbot/internal/digest"
)

// readMonthly reads the day behind monthly or quarterly. It may stand elsewhere in the line.
func (d *digestLine) readMonthly(quarterly bool) *wrong {
	if d.monthly {
		return d.fault(d.at-1, "A digest is monthly or quarterly once. Without the second:", "")
	}
	d.monthly, d.draft.When.Quarter = true, quarterly
	if d.looks(d.at, nthLooks) {
		begin := d.at
		return d.readNth(begin, d.take(nthLooks))
	}
	d.skip("on")
	begin := d.at
	m := d.take(monthLooks)
	switch {
	case m == nil && (d.end() || d.peek(0).comma() || d.is("at") || d.begins(d.at)):
		return nil
	case m == nil:
		d.name()
		return d.fault(begin, fmt.Sprintf("%s is no day of the month. It is a number from 1 to 31, last, first weekday, or first monday:", d.said(begin)), "1", "last weekday")
	case m[2] != "":
		return d.setMonth(map[string]string{"last": "last", "first": "1"}[strings.ToLower(m[2])])
	}
	if n, err := strconv.Atoi(m[1]); err != nil || n < 1 || n > 31 {
		return d.fault(begin, fmt.Sprintf("No month has a day %s. It is a number from 1 to 31, or last:", d.said(begin)), "last")
	}
	return d.setMonth(strings.TrimLeft(m[1], "0"))
}

// setMonth keeps a day of the month that is written as this language has it.
func (d *digestLine) setMonth(text string) *wrong {
	_ = d.draft.When.Month.UnmarshalText([]byte(text)) // one of its words
	return nil
}

// monthDays are the days that are offered where none was said.
var monthDays = []struct {
	day   digest.MonthDay
	label string
}{
	{1, "First day"}, {digest.LastDay, "Last day"}, {digest.FirstWeekday, "First working day"}, {digest.LastWeekday, "Last working day"},
}

// whichDay asks for the day of a month or a quarter.
func (d *digestLine) whichDay() *wrong {
	key, period := "monthly", "month"
	if d.draft.When.Quarter {
		key, period = "quarterly", "quarter"
	}
	at := d.stands[key][1]
	e := &wrong{say: fmt.Sprintf("Which day of the %s? A number from 1 to 31, last, first weekday, last weekday, or first monday:", period), from: at, to: at}
	for _, m := range monthDays {
		e.put, e.labels = append(e.put, " on "+m.day.String()+" "), append(e.labels, m.label)
	}
	return e
}

// whichWeekday asks on which day of the week a step of weeks falls. The first day, if there
// is one, says it.
func (d *digestLine) whichWeekday() *wrong {
	at := d.stands["every"][1]
	e := &wrong{say: "On which day of the week?", from: at, to: at}
	if d.biweekly != nil {
		e.from, e.to = d.biweekly.to, d.biweekly.to
	}
	if start := d.draft.When.Starting; !start.IsZero() && !start.Yearless() {
		e.put, e.sure = []string{" on " + shortDay(start.Weekday().String()) + " "}, true
		return e
	}
	for _, day := range digest.MondayToFriday.Each() {
		e.put, e.labels = append(e.put, " on "+shortDay(day.String())+" "), append(e.labels, day.String()+"s")
	}
	return e
}

// shortDay is a day of the week as lines write it.
func shortDay(name string) string { return strings.ToLower(name[:3]) }
