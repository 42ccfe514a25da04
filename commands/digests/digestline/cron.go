package digestline

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/internal/digest"
)

// maxCron is the longest cron line, in characters.
const maxCron = 100

// cronNames are the names that cron has for some of its lines, and what they are here.
var cronNames = map[string]string{
	"@hourly": "daily every 1h from 0:00 to 23:59", "@daily": "daily at 0:00", "@midnight": "daily at 0:00", "@weekly": "sun at 0:00",
	"@monthly": "monthly on 1 at 0:00", "@yearly": `cron "0 0 1 1 *"`, "@annually": `cron "0 0 1 1 *"`,
}

var (
	cronLooks = grammar.Phrase(`[\d*][^ ]*(?: +[^ "]+){4}`)
	// cronBare is a cron line that nothing announces, with as many fields as were typed. Two of
	// them are of digits and stars alone.
	cronBare = regexp.MustCompile(`^((?:[\d*][\d*,/-]* +){2}[\d*?L][\d*?LW,/-]*(?: +[\d*?A-Za-z][\w*?,/#-]*){2}(?: +[\d*?][\d*?,/#-]*)?)(?: |$)`)
)

// cronParts are cron lines without the word cron, in quotes or not, and cron's own names.
func (d *digestLine) cronParts() grammar.Part {
	stands := func(r *grammar.Reader, i int) bool {
		w := r.Words[i]
		if _, named := cronNames[w.Low]; named && !w.Quoted {
			return true
		}
		text := r.Line[w.From:]
		if w.Quoted {
			text = w.Text
		}
		m := cronBare.FindStringSubmatch(text)
		return m != nil && strings.Contains(m[1], "*")
	}
	return grammar.Part{Keys: []string{"cron line"}, Stands: stands, Begins: grammar.Anything, Many: true, Read: func() *grammar.LineError {
		w := d.Words[d.At-1]
		e := &grammar.LineError{Say: "Write “cron” before the cron line:", From: w.From, To: w.From, Put: []string{"cron "}, Sure: true}
		if m := cronBare.FindStringSubmatch(d.Line[w.From:]); m != nil && len(strings.Fields(m[1])) != 5 {
			e.To, e.Put[0] = w.From+len(m[1]), "cron "+grammar.Quote(m[1]) // whose fields are counted then
		}
		return e
	}}
}

func (d *digestLine) readCron() *grammar.LineError {
	begin := d.At
	if put, ok := cronNames[strings.ToLower(d.Peek(0).Text)]; ok {
		d.At++
		return d.Fault(begin-1, "That cron line has a name. In words it is:", put).Surely()
	}
	if m := d.Take(cronLooks); m != nil {
		d.draft.When.Cron = m[0]
	} else if d.draft.When.Cron = d.Name(); d.draft.When.Cron == "" {
		return d.Lacks("The cron line is missing: minute, hour, day, month and weekday, in quotes:", `"0 9 * * 1-5"`)
	}
	if len(d.draft.When.Cron) > maxCron { // a long one takes long to check
		return d.Fault(begin, fmt.Sprintf("That cron line is too long: at most %d characters. Try:", maxCron), `"0 9 * * 1-5"`)
	}
	_, err := digest.NewRule(digest.Spec{Cron: d.draft.When.Cron, Zone: "UTC"})
	ce, ok := errors.AsType[*digest.CronError](err)
	if !ok {
		return nil
	}
	e := d.Fault(begin, cronWords(ce), `"0 9 * * 1-5"`)
	fields := strings.Fields(d.draft.When.Cron)
	switch {
	case ce.Fault == digest.CronOften:
		e.Put = []string{`"0 9-19/2 * * 1-6"`}
	case ce.Fault == digest.CronFields && len(fields) == 6 && fields[0] == "0": // some write seconds first
		e.Put = []string{grammar.Quote(strings.Join(fields[1:], " "))}
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
