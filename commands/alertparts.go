package commands

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// How durations and ranges look in a line. A bare number only looks like one.
const (
	hourIs     = `\d+ *h(?:rs?|ours?)?`
	minuteIs   = `\d+ *m(?:ins?|inutes?)?`
	secondIs   = `\d+ *s(?:ecs?|econds?)?`
	unitIs     = `(?:` + hourIs + `(?: *` + minuteIs + `)?(?: *` + secondIs + `)?|` + minuteIs + `(?: *` + secondIs + `)?|` + secondIs + `)`
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
	return aht.ParseDuration(m[0])
}

// duration goes past the duration behind the word key, which may be one of usual.
func (r *reader) duration(key string, usual ...string) (time.Duration, *wrong) {
	begin := r.at
	d, err := r.takeDuration()
	switch {
	case err == nil:
		return d, nil
	case r.at > begin:
		return 0, r.badDuration(begin, strings.Trim(r.said(begin), "“”"), usual...)
	case r.end() || r.peek(0).comma() || r.begins(r.at):
		return 0, r.lacks(fmt.Sprintf("Behind “%s” the duration is missing. Write it as 5m, 4m30s or 300s:", key), usual...)
	}
	r.at++
	return 0, r.badDuration(begin, strings.Trim(r.said(begin), "“”"), usual...)
}

// badDuration says what is wrong with the words that should have been a duration.
func (r *reader) badDuration(begin int, said string, usual ...string) *wrong {
	if n, err := strconv.Atoi(said); err == nil && n < 100_000 {
		return r.fault(begin, fmt.Sprintf("“%s” may be minutes or seconds. Write which:", said), said+"m", said+"s")
	}
	return r.fault(begin, fmt.Sprintf("“%s” is no duration I can use. Write it as 5m, 4m30s or 300s:", said), usual...)
}

// durations goes past the range behind the word key.
func (r *reader) durations(key string) (low, high time.Duration, err *wrong) {
	begin := r.at
	m := r.take(rangeLooks)
	if m == nil {
		d, err := r.duration(key, "3m..5m")
		if err != nil {
			err.put = []string{" 3m..5m "}
			return 0, 0, err
		}
		d = max(d, time.Second)
		return 0, 0, r.fault(begin, "A range has two ends. Try:", rangeWords(d, d+max(d/2, time.Minute)))
	}
	ends := [2]time.Duration{}
	for i, said := range m[1:3] {
		d, err := aht.ParseDuration(said)
		if err != nil {
			e := r.badDuration(begin, said)
			e.put = []string{"3m..5m"}
			if _, err := strconv.Atoi(said); err == nil && len(said) < 4 {
				e.put = []string{m[1] + unless(m[1], "m") + ".." + m[2] + unless(m[2], "m")}
			}
			return 0, 0, e
		}
		ends[i] = d
	}
	return ends[0], ends[1], nil
}

// unless returns unit if said is a bare number.
func unless(said, unit string) string {
	if _, err := strconv.Atoi(said); err != nil {
		return ""
	}
	return unit
}

func (a *alertLine) readTime(key string, into **time.Duration, usual ...string) *wrong {
	d, err := a.duration(key, usual...)
	*into = &d
	return err
}

// readOff reads a duration, or off, which is none at all.
func (a *alertLine) readOff(key string, into **time.Duration, usual string) *wrong {
	if a.skip("off") {
		*into = new(time.Duration)
		return nil
	}
	return a.readTime(key, into, usual, "off")
}

func (a *alertLine) readRemind() *wrong {
	a.skip("every")
	return a.readOff("remind", &a.draft.Remind, "2h")
}

// readClear reads the clear line of what is watched for, or how long it has to be clear.
func (a *alertLine) readClear() *wrong {
	begin := a.at
	if a.skip("for") {
		if a.draft.ClearFor != nil {
			a.name()
			return a.fault(begin-1, "“clear for” is there twice, and I don't know which one counts. Without the second:", "")
		}
		return a.readTime("clear for", &a.draft.ClearFor, "15m")
	}
	if a.looks(a.at, rangeLooks) {
		low, high, err := a.durations("clear")
		if err != nil {
			return err
		}
		if low > high {
			return a.fault(begin, "The range ends before it begins. The other way round:", rangeWords(high, low))
		}
		return a.clearLine(begin, nil, &low, &high)
	}
	d, err := a.duration("clear", "4m30s")
	if err != nil {
		return err
	}
	return a.clearLine(begin, &d, nil, nil)
}

