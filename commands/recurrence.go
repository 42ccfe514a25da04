package commands

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ahtbot/internal/digest"
)

// How people say what comes again, beside days of the week and times.
const (
	nthIs   = `first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th`
	workIs  = `weekdays?|work(?:ing)?[- ]?days?|business days?`
	periods = `months?|quarters?`
	ofEach  = ` +(?:of|in) +(?:(?:the|each|every|a|any) +)?`
)

var (
	stepLooks  = phrase(`(?:\d+ *)?(?:h|hrs?|hours?)`)
	stepNumber = regexp.MustCompile(`^\d+`)
	oddLooks   = phrase(`\d[\w.:]*(?: *(?:m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?))?`)
	everyLooks = phrase(`\d.*|(?:other +|second +|2nd +|two +|three +|four +)?(?:hour|day|weekday|week|fortnight|month|quarter|minute)s?|half.*|` + dayIs + `.*|` +
		`(?:other|` + nthIs + `) +(?:` + dayIs + `|` + workIs + `|day).*`)
	// monthLooks is a day behind monthly or quarterly, nthLooks one that needs no such word.
	monthLooks = phrase(`(?:the +)?(?:(\d+)(?:st|nd|rd|th)?|(last|first))(?: +day)?(?:` + ofEach + `(?:` + periods + `))?`)
	nthLooks   = phrase(`(?:on +)?(?:the +)?(` + nthIs + `) +(day|` + workIs + `|` + dayIs + `)(?:` + ofEach + `(` + periods + `))?(?: +(monthly|quarterly|(?:every|each) +(?:month|quarter)))?`)
	endLooks   = phrase(`(?:(?:at|on) +)?(?:the +)?(end|start|beginning)` + ofEach + `(` + periods + `)|(month|quarter)[- ]?end|eom`)
	turnLooks  = phrase(`(other|` + nthIs + `) +(` + dayIs + `)(` + ofEach + `months?)?`)
	weeksLooks = phrase(`(?:(\d+|other|second|2nd|two|three|four) +)?(?:weeks?|(fortnights?))`)
	daysLooks  = phrase(`(?:other|second|2nd|two|three|\d+) +days?`)
	spansLooks = phrase(`(?:(\d+|three) +)?(months?|quarters?)`)
	oftenLooks = phrase(`(fortnightly|weekly|hourly)|(?:once +(?:a|an|each|every|per)|each) +(day|weekday|week|fortnight|month|quarter|hour)|(?:each|(alternate)) +(` + dayIs + `)`)
	twiceLooks = phrase(`bi-?weekly`)
	workLooks  = phrase(workIs)
)

// often are words for a step, as this language has them.
var often = map[string]string{
	"fortnightly": "every 2 weeks", "fortnight": "every 2 weeks", "weekly": "every week", "week": "every week", "hourly": "every 1h", "hour": "every 1h",
	"day": "daily", "weekday": "weekdays", "month": "monthly", "quarter": "quarterly",
}

// recurring are the parts that say in other words what this language says with monthly,
// quarterly and every.
func (d *digestLine) recurring() []part {
	again := func(keys []string, re *regexp.Regexp, read func(begin int, m []string) *wrong) part {
		stands := func(r *reader, i int) bool { return r.looks(i, re) }
		return part{keys: keys, stands: stands, begins: d.endsName(re), many: true, read: func() *wrong {
			d.at--
			begin := d.at
			return read(begin, d.take(re))
		}}
	}
	return []part{
		d.cronParts(),
		again([]string{"first monday"}, nthLooks, d.readNth),
		again([]string{"end of month"}, endLooks, d.readEnd),
		again([]string{"fortnightly", "weekly", "hourly"}, oftenLooks, d.readOften),
		again([]string{"biweekly"}, twiceLooks, func(begin int, _ []string) *wrong {
			d.weeks, d.biweekly = 2, d.meant(begin, "every 2 weeks")
			return nil
		}),
	}
}

