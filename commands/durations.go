package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// bareNumber reads a number without a unit.
func bareNumber(said string) (int, bool) {
	n, err := strconv.Atoi(said)
	return n, err == nil && n >= 0 && !strings.ContainsAny(said, "+-")
}

// How durations and ranges look in a line. A bare number only looks like one.
const (
	hourIs     = `\d+ *h(?:rs?|ours?)?`
	minuteIs   = `\d+(?:\.\d+)? *m(?:ins?|inutes?)?`
	secondIs   = `\d+ *s(?:ecs?|econds?)?`
	unitIs     = `(?:` + hourIs + `(?: *` + minuteIs + `)?(?: *` + secondIs + `)?|` + minuteIs + `(?: *` + secondIs + `)?|` + secondIs + `|\d+ *m *\d{2})`
	durationIs = `(?:` + unitIs + `|\d+:\d+(?::\d+)?|\d+)`
)

var (
	durationLooks = phrase(durationIs)
	unitLooks     = phrase(unitIs)
	rangeLooks    = phrase(`(` + durationIs + `)(?:` + dash + `| +(?:to|and|until) +)(` + durationIs + `)`)
)

// takeDuration goes past one duration. The error is [aht.ErrDuration].
func (r *reader) takeDuration() (time.Duration, error) {
	m := r.take(durationLooks)
	if m == nil {
		return 0, aht.ErrDuration
	}
	if _, bare := bareNumber(m[0]); bare { // in an alert it has no unit of its own
		return 0, aht.ErrDuration
	}
	return aht.ParseDuration(m[0])
}

// sensible is what a duration of one kind lies between: a number without a unit is in the
// only one that makes it so.
type sensible struct{ least, most time.Duration }

// What makes sense of the durations of an alert.
var (
	means   = sensible{30 * time.Second, longMean}
	waits   = sensible{time.Minute, 4 * time.Hour}
	warmUps = sensible{5 * time.Minute, 4 * time.Hour}
	reminds = sensible{10 * time.Minute, 24 * time.Hour}
)

// longMean is the longest AHT that is taken for one without asking back.
const longMean = time.Hour

// of returns what a number without a unit can be, as people type it: minutes, then seconds.
func (f sensible) of(n int) (words []string) {
	for _, unit := range []time.Duration{time.Minute, time.Second} {
		if d := time.Duration(n) * unit; n < 100_000 && d >= f.least && d <= f.most {
			words = append(words, durationWord(d))
		}
	}
	return words
}

// duration goes past the duration behind the word key, which may be one of usual.
func (r *reader) duration(key string, fits sensible, usual ...string) (time.Duration, *wrong) {
	begin := r.at
	d, err := r.takeDuration()
	switch {
	case err == nil:
		return d, nil
	case r.at > begin:
		return 0, r.badDuration(begin, strings.Trim(r.said(begin), "“”"), fits, usual...)
	case r.end() || r.peek(0).comma() || r.begins(r.at):
		return 0, r.lacks(fmt.Sprintf("Behind “%s” the duration is missing. Write it as 5m, 4m30s or 300s:", key), usual...)
	}
	r.at++
	return 0, r.badDuration(begin, strings.Trim(r.said(begin), "“”"), fits, usual...)
}

// badDuration says what is wrong with the words that should have been a duration. A number
// without a unit is mended where only one makes sense.
func (r *reader) badDuration(begin int, said string, fits sensible, usual ...string) *wrong {
	n, bare := bareNumber(said)
	switch words := fits.of(n); {
	case bare && n == 0:
		e := r.fault(begin, "Write the duration with its unit:", "0s")
		e.sure = true
		return e
	case bare && len(words) > 0:
		e := r.fault(begin, fmt.Sprintf("“%s” may be minutes or seconds. Write which:", said), words...)
		e.sure = len(words) == 1
		return e
	case bare && fits == means:
		return r.fault(begin, fmt.Sprintf("“%s” makes no AHT, in minutes or in seconds. Write it as 5m, 4m30s or 300s:", short(said)), usual...)
	}
	return r.fault(begin, fmt.Sprintf("“%s” is no duration I can use. Write it as 5m, 4m30s or 300s:", said), usual...)
}

// durations goes past the range behind the word key.
func (r *reader) durations(key string) (low, high time.Duration, err *wrong) {
	begin := r.at
	m := r.take(rangeLooks)
	if m == nil {
		d, err := r.duration(key, means, "3m..5m")
		if err != nil {
			if !err.sure {
				err.put = []string{" 3m..5m "}
			}
			return 0, 0, err
		}
		d = max(d, time.Second)
		return 0, 0, r.fault(begin, "A range has two ends. Try:", rangeWords(d, d+max(d/2, time.Minute)))
	}
	ends := [2]time.Duration{}
	for i, said := range m[1:3] {
		if _, bare := bareNumber(said); bare {
			return 0, 0, r.bareRange(begin, m[1], m[2])
		}
		d, err := aht.ParseDuration(said)
		if err != nil {
			e := r.badDuration(begin, said, means)
			e.put = []string{"3m..5m"}
			return 0, 0, e
		}
		ends[i] = d
	}
	return ends[0], ends[1], nil
}

// bareRange mends a range with an end that has no unit: it has the one that makes sense of
// it, or is asked back about.
func (r *reader) bareRange(begin int, low, high string) *wrong {
	ends := [2][]string{{low}, {high}}
	for i, said := range []string{low, high} {
		if n, bare := bareNumber(said); bare {
			ends[i] = means.of(n)
		}
	}
	e := r.fault(begin, fmt.Sprintf("“%s” may be minutes or seconds. Write which:", short(low+".."+high)), "3m..5m")
	switch l, h := ends[0], ends[1]; {
	case len(l) == 1 && len(h) == 1:
		e.put, e.sure = []string{l[0] + ".." + h[0]}, true
	case len(l) == 2 && len(h) == 2:
		e.put = []string{l[0] + ".." + h[0], l[1] + ".." + h[1]}
	case len(l) > 0 && len(h) > 0:
		e.put = []string{l[len(l)-1] + ".." + h[0]}
	}
	return e
}

// rangeWords writes a range as people type it.
func rangeWords(low, high time.Duration) string { return durationWord(low) + ".." + durationWord(high) }

// durationWord writes a duration as one word: 4m30s, 2h, 0s.
func durationWord(d time.Duration) string {
	part := func(n time.Duration, unit string) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(int(n)) + unit
	}
	return firstOf(part(d/time.Hour, "h")+part(d/time.Minute%60, "m")+part(d/time.Second%60, "s"), "0s")
}
