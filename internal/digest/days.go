package digest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MonthDay is one day of every month: 1 to 31, one of the named days, or an [NthWeekday].
// Months without it are left out: there are seven 31sts a year. The zero MonthDay is none.
type MonthDay int8

// The days of a month that have names. A weekday here is one of the account's working
// week; holidays do not move it.
const (
	LastDay      MonthDay = -1
	FirstWeekday MonthDay = -2
	LastWeekday  MonthDay = -3
)

var monthDayNames = map[MonthDay]string{LastDay: "last", FirstWeekday: "first weekday", LastWeekday: "last weekday"}

// String writes m as 15, last, first weekday, last weekday, first mon or last fri.
func (m MonthDay) String() string {
	if name, ok := monthDayNames[m]; ok {
		return name
	}
	if n, d, ok := m.Nth(); ok {
		return Ordinal(n) + " " + Days(d).String()
	}
	return strconv.Itoa(int(m))
}

// MarshalText writes m as String does; it is how rules are stored.
func (m MonthDay) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes. Its error is [ErrDays].
func (m *MonthDay) UnmarshalText(text []byte) error {
	for day, name := range monthDayNames {
		if name == string(text) {
			*m = day
			return nil
		}
	}
	if nth, ok := parseNth(string(text)); ok {
		*m = nth
		return nil
	}
	n, err := strconv.ParseUint(string(text), 10, 8)
	if err != nil || n < 1 || n > 31 {
		return fmt.Errorf("%w: %q", ErrDays, text)
	}
	*m = MonthDay(n)
	return nil
}

// matches reports whether day is m in its month, where w is the working week.
func (m MonthDay) matches(day time.Time, w Weekdays) bool {
	d := day.Day()
	last := day.AddDate(0, 1, 1-d).AddDate(0, 0, -1).Day() // through the first: the 31st has no next month
	switch m {
	case LastDay:
		return d == last
	case FirstWeekday:
		return w.Has(day.Weekday()) && !anyWorkday(day, -1, d-1, w)
	case LastWeekday:
		return w.Has(day.Weekday()) && !anyWorkday(day, 1, last-d, w)
	}
	if n, weekday, ok := m.Nth(); ok {
		return day.Weekday() == weekday && (n == (d+6)/7 || n == Last && d+7 > last)
	}
	return d == int(m)
}

// anyWorkday reports whether any of the n days from day on, in steps of step days, is in w.
func anyWorkday(day time.Time, step, n int, w Weekdays) bool {
	for i := range min(n, len(week)) {
		if w.Has(day.AddDate(0, 0, (i+1)*step).Weekday()) {
			return true
		}
	}
	return false
}

// Last counts from the end of a month: the last Friday is NthWeekday(Last, time.Friday).
const Last = 6

// nthBase is where the MonthDays of [NthWeekday] start: seven for each of the five ordinals
// and seven for the last. The days 1 to 31 are below.
const nthBase = 40

var ordinals = [...]string{"first", "second", "third", "fourth", "fifth", "last"}

// Ordinal returns the word for n, 1 to 5 or [Last]: first, second, …, last. Empty for any
// other n.
func Ordinal(n int) string {
	if n < 1 || n > Last {
		return ""
	}
	return ordinals[n-1]
}

// NthWeekday returns the n-th d of every month, n from 1 to 5 or [Last]. Months with only
// four of them have no fifth. For any other n it is the zero MonthDay.
func NthWeekday(n int, d time.Weekday) MonthDay {
	if Ordinal(n) == "" {
		return 0
	}
	return MonthDay(nthBase + (n-1)*len(week) + int(d))
}

// Nth returns the weekday and its number when m is an [NthWeekday]; otherwise false.
func (m MonthDay) Nth() (n int, d time.Weekday, ok bool) {
	at := int(m) - nthBase
	if at < 0 || at >= Last*len(week) {
		return 0, 0, false
	}
	return at/len(week) + 1, time.Weekday(at % len(week)), true
}