// endsName returns a begins for what re matches: a name ends before it where times, days,
// another part or nothing follows. A word for several days does not end one: that is a name
// such as Sales Weekly.
func (d *digestLine) endsName(re *regexp.Regexp) func(*reader, int) bool {
	return func(_ *reader, i int) bool {
		probe := reader{line: d.line, words: d.words, at: i}
		if probe.take(re) == nil {
			return false
		}
		return probe.end() || probe.peek(0).comma() || probe.is("at", "every", "on", "from") ||
			probe.looks(probe.at, clockLooks) || probe.looks(probe.at, daysLook) || d.starting(probe.at)
	}
}

// meant is that the words from the i-th to the last one passed can only mean put.
func (d *digestLine) meant(i int, put string) *wrong {
	e := d.fault(i, fmt.Sprintf("I write %s so:", d.said(i)), put)
	e.sure = true
	return e
}

// nthText is a day of a month as it stands behind monthly; false for a working day that is
// neither the first nor the last.
func nthText(nth, day string) (text string, ok bool) {
	n := slices.Index(strings.Split(nthIs, "|"), strings.ToLower(nth)) + 1
	if n > digest.Last {
		n -= digest.Last
	}
	day = strings.ToLower(day)
	switch {
	case day == "day" && n == digest.Last:
		return "last", true
	case day == "day":
		return strconv.Itoa(n), true
	case workLooks.MatchString(day):
		return digest.Ordinal(n) + " weekday", n == 1 || n == digest.Last
	default:
		return digest.NthWeekday(n, weekday(day)).String(), true
	}
}

// monthWord is the word of the language for a period as people name it.
func monthWord(said ...string) string {
	if strings.Contains(strings.ToLower(strings.Join(said, " ")), "quarter") {
		return "quarterly"
	}
	return "monthly"
}

// readNth reads a day of the month without monthly before it, or behind one that had none.
func (d *digestLine) readNth(begin int, m []string) *wrong {
	text, ok := nthText(m[1], m[2])
	put := func(text string) string { return monthWord(m[3:]...) + " on " + text }
	if d.monthly && d.draft.When.Month == 0 {
		put = func(text string) string { return text }
	}
	switch {
	case !ok:
		return d.fault(begin, "Of working days I know the first and the last of a month. Try:", put("first weekday"), put("last weekday"))
	case d.monthly && d.draft.When.Month == 0:
		return d.setMonth(text)
	default:
		return d.meant(begin, put(text))
	}
}

func (d *digestLine) readEnd(begin int, m []string) *wrong {
	day := " on last"
	if said := strings.ToLower(m[1]); said == "start" || said == "beginning" {
		day = " on 1"
	}
	return d.meant(begin, monthWord(m...)+day)
}

func (d *digestLine) readOften(begin int, m []string) *wrong {
	switch word := strings.ToLower(firstOf(m[1], m[2])); {
	case word != "":
		return d.meant(begin, often[word])
	case m[3] != "":
		return d.meant(begin, "every 2 weeks on "+m[4])
	default:
		return d.meant(begin, "on "+m[4])
	}
}

