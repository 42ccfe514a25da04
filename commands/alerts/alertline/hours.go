package alertline

import (
	"fmt"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

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
