package grammar

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/digest"
)

// How days and times look in a line. What only looks like one is read, and refused with
// the reason.
const (
	Dash    = ` *(?:-|–|—|\.\.+|…) *`
	Between = `(?:` + Dash + `| +(?:to|until|till) +)`
	ClockIs = `(?:\d+(?:[:.]\d+)*(?: *[ap]\.?m\b\.?)?|noon|midnight)`
	DayIs   = `(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?)`
)

// What looks like a time of day, a stretch of the day, days, or a word for several days.
var (
	ClockLooks = Phrase(ClockIs)
	SpanLooks  = Phrase(`(` + ClockIs + `)` + Between + `(` + ClockIs + `)`)
	DaysLook   = Phrase(`(` + DayIs + `)(?:` + Between + `(` + DayIs + `))?`)
	SetLooks   = Phrase(`daily|every ?days?|every weekdays?|weekdays?|weekends?`)
	clockParts = regexp.MustCompile(`(?i)^(\d+)(?:[:.](\d+))?([:.]\d+)*(?: *([ap])\.?m\.?)?$`)
	clockForm  = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?(?: *([ap])\.?m\.?)?$`)
)

// Days are what a line says of weekdays: a set, or the account's working week.
type Days struct {
	Set  digest.Weekdays
	Work bool
}

// TakeDays goes past days, if any come.
func (r *Reader) TakeDays() (d Days, ok bool, err *LineError) {
	begin := r.At
	if m := r.Take(SetLooks); m != nil {
		switch said := strings.ToLower(strings.Join(strings.Fields(m[0]), " ")); {
		case strings.HasPrefix(strings.TrimPrefix(said, "every "), "weekday"):
			d.Work = true
		case strings.HasPrefix(said, "weekend"):
			d.Set = digest.Days(time.Saturday, time.Sunday)
		default:
			d.Set = digest.EveryDay
		}
		if r.SkipAnd(DaysLook) {
			for r.Take(DaysLook) != nil && r.SkipAnd(DaysLook) {
				continue
			}
			return d, false, r.Fault(begin, fmt.Sprintf("%s mixes a word for several days with single ones. List the days:", r.Said(begin)), "mon-sat", "mon,wed,sat")
		}
		return d, true, nil
	}
	if r.Looks(r.At, DaysLook) || r.Is("every") && r.Looks(r.At+1, DaysLook) {
		r.Skip("every")
	}
	for {
		m := r.Take(DaysLook)
		if m == nil {
			return d, d.Set != 0, nil
		}
		from := Weekday(m[1])
		to := from
		if m[2] != "" {
			to = Weekday(m[2])
		}
		for ; from != to; from = (from + 1) % 7 {
			d.Set |= digest.Days(from)
		}
		d.Set |= digest.Days(to)
		if !r.SkipAnd(DaysLook) {
			return d, true, nil
		}
	}
}

// Weekday reads what DayIs matches.
func Weekday(name string) time.Weekday {
	for d := range time.Saturday {
		if strings.EqualFold(d.String()[:3], name[:3]) {
			return d
		}
	}
	return time.Saturday
}

// TakeClock goes past one time of day. With end, 24:00 is one too.
func (r *Reader) TakeClock(end bool) (digest.Clock, *LineError) {
	begin := r.At
	m := r.Take(ClockLooks)
	if m == nil {
		r.At = min(r.At+1, len(r.Words))
		return 0, r.Fault(begin, fmt.Sprintf("%s is no time of day. Write it as 9:00, 9am or 21:30:", r.Said(begin)), "9:00")
	}
	c, err := readClock(m[0], end)
	if err != nil {
		return 0, r.badClock(begin, m[0])
	}
	return c, nil
}

// badClock says what is wrong with a time of day that looks like one.
func (r *Reader) badClock(begin int, said string) *LineError {
	is := "“" + reply.Short(said) + "” is no time of day"
	m := clockParts.FindStringSubmatch(said)
	if m == nil {
		return r.Fault(begin, is+". Write it as 9:00, 9am or 21:30:", "9:00")
	}
	hour, err := strconv.Atoi(m[1])
	switch {
	case m[3] != "":
		return r.Fault(begin, is+" here: there are no seconds. Write it as 9:00, 9am or 21:30:", "9:00")
	case m[4] != "" && err == nil && hour > 12 && hour < 24:
		return r.Fault(begin, is+"; with am and pm hours go from 1 to 12. Without:", fmt.Sprintf("%d:%s", hour, cmp.Or(m[2], "00")), "9:00")
	case m[4] != "":
		return r.Fault(begin, is+"; with am and pm hours go from 1 to 12, and minutes from 00 to 59:", "9:00")
	case hour == 24 && strings.Trim(m[2], "0") == "":
		return r.Fault(begin, is+". Midnight is 0:00, and belongs to the day that begins:", "0:00")
	case err != nil || hour > 23:
		return r.Fault(begin, is+"; hours go from 0 to 23:", "9:00, 13:30")
	default:
		return r.Fault(begin, is+"; minutes have two digits, from 00 to 59:", fmt.Sprintf("%d:30", hour))
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

// TakeSpan goes past a stretch of the day: 9-18, 9am to 6:30pm, 9:00..18:00. With end it may
// end at 24:00.
func (r *Reader) TakeSpan(end bool) (from, to digest.Clock, err *LineError) {
	begin := r.At
	m := r.Take(SpanLooks)
	if m == nil {
		r.At = begin
		if r.Looks(r.At, ClockLooks) {
			r.Take(ClockLooks)
			return 0, 0, r.Lacks("The stretch of the day has a beginning and no end:", "to 19:00")
		}
		r.At = min(r.At+1, len(r.Words))
		return 0, 0, r.Fault(begin, fmt.Sprintf("%s is no stretch of the day. Write it as 11:00 to 19:00:", r.Said(begin)), "11:00 to 19:00")
	}
	for i, said := range m[1:3] {
		c, fault := readClock(said, end && i == 1)
		if fault != nil {
			e := r.badClock(begin, said)
			e.Put = []string{"11:00 to 19:00"}
			return 0, 0, e
		}
		from, to = to, c
	}
	return from, to, nil
}

// TakePlace goes past a channel behind the word in.
func (r *Reader) TakePlace() (Place, *LineError) {
	begin := r.At
	w := r.Peek(0)
	if w.Named && channelName(w.place.Name) {
		r.At++
		return w.place, nil
	}
	if n, _, err := r.ZoneAt(r.At); n > 0 && err == nil {
		return Place{}, r.cityOrChannel(n)
	}
	name := strings.TrimLeft(r.Name(), "#")
	if name == "" {
		return Place{}, r.Lacks("The channel is missing behind “in”. Write it with its #:", "#ops")
	}
	if name = strings.ToLower(strings.ReplaceAll(name, " ", "-")); !channelName(name) {
		name = "ops"
	}
	return Place{}, r.Fault(begin, fmt.Sprintf("%s is no channel. Write it with its # and choose it from Slack's list:", r.Said(begin)), "#"+name)
}

// cityOrChannel asks which of the two the next n words behind in are: a city, for its time,
// or a channel.
func (r *Reader) cityOrChannel(n int) *LineError {
	begin := r.At
	r.At += n
	said := r.Said(begin)
	from, to := r.Since(begin)
	city := AsTyped(r.Line[from:to])
	e := r.Fault(begin-1, fmt.Sprintf("%s is a city, for its time, or a channel. Which one is meant?", said), "tz "+city)
	e.Labels = []string{"The city"}
	if name := strings.ToLower(strings.ReplaceAll(city, " ", "-")); channelName(name) {
		e.Put, e.Labels = append(e.Put, "in #"+name), append(e.Labels, "The channel")
	}
	return e
}

// TakeZone goes past a zone: an IANA name, a city of up to three words, letters or an
// offset.
func (r *Reader) TakeZone() (string, *LineError) {
	begin := r.At
	if r.Peek(0).Quoted {
		r.At++
		zone, err := digest.FindZone(r.Words[begin].Text)
		return zone, r.BadZone(begin, err)
	}
	if n, zone, err := r.ZoneAt(begin); n > 0 {
		r.At += n
		return zone, r.BadZone(begin, err)
	}
	said := r.bare()
	_, err := digest.FindZone(said)
	return "", r.BadZone(begin, err)
}

// ZoneAt returns the zone that the words from the i-th on name, and how many words that is;
// none when they name none. The error is a [*digest.ZoneError] that has the zones they may
// mean.
func (r *Reader) ZoneAt(i int) (n int, zone string, err error) {
	for n := min(3, len(r.Words)-i); n > 0; n-- {
		said := ""
		for _, w := range r.Words[i : i+n] {
			if w.Quoted || w.Comma() {
				said = ""
				break
			}
			said = reply.JoinSentences(said, w.Text)
		}
		zone, err := digest.FindZone(said)
		if ze, bad := errors.AsType[*digest.ZoneError](err); said != "" && (!bad || len(ze.Zones) > 0) {
			return n, zone, err
		}
	}
	return 0, "", nil
}

// BadZone words the error of FindZone; nil for nil.
func (r *Reader) BadZone(begin int, err error) *LineError {
	ze, ok := errors.AsType[*digest.ZoneError](err)
	switch {
	case !ok:
		return nil
	case len(ze.Zones) > 0:
		e := r.Fault(begin, fmt.Sprintf("“%s” stands for several time zones. Which one is meant?", ze.Text), ze.Zones...)
		if ze.Offset {
			e.Say = fmt.Sprintf("“%s” is an offset, and a zone may have another in half a year. Which zone is meant?", ze.Text)
		}
		for _, zone := range ze.Zones {
			e.Labels = append(e.Labels, zoneLabel(zone))
		}
		return e
	case ze.Text == "":
		return r.Lacks("The time zone is missing. Name a city or a zone:", "Asia/Kolkata")
	default:
		return r.Fault(begin, fmt.Sprintf("I don't know the time zone %s. Name a city or a zone:", r.Said(begin)), "Asia/Kolkata", "America/New_York")
	}
}

// zoneLabel names a zone on a button.
func zoneLabel(zone string) string {
	if country := digest.Country(zone); country != "" {
		return zone + ", " + country
	}
	return zone
}