// readEvery reads a step of hours or of weeks, or days: every monday is mondays.
func (d *digestLine) readEvery() *wrong {
	begin := d.at
	if again := d.draft.When.Every.Hours > 0; again && !d.is("day", "days", "weekday", "weekdays") && !d.looks(d.at, daysLook) && !d.looks(d.at, weeksLooks) {
		d.name()
		return d.fault(begin-1, "There are two steps in that line. Without the second:", "")
	}
	if m := d.take(stepLooks); m != nil {
		hours, err := strconv.Atoi(firstOf(stepNumber.FindString(m[0]), "1"))
		if err != nil || hours < 1 || hours > 24 {
			return d.fault(begin, fmt.Sprintf("A step is of 1 to 24 hours, not “%s”. Readings look two hours back, so 2h fits best:", short(m[0])), "2h")
		}
		d.draft.When.Every.Hours = hours
		return nil
	}
	if m := d.take(weeksLooks); m != nil {
		return d.readWeeks(begin, m)
	}
	if e, ok := d.everyDay(begin); ok {
		return e
	}
	if d.is("day", "days", "weekday", "weekdays") || d.looks(d.at, daysLook) {
		d.at--
		return d.readDays()
	}
	if d.take(oddLooks) == nil {
		d.name()
	}
	if d.at == begin {
		return d.lacks("Behind “every” the step is missing. Readings look two hours back, so 2h fits best:", "2h")
	}
	return d.fault(begin, fmt.Sprintf("A step is of whole hours, not %s. Readings look two hours back, so 2h fits best:", d.said(begin)), "2h")
}

// counted are words for how many weeks a step has.
var counted = map[string]int{"": 1, "other": 2, "second": 2, "2nd": 2, "two": 2, "three": 3, "four": 4}

// readWeeks reads 2 weeks behind every, as this language has it, or in other words.
func (d *digestLine) readWeeks(begin int, m []string) *wrong {
	said := strings.ToLower(m[1])
	n, word := counted[said]
	if !word {
		n, _ = strconv.Atoi(said) // digits, and none of them when they are too many
	}
	if m[2] != "" {
		n *= 2
	}
	switch {
	case n < 1 || n > digest.MaxWeeks:
		return d.fault(begin-1, fmt.Sprintf("A step is of 1 to %d weeks. Try:", digest.MaxWeeks), "every 2 weeks")
	case m[2] != "" || word && n > 1:
		return d.meant(begin-1, weeksWords(n))
	case d.weeks > 0:
		return d.fault(begin-1, "There are two steps of weeks in that line. Without the second:", "")
	}
	d.weeks = n
	return nil
}

// everyDay reads, behind every, days that come in turn or are counted in their month; false
// when none come.
func (d *digestLine) everyDay(begin int) (*wrong, bool) {
	if m := d.take(turnLooks); m != nil {
		return d.readTurn(begin-1, m), true
	}
	if m := d.take(nthLooks); m != nil {
		return d.readNth(begin-1, m), true
	}
	if d.take(daysLooks) != nil {
		return d.fault(begin-1, fmt.Sprintf("I count hours and weeks, not days: %s can't be a step. The nearest are:", d.said(begin)), "mon,wed,fri", "daily"), true
	}
	if m := d.take(spansLooks); m != nil {
		switch strings.ToLower(m[1]) {
		case "", "1":
			return d.meant(begin-1, monthWord(m[2])), true
		case "3", "three":
			return d.meant(begin-1, "quarterly"), true
		}
		return d.fault(begin-1, fmt.Sprintf("I know each month and each quarter, not every %s. The nearest are:", asTyped(m[0])), "monthly", "quarterly"), true
	}
	return nil, false
}

// readTurn reads other monday or second monday behind every. The second may be counted in
// weeks or in the month.
func (d *digestLine) readTurn(begin int, m []string) *wrong {
	if strings.EqualFold(m[1], "other") {
		return d.meant(begin, "every 2 weeks on "+m[2])
	}
	nth, _ := nthText(m[1], m[2])
	ordinal, _, _ := strings.Cut(nth, " ")
	n := map[string]int{"second": 2, "third": 3, "fourth": 4}[ordinal]
	if n == 0 || m[3] != "" {
		return d.meant(begin, "monthly on "+nth)
	}
	e := d.fault(begin, fmt.Sprintf("Every %s is each %s week, or the %s one of each month. Which one?", asTyped(m[0]), ordinal, ordinal),
		weeksWords(n)+" on "+m[2], "monthly on "+nth)
	e.labels = []string{fmt.Sprintf("Every %d weeks", n), "Once a month"}
	return e
}
