package commands

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

// How days and times look in a line. What only looks like one is read, and refused with
// the reason.
const (
	dash    = ` *(?:-|–|—|\.\.+|…) *`
	between = `(?:` + dash + `| +(?:to|until|till) +)`
	clockIs = `(?:\d+(?:[:.]\d+)*(?: *[ap]\.?m\b\.?)?|noon|midnight)`
	dayIs   = `(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?)`
)

var (
	clockLooks = phrase(clockIs)
	spanLooks  = phrase(`(` + clockIs + `)` + between + `(` + clockIs + `)`)
	daysLook   = phrase(`(` + dayIs + `)(?:` + between + `(` + dayIs + `))?`)
	setLooks   = phrase(`daily|every ?days?|every weekdays?|weekdays?|weekends?`)
	clockParts = regexp.MustCompile(`(?i)^(\d+)(?:[:.](\d+))?([:.]\d+)*(?: *([ap])\.?m\.?)?$`)
	clockForm  = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?(?: *([ap])\.?m\.?)?$`)
)

// days are what a line says of weekdays: a set, or the account's working week.
type days struct {
	set  digest.Weekdays
	work bool
}

// takeDays goes past days, if any come.
func (r *reader) takeDays() (d days, ok bool, err *wrong) {
	begin := r.at
	if m := r.take(setLooks); m != nil {
		switch said := strings.ToLower(strings.Join(strings.Fields(m[0]), " ")); {
		case strings.HasPrefix(strings.TrimPrefix(said, "every "), "weekday"):
			d.work = true
		case strings.HasPrefix(said, "weekend"):
			d.set = digest.Days(time.Saturday, time.Sunday)
		default:
			d.set = digest.EveryDay
		}
		if r.skipAnd(daysLook) {
			for r.take(daysLook) != nil && r.skipAnd(daysLook) {
				continue
			}
			return d, false, r.fault(begin, fmt.Sprintf("%s mixes a word for several days with single ones. List the days:", r.said(begin)), "mon-sat", "mon,wed,sat")
		}
		return d, true, nil
	}
	if r.looks(r.at, daysLook) || r.is("every") && r.looks(r.at+1, daysLook) {
		r.skip("every")
	}
	for {
		m := r.take(daysLook)
		if m == nil {
			return d, d.set != 0, nil
		}
		from := weekday(m[1])
		to := from
		if m[2] != "" {
			to = weekday(m[2])
		}
		for ; from != to; from = (from + 1) % 7 {
			d.set |= digest.Days(from)
		}
		d.set |= digest.Days(to)
		if !r.skipAnd(daysLook) {
			return d, true, nil
		}
	}
}

// weekday reads what dayIs matches.
func weekday(name string) time.Weekday {
	for d := range time.Saturday {
		if strings.EqualFold(d.String()[:3], name[:3]) {
			return d
		}
	}
	return time.Saturday
}

// takeClock goes past one time of day. With end, 24:00 is one too.
func (r *reader) takeClock(end bool) (digest.Clock, *wrong) {
	begin := r.at
	m := r.take(clockLooks)
	if m == nil {
		r.at = min(r.at+1, len(r.words))
		return 0, r.fault(begin, fmt.Sprintf("%s is no time of day. Write it as 9:00, 9am or 21:30:", r.said(begin)), "9:00")
	}
	c, err := readClock(m[0], end)
	if err != nil {
		return 0, r.badClock(begin, m[0])
	}
	return c, nil
}

// badClock says what is wrong with a time of day that looks like one.
func (r *reader) badClock(begin int, said string) *wrong {
	is := "“" + short(said) + "” is no time of day"
	m := clockParts.FindStringSubmatch(said)
	if m == nil {
		return r.fault(begin, is+". Write it as 9:00, 9am or 21:30:", "9:00")
	}
	hour, err := strconv.Atoi(m[1])
	switch {
	case m[3] != "":
		return r.fault(begin, is+" here: there are no seconds. Write it as 9:00, 9am or 21:30:", "9:00")
	case m[4] != "" && err == nil && hour > 12 && hour < 24:
		return r.fault(begin, is+"; with am and pm hours go from 1 to 12. Without:", fmt.Sprintf("%d:%s", hour, firstOf(m[2], "00")), "9:00")
	case m[4] != "":
		return r.fault(begin, is+"; with am and pm hours go from 1 to 12, and minutes from 00 to 59:", "9:00")
	case hour == 24 && strings.Trim(m[2], "0") == "":
		return r.fault(begin, is+". Midnight is 0:00, and belongs to the day that begins:", "0:00")
	case err != nil || hour > 23:
		return r.fault(begin, is+"; hours go from 0 to 23:", "9:00, 13:30")
	default:
		return r.fault(begin, is+"; minutes have two digits, from 00 to 59:", fmt.Sprintf("%d:30", hour))
	}
}

// readClock reads 9, 9am, 9:30, 21:00, 9:30 pm, noon and midnight, and 24:00 with end. Its
// error is [digest.ErrClock].
func readClock(said string, end bool) (digest.Clock, error) {
	said = strings.ToLower(said)
	switch said {
	case "noon":
		return 12 * 60, nil
	case "midnight":
		if end {
			return 24 * 60, nil
		}
		return 0, nil
	}
	m := clockForm.FindStringSubmatch(said)
	if m == nil {
		return 0, digest.ErrClock
	}
	hour, _ := strconv.Atoi(m[1])   // two digits at most
	minute, _ := strconv.Atoi(m[2]) // two digits, or empty for a full hour
	half := m[3]
	switch {
	case half != "" && (hour < 1 || hour > 12) || minute > 59:
		return 0, digest.ErrClock
	case half != "":
		hour %= 12
	case hour > 24 || hour == 24 && (!end || minute > 0):
		return 0, digest.ErrClock
	}
	if half == "p" {
		hour += 12
	}
	return digest.Clock(hour*60 + minute), nil
}

// takeSpan goes past a stretch of the day: 9-18, 9am to 6:30pm, 9:00..18:00. With end it may
// end at 24:00.
func (r *reader) takeSpan(end bool) (from, to digest.Clock, err *wrong) {
	begin := r.at
	m := r.take(spanLooks)
	if m == nil {
		r.at = begin
		if r.looks(r.at, clockLooks) {
			r.take(clockLooks)
			return 0, 0, r.lacks("The stretch of the day has a beginning and no end:", "to 19:00")
		}
		r.at = min(r.at+1, len(r.words))
		return 0, 0, r.fault(begin, fmt.Sprintf("%s is no stretch of the day. Write it as 11:00 to 19:00:", r.said(begin)), "11:00 to 19:00")
	}
	for i, said := range m[1:3] {
		c, fault := readClock(said, end && i == 1)
		if fault != nil {
			e := r.badClock(begin, said)
			e.put = []string{"11:00 to 19:00"}
			return 0, 0, e
		}
		from, to = to, c
	}
	return from, to, nil
}

// takePlace goes past a channel behind the word in.
func (r *reader) takePlace() (Place, *wrong) {
	begin := r.at
	w := r.peek(0)
	if w.named && channelName(w.place.Name) {
		r.at++
		return w.place, nil
	}
	if n, _, err := r.zoneAt(r.at); n > 0 && err == nil {
		return Place{}, r.cityOrChannel(n)
	}
	name := strings.TrimLeft(r.name(), "#")
	if name == "" {
		return Place{}, r.lacks("The channel is missing behind “in”. Write it with its #:", "#ops")
	}
	if name = strings.ToLower(strings.ReplaceAll(name, " ", "-")); !channelName(name) {
		name = "ops"
	}
	return Place{}, r.fault(begin, fmt.Sprintf("%s is no channel. Write it with its # and choose it from Slack's list:", r.said(begin)), "#"+name)
}

// cityOrChannel asks which of the two the next n words behind in are: a city, for its time,
// or a channel.
func (r *reader) cityOrChannel(n int) *wrong {
	begin := r.at
	r.at += n
	said := r.said(begin)
	from, to := r.since(begin)
	city := asTyped(r.line[from:to])
	e := r.fault(begin-1, fmt.Sprintf("%s is a city, for its time, or a channel. Which one is meant?", said), "tz "+city)
	e.labels = []string{"The city"}
	if name := strings.ToLower(strings.ReplaceAll(city, " ", "-")); channelName(name) {
		e.put, e.labels = append(e.put, "in #"+name), append(e.labels, "The channel")
	}
	return e
}
