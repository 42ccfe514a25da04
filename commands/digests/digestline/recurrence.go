package digestline

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
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
	stepLooks  = grammar.Phrase(`(?:\d+ *)?(?:h|hrs?|hours?)`)
	stepNumber = regexp.MustCompile(`^\d+`)
	oddLooks   = grammar.Phrase(`\d[\w.:]*(?: *(?:m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?))?`)
	everyLooks = grammar.Phrase(`\d.*|(?:other +|second +|2nd +|two +|three +|four +)?(?:hour|day|weekday|week|fortnight|month|quarter|minute)s?|half.*|` + grammar.DayIs + `.*|` +
		`(?:other|` + nthIs + `) +(?:` + grammar.DayIs + `|` + workIs + `|day).*`)
	// monthLooks is a day behind monthly or quarterly, nthLooks one that needs no such word.
	monthLooks = grammar.Phrase(`(?:the +)?(?:(\d+)(?:st|nd|rd|th)?|(last|first))(?: +day)?(?:` + ofEach + `(?:` + periods + `))?`)
	nthLooks   = grammar.Phrase(`(?:on +)?(?:the +)?(` + nthIs + `) +(day|` + workIs + `|` + grammar.DayIs + `)(?:` + ofEach + `(` + periods + `))?(?: +(monthly|quarterly|(?:every|each) +(?:month|quarter)))?`)
	endLooks   = grammar.Phrase(`(?:(?:at|on) +)?(?:the +)?(end|start|beginning)` + ofEach + `(` + periods + `)|(month|quarter)[- ]?end|eom`)
	turnLooks  = grammar.Phrase(`(other|` + nthIs + `) +(` + grammar.DayIs + `)(` + ofEach + `months?)?`)
	weeksLooks = grammar.Phrase(`(?:(\d+|other|second|2nd|two|three|four) +)?(?:weeks?|(fortnights?))`)
	daysLooks  = grammar.Phrase(`(?:other|second|2nd|two|three|\d+) +days?`)
	spansLooks = grammar.Phrase(`(?:(\d+|three) +)?(months?|quarters?)`)
	oftenLooks = grammar.Phrase(`(fortnightly|weekly|hourly)|(?:once +(?:a|an|each|every|per)|each) +(day|weekday|week|fortnight|month|quarter|hour)|(?:each|(alternate)) +(` + grammar.DayIs + `)`)
	twiceLooks = grammar.Phrase(`bi-?weekly`)
	workLooks  = grammar.Phrase(workIs)
)

// often are words for a step, as this language has them.
var often = map[string]string{
	"fortnightly": "every 2 weeks", "fortnight": "every 2 weeks", "weekly": "every week", "week": "every week", "hourly": "every 1h", "hour": "every 1h",
	"day": "daily", "weekday": "weekdays", "month": "monthly", "quarter": "quarterly",
}

// recurring are the parts that say in other words what this language says with monthly,
// quarterly and every.
func (d *digestLine) recurring() []grammar.Part {
	again := func(keys []string, re grammar.Pattern, read func(begin int, m []string) *grammar.LineError) grammar.Part {
		stands := func(r *grammar.Reader, i int) bool { return r.Looks(i, re) }
		return grammar.Part{Keys: keys, Stands: stands, Begins: d.endsName(re), Many: true, Read: func() *grammar.LineError {
			d.At--
			begin := d.At
			return read(begin, d.Take(re))
		}}
	}
	return []grammar.Part{
		d.cronParts(),
		again([]string{"first monday"}, nthLooks, d.readNth),
		again([]string{"end of month"}, endLooks, d.readEnd),
		again([]string{"fortnightly", "weekly", "hourly"}, oftenLooks, d.readOften),
		again([]string{"biweekly"}, twiceLooks, func(begin int, _ []string) *grammar.LineError {
			d.weeks, d.biweekly = 2, d.meant(begin, "every 2 weeks")
			return nil
		}),
	}
}

// endsName returns a begins for what re matches: a name ends before it where times, days,
// another part or nothing follows. A word for several days does not end one: that is a name
// such as Sales Weekly.
func (d *digestLine) endsName(re grammar.Pattern) func(*grammar.Reader, int) bool {
	return func(_ *grammar.Reader, i int) bool {
		probe := grammar.Reader{Line: d.Line, Words: d.Words, At: i}
		if probe.Take(re) == nil {
			return false
		}
		return probe.End() || probe.Peek(0).Comma() || probe.Is("at", "every", "on", "from") ||
			probe.Looks(probe.At, grammar.ClockLooks) || probe.Looks(probe.At, grammar.DaysLook) || d.starting(probe.At)
	}
}

