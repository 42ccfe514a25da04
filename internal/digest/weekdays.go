package digest

import (
	"errors"
	"strings"
	"time"
)

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
