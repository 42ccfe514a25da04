package alertline

import (
	"fmt"
	"strconv"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

func (a *alertLine) readTime(key string, into **time.Duration, fits grammar.Sensible, usual ...string) *grammar.LineError {
	d, err := a.Duration(key, fits, usual...)
	*into = &d
	return err
}

// readOff reads a duration, or off, which is none at all.
func (a *alertLine) readOff(key string, into **time.Duration, fits grammar.Sensible, usual string) *grammar.LineError {
	if a.Skip("off") {
		*into = new(time.Duration)
		return nil
	}
	return a.readTime(key, into, fits, usual, "off")
}

func (a *alertLine) readRemind() *grammar.LineError {
	a.Skip("every")
	return a.readOff("remind", &a.draft.Remind, grammar.Reminds, "2h")
}

func (a *alertLine) readReadings() *grammar.LineError {
	begin := a.At
	if m := a.Take(digitsLook); m != nil {
		if n, err := strconv.Atoi(m[0]); err == nil && n >= 2 && n <= 24 {
			a.draft.Readings = &n
			return nil
		}
		return a.Fault(begin, fmt.Sprintf("It takes 2 to 24 readings, not %s: one reading may be one long call. Usual are 3:", a.Said(begin)), "3")
	}
	if a.Name() == "" {
		return a.Lacks("How many readings? It takes 2 to 24, usual are 3:", "3")
	}
	return a.Fault(begin, fmt.Sprintf("%s is no number of readings. It takes 2 to 24, usual are 3:", a.Said(begin)), "3")
}

func (a *alertLine) readGuard() *grammar.LineError {
	word, err := a.OneOf("guard", []string{"on", "off"}, nil)
	on := word == "on"
	a.draft.Guard = &on
	return err
}

// finish checks that the parts of a line make an alert, or a change of one.
func (a *alertLine) finish(edit bool) *grammar.LineError {
	f := &a.draft
	if !edit && f.Target.IsZero() {
		at := a.Words[0].To
		return &grammar.LineError{Say: "Say which campaign, first of all: the word campaign, then its name.", From: at, To: at, Put: []string{` campaign "Sales Outbound"`}}
	}
	if edit && *f == (Draft{}) && a.zone == "" {
		return a.Lacks("Say what to change: any part of the line that makes an alert.", "above 5m", "for 30m")
	}
	if !edit && f.Kind == 0 {
		if err := a.misread(); err != nil {
			return err
		}
		return a.Lacks("Say what to watch for: above or below a duration or the target, outside a range, or no calls.", "above 5m for 15m", "above target", "no calls for 30m")
	}
	if a.zone != "" {
		if f.Active == nil || a.always {
			e := a.Lacks("A time zone is for active hours. Say which hours they are, or leave it out:", "active mon-sat 9:00-18:00")
			if a.always {
				e.From, e.To = a.Stands["active"][0], a.Stands["active"][1]
			}
			e.Or = a.Without("", "tz")
			return e
		}
		if !a.setZone() {
			return &grammar.LineError{Say: fmt.Sprintf("I don't know the time zone “%s”. Try:", a.zone), Try: alertTry[1:]}
		}
	}
	if f.Kind != 0 {
		return a.checkRule()
	}
	return nil
}

// setZone puts the time zone that the line names to its active hours; false when nobody knows it.
func (a *alertLine) setZone() bool {
	rule, err := digest.NewRule(digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{0}, Zone: a.zone})
	if err == nil {
		a.draft.Active.Zone = rule.Zone()
	}
	return err == nil
}

func (a *alertLine) readPlace() *grammar.LineError {
	if a.Looks(a.At, directLooks) {
		return a.readDirect()
	}
	p, err := a.TakePlace()
	if err == nil && a.draft.Direct {
		return a.Fault(a.At-2, "An alert tells in one place: in a channel, or by direct message. Without the second:", "")
	}
	a.draft.In = p
	return err
}

func (a *alertLine) readDirect() *grammar.LineError {
	begin := a.At
	if a.Take(directLooks) == nil {
		if said := a.Name(); said == "" {
			return a.Lacks("By what? I can tell by direct message:", "dm")
		}
		return a.Fault(begin, fmt.Sprintf("I can't tell by %s, only by direct message or in a channel:", a.Said(begin)), "dm")
	}
	if a.draft.In != (grammar.Place{}) {
		return a.Fault(begin-1, "An alert tells in one place: in a channel, or by direct message. Without the second:", "")
	}
	a.draft.Direct = true
	return nil
}

func (a *alertLine) readActive() *grammar.LineError {
	begin := a.At
	if a.always = a.Skip("always"); a.always {
		a.draft.Active = &alert.Hours{}
		return nil
	}
	d, dayed, err := a.TakeDays()
	if err != nil {
		return err
	}
	var from, to digest.Clock = 0, 24 * 60
	a.Skip("from")
	spanned := a.Looks(a.At, grammar.ClockLooks) || a.Looks(a.At, grammar.SpanLooks)
	switch {
	case spanned:
		if from, to, err = a.TakeSpan(true); err != nil {
			return err
		}
		if !dayed {
			a.Skip("on")
			if d, dayed, err = a.TakeDays(); err != nil {
				return err
			}
		}
	case !dayed && !a.End() && !a.Begins(a.At):
		a.Name()
		return a.Fault(begin, fmt.Sprintf("%s is no stretch of the week. Write days and times, or always:", a.Said(begin)), "mon-sat 9:00-18:00", "always")
	case !dayed:
		return a.Lacks("When is it active? Write days and times, or always:", "mon-sat 9:00-18:00", "always")
	}
	if d.Work {
		hours := fmt.Sprintf(" %s-%s", from, hourEnd(to))
		return a.Fault(begin, "Working days differ from place to place. Write them out:", "mon-fri"+hours, "mon-sat"+hours)
	}
	if !dayed {
		d.Set = digest.EveryDay
	}
	a.draft.Active = &alert.Hours{Days: uint8(d.Set), From: time.Duration(from) * time.Minute, To: time.Duration(to) * time.Minute}
	return nil
}