// parseNth reads "first mon", as String writes it.
func parseNth(text string) (MonthDay, bool) {
	said, name, _ := strings.Cut(text, " ")
	d, ok := weekday(name)
	n := slices.Index(ordinals[:], said) + 1
	return NthWeekday(n, d), ok && n > 0
}

func (m MonthDay) valid() bool {
	_, _, nth := m.Nth()
	return nth || m >= LastWeekday && m <= 31 && m != 0
}

// MissingInSomeMonths reports whether some months have no day m: from the 29th on, and the
// fifth weekday.
func (m MonthDay) MissingInSomeMonths() bool {
	n, _, nth := m.Nth()
	return nth && n == len(ordinals)-1 || m > 28 && m <= 31
}

// NearestInEveryMonth returns m, or the last day or the last such weekday if some months
// have no day m.
func (m MonthDay) NearestInEveryMonth() MonthDay {
	if _, d, nth := m.Nth(); nth && m.MissingInSomeMonths() {
		return NthWeekday(Last, d)
	}
	if m.MissingInSomeMonths() {
		return LastDay
	}
	return m
}

// inQuarterMonth reports whether month is the month of its quarter in which m falls: the
// last one for a day counted from the end, the first one for any other.
func (m MonthDay) inQuarterMonth(month time.Month) bool {
	n, _, nth := m.Nth()
	if m == LastDay || m == LastWeekday || nth && n == Last {
		return month%3 == 0
	}
	return month%3 == 1
}

// ErrDays is returned for text that names no weekdays or no day of the month.
var ErrDays = errors.New("not days: write weekdays as mon,tue and a day of the month as 15 or last")

// Weekdays is a set of days of the week. The zero set is none.
type Weekdays uint8

// Sets that have names.
const (
	EveryDay         Weekdays = 1<<7 - 1
	MondayToFriday            = EveryDay &^ (1<<time.Saturday | 1<<time.Sunday)
	MondayToSaturday          = EveryDay &^ (1 << time.Sunday)
)

// week lists the days as people count them, from Monday.
var week = [...]time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

// Days returns the set of the given days.
func Days(days ...time.Weekday) Weekdays {
	var w Weekdays
	for _, d := range days {
		w |= 1 << d
	}
	return w
}

// Has reports whether d is in the set.
func (w Weekdays) Has(d time.Weekday) bool { return w>>d&1 == 1 }

// Each returns the days of the set, in the order of the week from Monday.
func (w Weekdays) Each() []time.Weekday {
	var days []time.Weekday
	for _, d := range week {
		if w.Has(d) {
			days = append(days, d)
		}
	}
	return days
}

// String writes the set as mon,tue,sat.
func (w Weekdays) String() string {
	var names []string
	for _, d := range w.Each() {
		names = append(names, strings.ToLower(d.String()[:3]))
	}
	return strings.Join(names, ",")
}

// MarshalText writes w as String does; it is how rules are stored.
func (w Weekdays) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what MarshalText writes, and ranges such as mon-sat or fri-mon. Its
// error is [ErrDays].
func (w *Weekdays) UnmarshalText(text []byte) error {
	*w = 0
	for part := range strings.SplitSeq(string(text), ",") {
		from, to, ranged := strings.Cut(part, "-")
		first, ok := weekday(from)
		last, ok2 := first, true
		if ranged {
			last, ok2 = weekday(to)
		}
		if !ok || !ok2 {
			return ErrDays
		}
		for d := first; ; d = (d + 1) % 7 {
			if *w |= 1 << d; d == last {
				break
			}
		}
	}
	return nil
}

// weekday returns the day with the short name mon, tue, …, sun.
func weekday(name string) (time.Weekday, bool) {
	for _, d := range week {
		if name == strings.ToLower(d.String()[:3]) {
			return d, true
		}
	}
	return 0, false
}
