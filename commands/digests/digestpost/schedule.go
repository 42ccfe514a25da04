package digestpost

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// WhenWords is a schedule in words: "Mon to Sat every 2 h from 11:00 to 19:00".
func WhenWords(r digest.Rule) string {
	s := r.Spec()
	var days string
	switch {
	case s.Cron != "":
		days = "by the cron line “" + s.Cron + "”"
	case s.Month != 0:
		days = "on " + monthDayWords(s)
	case s.Workdays:
		days = "on working days"
	default:
		days = weekdayWords(s.Days)
	}
	if s.Weeks > 1 {
		days = fmt.Sprintf("every %d weeks %s", s.Weeks, inWeeks(s))
	}
	return reply.JoinNonEmpty(" ", days, timesWords(r), BoundWords(s))
}

// inWeeks names the days of a step of weeks.
func inWeeks(s digest.Spec) string {
	switch {
	case s.Workdays:
		return "on working days"
	case s.Days == digest.EveryDay:
		return "on all days"
	default:
		return "on " + weekdayWords(s.Days)
	}
}

// weekdayWords writes days in words: "Mon to Thu and Sat".
func weekdayWords(w digest.Weekdays) string {
	if w == digest.EveryDay {
		return "daily"
	}
	return reply.Enumerate(grammar.DayRanges(w, " to "))
}

// timesWords writes the times of a day; nothing for a cron line, which has them in itself.
func timesWords(r digest.Rule) string {
	s, times := r.Spec(), r.Times()
	if len(times) == 0 {
		return ""
	}
	if s.Every == (digest.Every{}) {
		var at []string
		for _, t := range times {
			at = append(at, clockWords(t))
		}
		return "at " + reply.Enumerate(at)
	}
	last := times[len(times)-1]
	if s.Every.From == 0 && last+digest.Clock(s.Every.Hours)*60 >= dayMinutes {
		return fmt.Sprintf("every %d h around the clock", s.Every.Hours)
	}
	words := fmt.Sprintf("every %d h from %s to %s", s.Every.Hours, clockWords(s.Every.From), clockWords(s.Every.To))
	if clockWords(last) != clockWords(s.Every.To) {
		words += ", the last at " + clockWords(last)
	}
	if last >= dayMinutes {
		words += " of the next morning"
	}
	return words
}

// clockWords writes a time of day as all times are written here: 09:00.
func clockWords(c digest.Clock) string {
	return fmt.Sprintf("%02d:%02d", c%dayMinutes/60, c%60)
}

// dayMinutes is a day on the wall.
const dayMinutes digest.Clock = 24 * 60

// BoundWords says from when to when, and on which days not.
func BoundWords(s digest.Spec) string {
	var words []string
	if !s.Starting.IsZero() {
		words = append(words, "from "+grammar.DateWords(s.Starting)+" on")
	}
	if !s.Until.IsZero() {
		words = append(words, "until "+grammar.DateWords(s.Until))
	}
	var but []string
	for _, name := range s.Holidays {
		if name == digest.AllCalendars {
			but = append(but, "holidays")
		} else {
			but = append(but, "holidays of “"+reply.Short(name)+"”")
		}
	}
	for i, d := range s.Except {
		if i == 5 && len(s.Except) > 6 {
			but = append(but, strconv.Itoa(len(s.Except)-i)+" more days")
			break
		}
		but = append(but, grammar.DateWords(d))
	}
	if len(but) > 0 {
		words = append(words, "except "+reply.Enumerate(but))
	}
	return strings.Join(words, ", ")
}

// RunsWords says what comes next, a day at a time: "Wed 25 Nov 13:00, 15:00 and 17:00.
// Fri 25 Dec skipped: Christmas." Empty when nothing comes.
func RunsWords(runs []digest.Run, now time.Time, zone *time.Location) string {
	var days []string
	var times []string
	day, skipped := "", 0
	flush := func() {
		if len(times) > 0 {
			days = append(days, day+" "+reply.Enumerate(times))
		}
		times = nil
	}
	for _, run := range runs {
		if run.Skipped {
			flush()
			if skipped++; skipped <= mostSkipped {
				days = append(days, skippedWords(run, now.In(zone)))
			}
			continue
		}
		at := run.Slot.At.In(zone)
		if d := DayWords(at, now); d != day || times == nil {
			flush()
			day = d
		}
		times = append(times, slotTime(run.Slot, zone))
	}
	flush()
	if skipped > mostSkipped {
		days = append(days, reply.Plural(skipped-mostSkipped, "more day")+" skipped")
	}
	return strings.Join(days, "; ")
}

// mostSkipped is how many days passed over are named: a long leave would fill the screen.
const mostSkipped = 5

