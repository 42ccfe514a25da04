package commands

import (
	"fmt"

	"ahtbot/internal/digest"
)

var (
	untilLooks = phrase(`(?:to|till?|through|thru|ending|ends)(?: +on)? +` + dateIs)
	startLooks = phrase(`(?:start|starts|begin|begins|beginning|since)(?: +(?:on|from))? +` + dateIs)
)

// unknown says what is wrong with a word that no part begins with.
func (d *digestLine) unknown() *wrong {
	begin, w := d.at, d.peek(0)
	before := func(say, put string) *wrong { // what is missing before the word
		return &wrong{say: say, from: w.from, to: w.from, put: []string{put}, sure: true}
	}
	switch {
	case w.named:
		return before(fmt.Sprintf("“%s” stands alone. Write “in” before the channel:", short(w.text)), "in ")
	case d.draft.When.Every.Hours > 0 && d.span == nil && d.looks(d.at, spanLooks):
		return before("Write “from” before the hours:", "from ")
	case d.looks(d.at, dateLooks):
		return &wrong{say: "Is that the first day, the last one, or one that is left out?", from: w.from, to: w.from, put: []string{"starting ", "until ", "except "}}
	case d.looks(d.at, clockLooks):
		return before("Write “at” before the times:", "at ")
	case d.looks(d.at, untilLooks), d.looks(d.at, startLooks):
		word := "starting"
		if d.looks(d.at, untilLooks) {
			word = "until"
		}
		d.at++
		return d.meant(begin, word)
	}
	if n, _, err := d.zoneAt(d.at); n > 0 {
		return d.zoneAlone(n, err)
	}
	return d.unknownWord()
}

// zoneAlone is about a zone in the next n words without tz before it.
func (d *digestLine) zoneAlone(n int, err error) *wrong {
	begin, w := d.at, d.peek(0)
	d.at += n
	if e := d.badZone(begin, err); e != nil {
		for i, zone := range e.put {
			e.put[i] = "tz " + zone
		}
		return e
	}
	return &wrong{say: fmt.Sprintf("Write “tz” before the time zone %s:", d.said(begin)), from: w.from, to: w.from, put: []string{"tz "}, sure: true}
}

func (d *digestLine) unknownWord() *wrong {
	begin, w := d.at, d.peek(0)
	none := d.draft.What.Check() != nil && len(d.draft.What.Campaigns) == 0
	key, near := d.nearestPart()
	switch {
	case !w.quoted && near:
		d.at++
		return d.fault(begin, fmt.Sprintf("I don't know the word %s. Did you mean %s?", d.said(begin), key), key)
	case none:
		return &wrong{
			say:  "Say whose figures, first of all: campaign and its name, group and how the names begin, or watched.",
			from: w.from, to: w.from, put: []string{"campaign "}, try: digestTry,
		}
	}
	d.at++
	return d.fault(begin, fmt.Sprintf("I can't use %s in that line. Without it:", d.said(begin)), "")
}

// whichDays asks on which days the times are.
func (d *digestLine) whichDays() *wrong {
	e := d.lacks("The times are there, the days are not. On which days?", "daily", "weekdays")
	e.labels = []string{"Every day", "Working days"}
	return e
}

// biweek settles what biweekly means: with one day every two weeks, with more it may be
// several times a week.
func (d *digestLine) biweek() *wrong {
	if e := d.biweekly; e == nil || len(d.days.set.Each()) < 2 {
		return e
	}
	e := *d.biweekly
	e.say, e.sure = "Biweekly is every two weeks, or more than once a week. Which one?", false
	e.put, e.labels = append(e.put, ""), []string{"Every 2 weeks", "Each week on those days"}
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
	s = onToday(s, leap)
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
