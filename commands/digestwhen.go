package commands

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"ahtbot/internal/digest"
)

// maxTimes is the most times of day in one line; a step of hours writes more of them.
const maxTimes = 12

// maxLeftOut is the most dates and calendars that one line leaves out.
const maxLeftOut = 20

// maxCron is the longest cron line, in characters.
const maxCron = 100

// allDay is the last minute of a day: a step of hours without from and to ends there.
const allDay digest.Clock = 24*60 - 1

var (
	stepLooks  = phrase(`(?:\d+ *)?(?:h|hrs?|hours?)`)
	oddLooks   = phrase(`\d[\w.:]*(?: *(?:m|mins?|minutes?|h|hrs?|hours?|days?|weeks?))?`)
	everyLooks = phrase(`\d.*|(?:other +)?(?:hour|day|weekday|week|fortnight|month|minute)s?|half.*|` + dayIs + `.*`)
	nthLooks   = phrase(`(?:the +)?[^ ,"]+ +` + dayIs)
	cronLooks  = phrase(`[\d*][^ ]*(?: +[^ "]+){4}`)
	monthLooks = phrase(`(?:the )?(?:(\d+)(?:st|nd|rd|th)?|(last|first)(?: +(weekday|working day|day))?)`)
	stepNumber = regexp.MustCompile(`^\d+`)
)

// schedule are the parts that are days of the week. Their words are keys only where
// takeDays takes them.
func (d *digestLine) schedule() []part {
	keys := []string{"daily", "everyday", "weekdays", "weekday", "weekends", "weekend"}
	for _, w := range d.words {
		if w.low != "" && daysLook.MatchString(d.line[w.from:]) {
			keys = append(keys, w.low)
		}
	}
	return []part{{keys: keys, begins: never, read: func() *wrong { d.at--; return d.readDays() }, many: true}}
}

func (d *digestLine) readDays() *wrong {
	begin := d.at
	before := d.days
	got, ok, err := d.takeDays()
	switch {
	case err != nil:
		return err
	case !ok:
		d.at = min(d.at+1, len(d.words))
		return d.fault(begin, fmt.Sprintf("%s is no list of days. Write mon-sat, or mon,wed,fri:", d.said(begin)), "mon-sat")
	case before != days{}:
		return d.fault(begin, "There are days in two places of the line. Without the second:", "")
	}
	d.days = got
	return nil
}

func (d *digestLine) readTimes() *wrong {
	begin := d.at
	for {
		c, err := d.takeClock(false)
		if err != nil {
			return err
		}
		d.draft.When.Times = append(d.draft.When.Times, c)
		if !d.skipAnd(clockLooks) {
			break
		}
	}
	if n := len(d.draft.When.Times); n > maxTimes {
		return d.fault(begin, fmt.Sprintf("That is %d times a day, and one line has at most %d. A step of hours says it shorter:", n, maxTimes), "9:00, 11:00, 13:00, 15:00, 17:00")
	}
	return nil
}