func skippedWords(run digest.Run, now time.Time) string {
	day := time.Date(run.Day.Year, run.Day.Month, run.Day.Day, 12, 0, 0, 0, now.Location())
	words := DayWords(day, now) + " skipped"
	if run.Reason != "" {
		words += ": " + run.Reason
	}
	return words
}

// DayWords names the day of at, with the year when it is not that of now.
func DayWords(at, now time.Time) string {
	if at.Year() != now.In(at.Location()).Year() {
		return at.Format("Mon 2 Jan 2006")
	}
	return at.Format("Mon 2 Jan")
}

// slotTime is when a slot comes, and what was planned when the clocks leave that out.
func slotTime(s digest.Slot, zone *time.Location) string {
	at := s.At.In(zone)
	planned, _, _ := strings.Cut(s.Local, " ")
	if _, wall, ok := strings.Cut(planned, "T"); ok && wall != at.Format("15:04") {
		return at.Format("15:04") + " (for " + wall + ", which the clocks leave out)"
	}
	return at.Format("15:04")
}

// SlotWords names a slot by its time, and by its day when that is not now's.
func SlotWords(s digest.Slot, now time.Time, zone *time.Location) string {
	at := s.At.In(zone)
	if at.Format(time.DateOnly) == now.In(zone).Format(time.DateOnly) {
		return slotTime(s, zone)
	}
	return DayWords(at, now) + " " + slotTime(s, zone)
}

// UnknownCalendars are the calendars a rule names that are not there.
func UnknownCalendars(r digest.Rule, c digest.Calendars) []string {
	var missing []string
	for _, name := range r.Spec().Holidays {
		if _, ok := c.Named[name]; !ok && (name != digest.AllCalendars || len(c.Named) == 0) {
			missing = append(missing, name)
		}
	}
	return missing
}

// Overlap returns the least distance between two neighbouring slots from after on when it
// is under the two hours a reading looks back, else zero.
func Overlap(r digest.Rule, after time.Time, c digest.Calendars) time.Duration {
	least, last := time.Duration(0), time.Time{}
	for _, run := range r.Upcoming(after, digest.MaxTimes+1, c) {
		if run.Skipped {
			continue
		}
		if apart := run.Slot.At.Sub(last); !last.IsZero() && apart < aht.Window && (least == 0 || apart < least) {
			least = apart
		}
		last = run.Slot.At
	}
	return least
}

// monthDayWords names the day of a monthly or quarterly rule: "the last day of each month".
func monthDayWords(s digest.Spec) string {
	ofMonth := s.Month > 0 && s.Month <= 31
	day, period := "the "+MonthDayName(s.Month), " of each month"
	if ofMonth {
		day = "day " + s.Month.String()
	}
	switch {
	case s.Quarter && ofMonth && s.Month > 1:
		period = " of the first month of each quarter"
	case s.Quarter:
		period = " of each quarter"
	}
	return day + period
}

// MonthDayName names a day of a month: last day, first weekday, second Tuesday, 15th.
func MonthDayName(m digest.MonthDay) string {
	n, day, nth := m.Nth()
	switch {
	case nth:
		return digest.Ordinal(n) + " " + day.String()
	case m == digest.LastDay:
		return "last day"
	case m < 0:
		return m.String()
	}
	suffix := "th"
	if number := int(m); number/10 != 1 {
		switch number % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(int(m)) + suffix
}

// MonthWordOf is the word that a line has for how often a day of the month comes.
func MonthWordOf(s digest.Spec) string {
	if s.Quarter {
		return "quarterly"
	}
	return "monthly"
}

// Later is the later of two moments.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// WhatWords names what a digest shows.
func WhatWords(w digest.Selection) string {
	switch {
	case w.Watched:
		return "all campaigns with an alert"
	case w.Group != "":
		return "all campaigns that begin with “" + reply.Short(w.Group) + "”"
	}
	names := make([]string, 0, len(w.Campaigns))
	for _, n := range w.Campaigns {
		names = append(names, reply.Short(n))
	}
	return reply.SomeOf(names, 6)
}

// DigestName names d at the beginning of a sentence.
func DigestName(d digest.Digest) string {
	if d.Order.Name == "" {
		return fmt.Sprintf("Digest %d", d.ID)
	}
	return fmt.Sprintf("Digest %d (%s)", d.ID, reply.Short(d.Order.Name))
}

// DigestPlaceCredit names the channel of d where the words don't.
func DigestPlaceCredit(d digest.Digest, q request.Question) []reply.Credit {
	if d.Channel == q.Place || strings.HasPrefix(d.Channel, "D") {
		return nil
	}
	return []reply.Credit{{Role: reply.RolePlace, ID: d.Channel}}
}
