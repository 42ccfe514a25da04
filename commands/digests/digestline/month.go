package digestline

import (
	"fmt"
	"strconv"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/internal/digest"
)

// readMonthly reads the day behind monthly or quarterly. It may stand elsewhere in the line.
func (d *digestLine) readMonthly(quarterly bool) *grammar.LineError {
	if d.monthly {
		return d.Fault(d.At-1, "A digest is monthly or quarterly once. Without the second:", "")
	}
	d.monthly, d.draft.When.Quarter = true, quarterly
	if d.Looks(d.At, nthLooks) {
		begin := d.At
		return d.readNth(begin, d.Take(nthLooks))
	}
	d.Skip("on")
	begin := d.At
	m := d.Take(monthLooks)
	switch {
	case m == nil && (d.End() || d.Peek(0).Comma() || d.Is("at") || d.Begins(d.At)):
		return nil
	case m == nil:
		d.Name()
		return d.Fault(begin, fmt.Sprintf("%s is no day of the month. It is a number from 1 to 31, last, first weekday, or first monday:", d.Said(begin)), "1", "last weekday")
	case m[2] != "":
		return d.setMonth(map[string]string{"last": "last", "first": "1"}[strings.ToLower(m[2])])
	}
	if n, err := strconv.Atoi(m[1]); err != nil || n < 1 || n > 31 {
		return d.Fault(begin, fmt.Sprintf("No month has a day %s. It is a number from 1 to 31, or last:", d.Said(begin)), "last")
	}
	return d.setMonth(strings.TrimLeft(m[1], "0"))
}

// setMonth keeps a day of the month that is written as this language has it.
func (d *digestLine) setMonth(text string) *grammar.LineError {
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
func (d *digestLine) whichDay() *grammar.LineError {
	key, period := "monthly", "month"
	if d.draft.When.Quarter {
		key, period = "quarterly", "quarter"
	}
	at := d.Stands[key][1]
	e := &grammar.LineError{Say: fmt.Sprintf("Which day of the %s? A number from 1 to 31, last, first weekday, last weekday, or first monday:", period), From: at, To: at}
	for _, m := range monthDays {
		e.Put, e.Labels = append(e.Put, " on "+m.day.String()+" "), append(e.Labels, m.label)
	}
	return e
}

// whichWeekday asks on which day of the week a step of weeks falls. The first day, if there
// is one, says it.
func (d *digestLine) whichWeekday() *grammar.LineError {
	at := d.Stands["every"][1]
	e := &grammar.LineError{Say: "On which day of the week?", From: at, To: at}
	if d.biweekly != nil {
		e.From, e.To = d.biweekly.To, d.biweekly.To
	}
	if start := d.draft.When.Starting; !start.IsZero() && !start.Yearless() {
		e.Put, e.Sure = []string{" on " + shortDay(start.Weekday().String()) + " "}, true
		return e
	}
	for _, day := range digest.MondayToFriday.Each() {
		e.Put, e.Labels = append(e.Put, " on "+shortDay(day.String())+" "), append(e.Labels, day.String()+"s")
	}
	return e
}

// shortDay is a day of the week as lines write it.
func shortDay(name string) string { return strings.ToLower(name[:3]) }
