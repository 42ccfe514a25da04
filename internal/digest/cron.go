package digest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/adhocore/gronx"
)

// CronFault says what is wrong with a cron line.
type CronFault string

// What can be wrong with a cron line.
const (
	CronFields CronFault = "needs five fields: minute, hour, day, month, weekday"
	CronField  CronFault = "has a field that cannot be read"
	CronNever  CronFault = "has no run within eight years"
	CronOften  CronFault = "runs too often a day" // more than MaxTimes
)

// CronError says why a cron line is no rule.
type CronError struct {
	Fault CronFault
	Field int // for CronField: 0 minute, 1 hour, 2 day of the month, 3 month, 4 day of the week
}

func (e *CronError) Error() string { return "cron line " + string(e.Fault) }

// cronFields are the bounds and names of the five fields. gronx does not find every
// mistake: it stops at the first part of a list that is due.
var cronFields = [5]struct {
	low, high int
	names     []string
	special   string // other endings of a part: L last, W nearest weekday, # nth
}{
	{low: 0, high: 59},
	{low: 0, high: 23},
	{low: 1, high: 31, special: "W"},
	{low: 1, high: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{low: 0, high: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, special: "L#"},
}

// checkCron returns a *CronError unless line has five valid fields and runs at least three
// times within eight years, and at most MaxTimes times a day. The day to start from does
// not matter, because a cron line has no year.
func checkCron(line string) error {
	fields := strings.Fields(line)
	if len(fields) != len(cronFields) {
		return &CronError{Fault: CronFields}
	}
	for i, f := range fields {
		for part := range strings.SplitSeq(strings.ToUpper(f), ",") {
			if !validCronPart(i, part) {
				return &CronError{Fault: CronField, Field: i}
			}
		}
	}
	at := time.Date(2023, 12, 31, 23, 59, 0, 0, time.UTC) // a leap year follows, which has every date
	first := at
	for i := range MaxTimes + 1 {
		next, ok := cronAfter(line, at)
		if !ok && i < 3 {
			return &CronError{Fault: CronNever}
		}
		if !ok {
			return nil
		}
		if at = next; i == 0 {
			first = next
		}
	}
	if at.Sub(first) < 24*time.Hour {
		return &CronError{Fault: CronOften}
	}
	return nil
}

// validCronPart reports whether part is valid in field i: *, ?, 5, 1-5, */10, 1-20/5, and
// the special endings of the two fields of days.
func validCronPart(i int, part string) bool {
	f := cronFields[i]
	days := f.special != ""
	if days && (part == "?" || part == "L" && i == 2) {
		return true
	}
	if days && len(part) > 1 {
		if number, nth, ok := strings.Cut(part, "#"); ok && i == 4 {
			n, err := strconv.Atoi(nth)
			return cronNumber(i, number) >= 0 && err == nil && len(nth) == 1 && n >= 1 && n <= 5
		}
		if end := len(part) - 1; part[end] == f.special[0] {
			return cronNumber(i, part[:end]) >= 0
		}
	}
	span, step, stepped := strings.Cut(part, "/")
	if n, err := strconv.ParseUint(step, 10, 8); stepped && (err != nil || n < 1 || int(n) > f.high) {
		return false
	}
	if span == "*" {
		return true
	}
	from, to, ranged := strings.Cut(span, "-")
	low, high := cronNumber(i, from), f.high
	if ranged {
		high = cronNumber(i, to)
	}
	return low >= 0 && high >= low
}

// cronNumber reads a number or a name in field i. It returns -1 when it is neither.
func cronNumber(i int, s string) int {
	f := cronFields[i]
	if at := slices.Index(f.names, s); at >= 0 {
		return at + f.low
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil || int(n) < f.low || int(n) > f.high {
		return -1
	}
	return int(n)
}

// cronAfter returns the first wall time after wall at which line runs; false when that is
// beyond the horizon. Wall times are written as if they were UTC, so that gronx meets no
// change of the clocks: it treats them by rules of its own.
func cronAfter(line string, wall time.Time) (time.Time, bool) {
	next, err := gronx.NextTickAfter(line, wall, false)
	return next, err == nil && next.Sub(wall) <= horizon
}