func (a *alertLine) clearLine(begin int, line, low, high *time.Duration) *wrong {
	if a.draft.Clear != nil || a.draft.ClearLow != nil {
		return a.fault(begin-1, "“clear” is there twice, and I don't know which one counts. Without the second:", "")
	}
	a.draft.Clear, a.draft.ClearLow, a.draft.ClearHigh = line, low, high
	a.clear[0], a.clear[1] = a.since(begin - 1)
	return nil
}

func (a *alertLine) readReadings() *wrong {
	begin := a.at
	if m := a.take(digitsLook); m != nil {
		if n, err := strconv.Atoi(m[0]); err == nil && n >= 2 && n <= 24 {
			a.draft.Readings = &n
			return nil
		}
		return a.fault(begin, fmt.Sprintf("It takes 2 to 24 readings, not %s: one reading may be one long call. Usual are 3:", a.said(begin)), "3")
	}
	if a.name() == "" {
		return a.lacks("How many readings? It takes 2 to 24, usual are 3:", "3")
	}
	return a.fault(begin, fmt.Sprintf("%s is no number of readings. It takes 2 to 24, usual are 3:", a.said(begin)), "3")
}

func (a *alertLine) readGuard() *wrong {
	word, err := a.oneOf("guard", []string{"on", "off"}, nil)
	on := word == "on"
	a.draft.Guard = &on
	return err
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

// finish checks that the parts of a line make an alert, or a change of one.
func (a *alertLine) finish(edit bool) *wrong {
	if err := a.checkTarget(edit); err != nil {
		return err
	}
	f := &a.draft
	if edit && *f == (AlertDraft{}) && a.zone == "" {
		return a.lacks("Say what to change: any part of the line that makes an alert.", "above 5m", "for 30m")
	}
	if !edit && f.Kind == 0 {
		if err := a.misread(); err != nil {
			return err
		}
		return a.lacks("Say what to watch for: above or below a duration, outside a range, or no calls.", "above 5m for 15m", "no calls for 30m")
	}
	if a.zone != "" {
		if f.Active == nil || a.always {
			e := a.lacks("A time zone is for active hours. Say which hours they are, or leave it out:", "active mon-sat 9:00-18:00")
			if a.always {
				e.from, e.to = a.stands["active"][0], a.stands["active"][1]
			}
			e.or = a.without("", "tz")
			return e
		}
		rule, err := digest.NewRule(digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{0}, Zone: a.zone})
		if err != nil {
			return &wrong{say: fmt.Sprintf("I don't know the time zone “%s”. Try:", a.zone), try: alertTry[1:]}
		}
		f.Active.Zone = rule.Zone()
	}
	if f.Kind != 0 {
		return a.checkRule()
	}
	return nil
}

// checkRule lays the draft over the rule it makes, as whoever keeps it will, and words what
// is wrong with that.
func (a *alertLine) checkRule() *wrong {
	f := a.draft
	r, err := alert.NewRule(f.Kind, f.Low, f.High, 5*time.Minute)
	if err != nil {
		return &wrong{say: "That line is too near to nothing to be crossed. Try:", from: a.kindAt[0], to: a.kindAt[1], put: []string{"above 5m"}, try: alertTry}
	}
	usual := "clear " + typedClear(r)
	cleared := f.Clear != nil || f.ClearLow != nil
	clear := func(say string, put string) *wrong {
		return &wrong{say: say, from: a.clear[0], to: a.clear[1], put: []string{put}, try: alertTry}
	}
	switch {
	case cleared && f.Kind == alert.KindNoCalls:
		return clear("An alert for no calls ends with the first call, so it has no clear line. Without it:", "")
	case f.ClearLow != nil && f.Kind != alert.KindOutside:
		return clear(fmt.Sprintf("The clear line of “%s” is one duration, not a range. Try:", f.Kind), usual)
	case f.Clear != nil && f.Kind == alert.KindOutside:
		return clear("The clear line of “outside” is a range inside the other one. Try:", usual)
	}
	f.layClear(&r)
	switch err := r.Check(); {
	case err == nil:
		return nil
	case errors.Is(err, alert.ErrClear) && f.Kind == alert.KindAbove:
		return clear(fmt.Sprintf("An alert above %s ends at that or lower, and not at no time at all. Try:", durationWord(f.High)), usual)
	case errors.Is(err, alert.ErrClear) && f.Kind == alert.KindBelow:
		return clear(fmt.Sprintf("An alert below %s ends at that or higher. Try:", durationWord(f.Low)), usual)
	case errors.Is(err, alert.ErrClear):
		return clear(fmt.Sprintf("An alert outside %s ends within that range. Try:", rangeWords(f.Low, f.High)), usual)
	default:
		return &wrong{say: "I can't make an alert of that. Try a line like these:", try: alertTry}
	}
}