// meant is that the words from the i-th to the last one passed can only mean put.
func (d *digestLine) meant(i int, put string) *grammar.LineError {
	return d.Fault(i, fmt.Sprintf("I write %s so:", d.Said(i)), put).Surely()
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
	case workLooks().MatchString(day):
		return digest.Ordinal(n) + " weekday", n == 1 || n == digest.Last
	default:
		return digest.NthWeekday(n, grammar.Weekday(day)).String(), true
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
func (d *digestLine) readNth(begin int, m []string) *grammar.LineError {
	text, ok := nthText(m[1], m[2])
	put := func(text string) string { return monthWord(m[3:]...) + " on " + text }
	if d.monthly && d.draft.When.Month == 0 {
		put = func(text string) string { return text }
	}
	switch {
	case !ok:
		return d.Fault(begin, "Of working days I know the first and the last of a month. Try:", put("first weekday"), put("last weekday"))
	case d.monthly && d.draft.When.Month == 0:
		return d.setMonth(text)
	default:
		return d.meant(begin, put(text))
	}
}

func (d *digestLine) readEnd(begin int, m []string) *grammar.LineError {
	day := " on last"
	if said := strings.ToLower(m[1]); said == "start" || said == "beginning" {
		day = " on 1"
	}
	return d.meant(begin, monthWord(m...)+day)
}

func (d *digestLine) readOften(begin int, m []string) *grammar.LineError {
	switch word := strings.ToLower(cmp.Or(m[1], m[2])); {
	case word != "":
		return d.meant(begin, often[word])
	case m[3] != "":
		return d.meant(begin, "every 2 weeks on "+m[4])
	default:
		return d.meant(begin, "on "+m[4])
	}
}

// readEvery reads a step of hours or of weeks, or days: every monday is mondays.
func (d *digestLine) readEvery() *grammar.LineError {
	begin := d.At
	if again := d.draft.When.Every.Hours > 0; again && !d.Is("day", "days", "weekday", "weekdays") && !d.Looks(d.At, grammar.DaysLook) && !d.Looks(d.At, weeksLooks) {
		d.Name()
		return d.Fault(begin-1, "There are two steps in that line. Without the second:", "")
	}
	if m := d.Take(stepLooks); m != nil {
		hours, err := strconv.Atoi(cmp.Or(stepNumber.FindString(m[0]), "1"))
		if err != nil || hours < 1 || hours > 24 {
			return d.Fault(begin, fmt.Sprintf("A step is of 1 to 24 hours, not “%s”. Readings look two hours back, so 2h fits best:", reply.Short(m[0])), "2h")
		}
		d.draft.When.Every.Hours = hours
		return nil
	}
	if m := d.Take(weeksLooks); m != nil {
		return d.readWeeks(begin, m)
	}
	if e, ok := d.everyDay(begin); ok {
		return e
	}
	if d.Is("day", "days", "weekday", "weekdays") || d.Looks(d.At, grammar.DaysLook) {
		d.At--
		return d.readDays()
	}
	if d.Take(oddLooks) == nil {
		d.Name()
	}
	if d.At == begin {
		return d.Lacks("Behind “every” the step is missing. Readings look two hours back, so 2h fits best:", "2h")
	}
	return d.Fault(begin, fmt.Sprintf("A step is of whole hours, not %s. Readings look two hours back, so 2h fits best:", d.Said(begin)), "2h")
}

// counted are words for how many weeks a step has.
var counted = map[string]int{"": 1, "other": 2, "second": 2, "2nd": 2, "two": 2, "three": 3, "four": 4}

// readWeeks reads 2 weeks behind every, as this language has it, or in other words.
func (d *digestLine) readWeeks(begin int, m []string) *grammar.LineError {
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
		return d.Fault(begin-1, fmt.Sprintf("A step is of 1 to %d weeks. Try:", digest.MaxWeeks), "every 2 weeks")
	case m[2] != "" || word && n > 1:
		return d.meant(begin-1, weeksWords(n))
	case d.weeks > 0:
		return d.Fault(begin-1, "There are two steps of weeks in that line. Without the second:", "")
	}
	d.weeks = n
	return nil
}

// everyDay reads, behind every, days that come in turn or are counted in their month; false
// when none come.
func (d *digestLine) everyDay(begin int) (*grammar.LineError, bool) {
	if m := d.Take(turnLooks); m != nil {
		return d.readTurn(begin-1, m), true
	}
	if m := d.Take(nthLooks); m != nil {
		return d.readNth(begin-1, m), true
	}
	if d.Take(daysLooks) != nil {
		return d.Fault(begin-1, fmt.Sprintf("I count hours and weeks, not days: %s can't be a step. The nearest are:", d.Said(begin)), "mon,wed,fri", "daily"), true
	}
	if m := d.Take(spansLooks); m != nil {
		switch strings.ToLower(m[1]) {
		case "", "1":
			return d.meant(begin-1, monthWord(m[2])), true
		case "3", "three":
			return d.meant(begin-1, "quarterly"), true
		}
		return d.Fault(begin-1, fmt.Sprintf("I know each month and each quarter, not every %s. The nearest are:", grammar.AsTyped(m[0])), "monthly", "quarterly"), true
	}
	return nil, false
}

// readTurn reads other monday or second monday behind every. The second may be counted in
// weeks or in the month.
func (d *digestLine) readTurn(begin int, m []string) *grammar.LineError {
	if strings.EqualFold(m[1], "other") {
		return d.meant(begin, "every 2 weeks on "+m[2])
	}
	nth, _ := nthText(m[1], m[2])
	ordinal, _, _ := strings.Cut(nth, " ")
	n := map[string]int{"second": 2, "third": 3, "fourth": 4}[ordinal]
	if n == 0 || m[3] != "" {
		return d.meant(begin, "monthly on "+nth)
	}
	e := d.Fault(begin, fmt.Sprintf("Every %s is each %s week, or the %s one of each month. Which one?", grammar.AsTyped(m[0]), ordinal, ordinal),
		weeksWords(n)+" on "+m[2], "monthly on "+nth)
	e.Labels = []string{fmt.Sprintf("Every %d weeks", n), "Once a month"}
	return e
}
