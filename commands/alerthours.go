package commands

import (
	"fmt"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

func (a *alertLine) readPlace() *wrong {
	if a.looks(a.at, directLooks) {
		return a.readDirect()
	}
	p, err := a.takePlace()
	if err == nil && a.draft.Direct {
		return a.fault(a.at-2, "An alert tells in one place: in a channel, or by direct message. Without the second:", "")
	}
	a.draft.In = p
	return err
}

func (a *alertLine) readDirect() *wrong {
	begin := a.at
	if a.take(directLooks) == nil {
		if said := a.name(); said == "" {
			return a.lacks("By what? I can tell by direct message:", "dm")
		}
		return a.fault(begin, fmt.Sprintf("I can't tell by %s, only by direct message or in a channel:", a.said(begin)), "dm")
	}
	if a.draft.In != (Place{}) {
		return a.fault(begin-1, "An alert tells in one place: in a channel, or by direct message. Without the second:", "")
	}
	a.draft.Direct = true
	return nil
}

func (a *alertLine) readActive() *wrong {
	begin := a.at
	if a.always = a.skip("always"); a.always {
		a.draft.Active = &alert.Hours{}
		return nil
	}
	d, dayed, err := a.takeDays()
	if err != nil {
		return err
	}
	var from, to digest.Clock = 0, 24 * 60
	a.skip("from")
	spanned := a.looks(a.at, clockLooks) || a.looks(a.at, spanLooks)
	switch {
	case spanned:
		if from, to, err = a.takeSpan(true); err != nil {
			return err
		}
		if !dayed {
			a.skip("on")
			if d, dayed, err = a.takeDays(); err != nil {
				return err
			}
		}
	case !dayed && !a.end() && !a.begins(a.at):
		a.name()
		return a.fault(begin, fmt.Sprintf("%s is no stretch of the week. Write days and times, or always:", a.said(begin)), "mon-sat 9:00-18:00", "always")
	case !dayed:
		return a.lacks("When is it active? Write days and times, or always:", "mon-sat 9:00-18:00", "always")
	}
	if d.work {
		hours := fmt.Sprintf(" %s-%s", from, hourEnd(to))
		return a.fault(begin, "Working days differ from place to place. Write them out:", "mon-fri"+hours, "mon-sat"+hours)
	}
	if !dayed {
		d.set = digest.EveryDay
	}
	a.draft.Active = &alert.Hours{Days: uint8(d.set), From: time.Duration(from) * time.Minute, To: time.Duration(to) * time.Minute}
	return nil
}
