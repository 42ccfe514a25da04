package digest

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrClock is returned for text that is not a time of day written as 9:00 or 21:30.
var ErrClock = errors.New("not a time of day: write it as 9:00 or 21:30")

// ErrDate is returned for text that is not a day written as 2026-12-25, of the years 2000
// to 2999.
var ErrDate = errors.New("not a date: write it as 2026-12-25")

// Clock is a time of day in wall time, in minutes after midnight. The zero Clock is
// midnight.
type Clock int

// dayMinutes is the length of a day in wall time.
const dayMinutes Clock = 24 * 60

// String writes c as 9:00 or 21:30, counted from midnight of its own day.
func (c Clock) String() string {
	c = (c%dayMinutes + dayMinutes) % dayMinutes
	return fmt.Sprintf("%d:%02d", c/60, c%60)
}

// MarshalText writes c as String does; rules are stored so. Its error is [ErrClock], for a
// value outside of one day.
func (c Clock) MarshalText() ([]byte, error) {
	if !c.valid() {
		return nil, ErrClock
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what MarshalText writes. Its error is [ErrClock].
func (c *Clock) UnmarshalText(text []byte) error {
	t, err := time.Parse("15:04", string(text))
	if err != nil {
		return ErrClock
	}
	*c = Clock(t.Hour()*60 + t.Minute())
	return nil
}

// Date is a day of the calendar, without a zone; the zero Date is no day. A Date without a
// year is the next such day, as a line may name it: a day of a month, a weekday
// ([OnWeekday]) or [Tomorrow]. Rules hold no such dates.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads 2026-12-25. Its error is [ErrDate].
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2999 {
		return Date{}, ErrDate
	}
	return DateOf(t), nil
}

// DateOf returns the date of t in the zone of t.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Tomorrow is the day after the day on which a line is carried out.
var Tomorrow = Date{Day: tomorrow}

// tomorrow is the Day of Tomorrow. The numbers below it are weekdays, from Monday, 1, on.
const tomorrow = 8

// OnWeekday is the next d after today.
func OnWeekday(d time.Weekday) Date { return Date{Day: (int(d)+6)%7 + 1} }

// Yearless reports whether d has no year, and so is the next such day.
func (d Date) Yearless() bool { return d.Year == 0 && !d.IsZero() }

// On returns the day that d is on the day today: d itself if it has a year; else the first
// such day from today on, for a weekday the first after today. The 29th of February may be
// years away.
func (d Date) On(today Date) Date {
	switch {
	case !d.Yearless():
		return d
	case d.Month == 0 && d.Day == tomorrow:
		return DateOf(today.midnight().AddDate(0, 0, 1))
	case d.Month == 0:
		return DateOf(today.midnight().AddDate(0, 0, (d.Day-int(today.Weekday())+6)%7+1))
	}
	for year := today.Year; ; year++ {
		on := Date{year, d.Month, d.Day}
		if on.Compare(today) >= 0 && DateOf(on.midnight()) == on || year > today.Year+8 {
			return on
		}
	}
}

// String writes d as 2026-12-25, a Date without a year as 25 Dec, fri or tomorrow, and the
// zero Date as nothing.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d == Tomorrow:
		return "tomorrow"
	case d.Year == 0 && d.Month == 0:
		return strings.ToLower(time.Weekday(d.Day % 7).String()[:3])
	case d.Yearless():
		return fmt.Sprintf("%d %.3s", d.Day, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// Compare orders dates: negative when d is before e.
func (d Date) Compare(e Date) int { return d.midnight().Compare(e.midnight()) }

// Weekday returns the day of the week d is.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// midnight is the start of d in wall time, written as if it were UTC.
func (d Date) midnight() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// MarshalText writes d as String does; it is how rules are stored.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes. Its error is [ErrDate].
func (d *Date) UnmarshalText(text []byte) (err error) {
	if *d = (Date{}); len(text) > 0 {
		*d, err = ParseDate(string(text))
	}
	return err
}
