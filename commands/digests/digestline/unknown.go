package digestline

import (
	"fmt"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/digest"
)

var (
	untilLooks = grammar.Phrase(`(?:to|till?|through|thru|ending|ends)(?: +on)? +` + grammar.DateIs)
	startLooks = grammar.Phrase(`(?:start|starts|begin|begins|beginning|since)(?: +(?:on|from))? +` + grammar.DateIs)
)

// unknown says what is wrong with a word that no part begins with.
func (d *digestLine) unknown() *grammar.LineError {
	begin, w := d.At, d.Peek(0)
	switch {
	case w.Named:
		return d.Before(fmt.Sprintf("“%s” stands alone. Write “in” before the channel:", reply.Short(w.Text)), "in ").Surely()
	case d.draft.When.Every.Hours > 0 && d.span == nil && d.Looks(d.At, grammar.SpanLooks):
		return d.Before("Write “from” before the hours:", "from ").Surely()
	case d.Looks(d.At, grammar.DateLooks):
		return d.Before("Is that the first day, the last one, or one that is left out?", "starting ", "until ", "except ")
	case d.Looks(d.At, grammar.ClockLooks):
		return d.Before("Write “at” before the times:", "at ").Surely()
	case d.Looks(d.At, untilLooks), d.Looks(d.At, startLooks):
		word := "starting"
		if d.Looks(d.At, untilLooks) {
			word = "until"
		}
		d.At++
		return d.meant(begin, word)
	}
	if n, _, err := d.ZoneAt(d.At); n > 0 {
		return d.zoneAlone(n, err)
	}
	if d.draft.What.Check() != nil && len(d.draft.What.Campaigns) == 0 {
		return d.Unknown(d.Before("Say whose figures, first of all: campaign and its name, group and how the names begin, or watched.", "campaign "))
	}
	return d.Unknown(nil)
}

// zoneAlone is about a zone in the next n words without tz before it.
func (d *digestLine) zoneAlone(n int, err error) *grammar.LineError {
	before, begin := d.Before("", "tz ").Surely(), d.At
	d.At += n
	if e := d.BadZone(begin, err); e != nil {
		for i, zone := range e.Put {
			e.Put[i] = "tz " + zone
		}
		return e
	}
	before.Say = fmt.Sprintf("Write “tz” before the time zone %s:", d.Said(begin))
	return before
}

// whichDays asks on which days the times are.
func (d *digestLine) whichDays() *grammar.LineError {
	e := d.Lacks("The times are there, the days are not. On which days?", "daily", "weekdays")
	e.Labels = []string{"Every day", "Working days"}
	return e
}

// biweek settles what biweekly means: with one day every two weeks, with more it may be
// several times a week.
func (d *digestLine) biweek() *grammar.LineError {
	if e := d.biweekly; e == nil || len(d.days.Set.Each()) < 2 {
		return e
	}
	e := *d.biweekly
	e.Say, e.Sure = "Biweekly is every two weeks, or more than once a week. Which one?", false
	e.Put, e.Labels = append(e.Put, ""), []string{"Every 2 weeks", "Each week on those days"}
	return &e
}

// settledWeeks is the step of weeks that is kept. One of a single week says something in an
// edit only, where it ends another.
func (d *digestLine) settledWeeks() int {
	if d.weeks == 1 && d.draft.HasWhen {
		return 0
	}
	return d.weeks
}

// sampled is s with what a rule needs and a line may leave out, for a check.
func sampled(s digest.Spec) digest.Spec {
	leap := digest.Date{Year: 2028, Month: 1, Day: 1} // of a year that has every day
	s = grammar.OnToday(s, leap)
	if s.Zone == "" {
		s.Zone = "UTC"
	}
	if s.Weeks > 1 && s.Starting.IsZero() {
		s.Starting = leap
		if !s.Until.IsZero() {
			s.Starting = s.Until
		}
	}
	return s
}