// readEvery reads a step of hours, or days: every monday is mondays.
func (d *digestLine) readEvery() *wrong {
	begin := d.at
	if again := d.draft.When.Every.Hours > 0; again && !d.is("day", "days", "weekday", "weekdays") && !d.looks(d.at, daysLook) {
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

func (d *digestLine) readSpan() *wrong {
	if d.looks(d.at, dateLooks) {
		return d.fault(d.at-1, "From is for times of the day. The first day is behind “starting”:", "starting")
	}
	from, to, err := d.takeSpan(false)
	d.span = &[2]digest.Clock{from, to}
	return err
}

func (d *digestLine) readMonthly() *wrong {
	d.skip("on")
	begin := d.at
	if d.take(nthLooks) != nil {
		return d.fault(begin, fmt.Sprintf("I don't know %s as a day of the month. It is a number from 1 to 31, last, first weekday or last weekday:", d.said(begin)), "1", "last weekday")
	}
	m := d.take(monthLooks)
	if m == nil {
		if said := d.name(); said == "" {
			return d.lacks("Which day of the month? A number from 1 to 31, last, first weekday or last weekday:", "on 1")
		}
		return d.fault(begin, fmt.Sprintf("%s is no day of the month. It is a number from 1 to 31, last, first weekday or last weekday:", d.said(begin)), "1", "last weekday")
	}
	working := strings.HasPrefix(strings.ToLower(m[3]), "w")
	switch word := strings.ToLower(m[2]); {
	case word == "last" && working:
		d.draft.When.Month = digest.LastWeekday
	case word == "last":
		d.draft.When.Month = digest.LastDay
	case word == "first" && working:
		d.draft.When.Month = digest.FirstWeekday
	case word == "first":
		d.draft.When.Month = 1
	default:
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 1 || n > 31 {
			return d.fault(begin, fmt.Sprintf("No month has a day %s. It is a number from 1 to 31, or last:", d.said(begin)), "last")
		}
		d.draft.When.Month = digest.MonthDay(n)
	}
	return nil
}

func (d *digestLine) readCron() *wrong {
	begin := d.at
	if m := d.take(cronLooks); m != nil {
		d.draft.When.Cron = m[0]
	} else if d.draft.When.Cron = d.name(); d.draft.When.Cron == "" {
		return d.lacks("The cron line is missing: minute, hour, day, month and weekday, in quotes:", `"0 9 * * 1-5"`)
	}
	if len(d.draft.When.Cron) > maxCron { // a long one takes long to check
		return d.fault(begin, fmt.Sprintf("That cron line is too long: at most %d characters. Try:", maxCron), `"0 9 * * 1-5"`)
	}
	_, err := digest.NewRule(digest.Spec{Cron: d.draft.When.Cron, Zone: "UTC"})
	ce, ok := errors.AsType[*digest.CronError](err)
	if !ok {
		return nil
	}
	e := d.fault(begin, cronWords(ce), `"0 9 * * 1-5"`)
	if ce.Fault == digest.CronOften {
		e.put = []string{`"0 9-19/2 * * 1-6"`}
	}
	return e
}

// cronWords says what is wrong with a cron line.
func cronWords(e *digest.CronError) string {
	switch e.Fault {
	case digest.CronFields:
		return "A cron line has five fields: minute, hour, day, month and weekday. Try:"
	case digest.CronField:
		name := [...]string{"minute, 0 to 59", "hour, 0 to 23", "day of the month, 1 to 31", "month, 1 to 12", "day of the week, 0 (Sunday) to 6"}[e.Field]
		number := [...]string{"first", "second", "third", "fourth", "fifth"}[e.Field]
		return fmt.Sprintf("I can't read the %s field of the cron line: it is the %s. Try:", number, name)
	case digest.CronNever:
		return "That cron line never comes: no year has such a day. Try:"
	case digest.CronOften:
		return fmt.Sprintf("That cron line comes more than %d times a day, and readings look two hours back. Try:", digest.MaxTimes)
	default:
		return "I can't use that cron line. Try:"
	}
}

func (d *digestLine) readExcept() *wrong {
	begin := d.at
	when := &d.draft.When
	for {
		if d.skip("holidays", "holiday") {
			at := d.at
			name := d.name()
			if name == "" && d.at > at {
				return d.checkName(at, name, "calendar")
			}
			if name == "" {
				name = digest.AllCalendars
			} else if err := d.checkName(at, name, "calendar"); err != nil {
				return err
			}
			when.Holidays = append(when.Holidays, name)
		} else {
			date, err := d.exceptDate()
			if err != nil {
				return err
			}
			when.Except = append(when.Except, date)
		}
		if len(when.Except)+len(when.Holidays) > maxLeftOut {
			return d.fault(begin, fmt.Sprintf("One line leaves out at most %d days. A holiday calendar holds more:", maxLeftOut), "holidays")
		}
		if !d.skipAnd(exceptLooks) {
			return nil
		}
	}
}

func (d *digestLine) exceptDate() (digest.Date, *wrong) {
	begin := d.at
	date, err := d.takeDate()
	if err == nil {
		return date, nil
	}
	if d.at == begin {
		return date, d.lacks("What is left out? The holidays, or a date:", "holidays", "2026-12-25")
	}
	if name, ok := strings.CutSuffix(strings.ToLower(d.words[d.at-1].text), "holidays"); ok && name == "" && d.at-begin > 1 {
		d.at--
		from, to := d.since(begin)
		d.at++
		return date, d.fault(begin, "Write the calendar's name behind “holidays”:", "holidays "+quote(asTyped(d.line[from:to])))
	}
	return date, err
}
