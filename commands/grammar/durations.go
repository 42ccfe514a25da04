package grammar

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// BareNumber reads a number without a unit.
func BareNumber(said string) (int, bool) {
	n, err := strconv.Atoi(said)
	return n, err == nil && n >= 0 && !strings.ContainsAny(said, "+-")
}

// How durations and ranges look in a line. A bare number only looks like one.
const (
	hourIs     = `\d+ *h(?:rs?|ours?)?`
	minuteIs   = `\d+(?:\.\d+)? *m(?:ins?|inutes?)?`
	secondIs   = `\d+ *s(?:ecs?|econds?)?`
	unitIs     = `(?:` + hourIs + `(?: *` + minuteIs + `)?(?: *` + secondIs + `)?|` + minuteIs + `(?: *` + secondIs + `)?|` + secondIs + `|\d+ *m *\d{2})`
	DurationIs = `(?:` + unitIs + `|\d+:\d+(?::\d+)?|\d+)`
)

// What looks like a duration, with or without a unit, and a range of two.
var (
	DurationLooks = Phrase(DurationIs)
	UnitLooks     = Phrase(unitIs)
	RangeLooks    = Phrase(`(` + DurationIs + `)(?:` + Dash + `| +(?:to|and|until) +)(` + DurationIs + `)`)
)

// TakeDuration goes past one duration. The error is [aht.ErrDuration].
func (r *Reader) TakeDuration() (time.Duration, error) {
	m := r.Take(DurationLooks)
	if m == nil {
		return 0, aht.ErrDuration
	}
	if _, bare := BareNumber(m[0]); bare { // in an alert it has no unit of its own
		return 0, aht.ErrDuration
	}
	return aht.ParseDuration(m[0])
}

// Sensible is what a duration of one kind lies between: a number without a unit is in the
// only one that makes it so.
type Sensible struct{ least, most time.Duration }

// What makes sense of the durations of an alert.
var (
	Means   = Sensible{30 * time.Second, LongMean}
	Waits   = Sensible{time.Minute, 4 * time.Hour}
	WarmUps = Sensible{5 * time.Minute, 4 * time.Hour}
	Reminds = Sensible{10 * time.Minute, 24 * time.Hour}
)

// LongMean is the longest AHT that is taken for one without asking back.
const LongMean = time.Hour

// of returns what a number without a unit can be, as people type it: minutes, then seconds.
func (f Sensible) of(n int) (words []string) {
	for _, unit := range []time.Duration{time.Minute, time.Second} {
		if d := time.Duration(n) * unit; n < 100_000 && d >= f.least && d <= f.most {
			words = append(words, DurationWord(d))
		}
	}
	return words
}

// Duration goes past the duration behind the word key, which may be one of usual.
func (r *Reader) Duration(key string, fits Sensible, usual ...string) (time.Duration, *LineError) {
	begin := r.At
	d, err := r.TakeDuration()
	switch {
	case err == nil:
		return d, nil
	case r.At > begin:
		return 0, r.BadDuration(begin, strings.Trim(r.Said(begin), "“”"), fits, usual...)
	case r.End() || r.Peek(0).Comma() || r.Begins(r.At):
		return 0, r.Lacks(fmt.Sprintf("Behind “%s” the duration is missing. Write it as 5m, 4m30s or 300s:", key), usual...)
	}
	r.At++
	return 0, r.BadDuration(begin, strings.Trim(r.Said(begin), "“”"), fits, usual...)
}

// BadDuration says what is wrong with the words that should have been a duration. A number
// without a unit is mended where only one makes sense.
func (r *Reader) BadDuration(begin int, said string, fits Sensible, usual ...string) *LineError {
	n, bare := BareNumber(said)
	switch words := fits.of(n); {
	case bare && n == 0:
		e := r.Fault(begin, "Write the duration with its unit:", "0s")
		e.Sure = true
		return e
	case bare && len(words) > 0:
		e := r.Fault(begin, fmt.Sprintf("“%s” may be minutes or seconds. Write which:", said), words...)
		e.Sure = len(words) == 1
		return e
	case bare && fits == Means:
		return r.Fault(begin, fmt.Sprintf("“%s” makes no AHT, in minutes or in seconds. Write it as 5m, 4m30s or 300s:", reply.Short(said)), usual...)
	}
	return r.Fault(begin, fmt.Sprintf("“%s” is no duration I can use. Write it as 5m, 4m30s or 300s:", said), usual...)
}

// Durations goes past the range behind the word key.
func (r *Reader) Durations(key string) (low, high time.Duration, err *LineError) {
	begin := r.At
	m := r.Take(RangeLooks)
	if m == nil {
		d, err := r.Duration(key, Means, "3m..5m")
		if err != nil {
			if !err.Sure {
				err.Put = []string{" 3m..5m "}
			}
			return 0, 0, err
		}
		d = max(d, time.Second)
		return 0, 0, r.Fault(begin, "A range has two ends. Try:", RangeWords(d, d+max(d/2, time.Minute)))
	}
	ends := [2]time.Duration{}
	for i, said := range m[1:3] {
		if _, bare := BareNumber(said); bare {
			return 0, 0, r.bareRange(begin, m[1], m[2])
		}
		d, err := aht.ParseDuration(said)
		if err != nil {
			e := r.BadDuration(begin, said, Means)
			e.Put = []string{"3m..5m"}
			return 0, 0, e
		}
		ends[i] = d
	}
	return ends[0], ends[1], nil
}

// bareRange mends a range with an end that has no unit: it has the one that makes sense of
// it, or is asked back about.
func (r *Reader) bareRange(begin int, low, high string) *LineError {
	ends := [2][]string{{low}, {high}}
	for i, said := range []string{low, high} {
		if n, bare := BareNumber(said); bare {
			ends[i] = Means.of(n)
		}
	}
	e := r.Fault(begin, fmt.Sprintf("“%s” may be minutes or seconds. Write which:", reply.Short(low+".."+high)), "3m..5m")
	switch l, h := ends[0], ends[1]; {
	case len(l) == 1 && len(h) == 1:
		e.Put, e.Sure = []string{l[0] + ".." + h[0]}, true
	case len(l) == 2 && len(h) == 2:
		e.Put = []string{l[0] + ".." + h[0], l[1] + ".." + h[1]}
	case len(l) > 0 && len(h) > 0:
		e.Put = []string{l[len(l)-1] + ".." + h[0]}
	}
	return e
}

// RangeWords writes a range as people type it.
func RangeWords(low, high time.Duration) string { return DurationWord(low) + ".." + DurationWord(high) }

// DurationWord writes a duration as one word: 4m30s, 2h, 0s.
func DurationWord(d time.Duration) string {
	part := func(n time.Duration, unit string) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(int(n)) + unit
	}
	return cmp.Or(part(d/time.Hour, "h")+part(d/time.Minute%60, "m")+part(d/time.Second%60, "s"), "0s")
}
