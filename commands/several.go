package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/digest"
)

// Several does one thing to several digests or alerts. It is asked back about once, and the
// press of the answer does it.
type Several struct {
	Noun string // alert or digest
	Verb string // remove, restore, pause or resume; of alerts mute and unmute as well
	// IDs are in order and each is there once; with All there are none, and those are meant
	// that the list shows in a channel, and in a direct message those who asks has made.
	IDs []int64
	All bool
	// For and Tomorrow are how long alerts are muted, as in MuteAlert.
	For      time.Duration
	Tomorrow bool
	Until    digest.Date // of a pause of digests; zero: until they are resumed
}

// fate is what becomes of one of several.
type fate uint8

const (
	fateDone    fate = iota // or to be done, before it is
	fateAlready             // it is like that
	fateForeign             // somebody else made it
	fateMissing             // there is none of that number
	fateRemoved             // and so can't be changed
	fateRefused             // for a reason of its own
	fateUnsure              // the store does not answer
	fateUntried             // because of that
)

// one is one of several.
type one struct {
	id   int64
	name string // what it is about
	fate fate
	why  string // of refused
	do   func(context.Context) error
}

// several does what a Several asks, or asks back first.
func (of things) several(ctx context.Context, c Several, q Question) (Reply, error) {
	all, no, err := of.each(ctx, &c, q)
	switch {
	case no != nil || err != nil:
		return orNothing(no), err
	case !slices.ContainsFunc(all, func(o one) bool { return o.fate == fateDone }):
		r := severalReply(c, fmt.Sprintf("None of these is there for you to %s, so nothing was changed.", c.Verb), all)
		r.Try = []string{Name + " " + c.Noun + " list"}
		return withLines(r, r.Lines), nil
	case !q.sure():
		return of.severalAsked(c, all, q), nil
	}
	faults := carryOut(ctx, all)
	return of.severalDone(c, all, q), errors.Join(faults...)
}

// carryOut does what is to be done, and notes what became of each. A store that does not
// answer is not asked again.
func carryOut(ctx context.Context, all []one) (faults []error) {
	for i := range all {
		o := &all[i]
		if o.fate != fateDone {
			continue
		}
		if len(faults) > 0 {
			o.fate = fateUntried
			continue
		}
		err := o.do(ctx)
		switch {
		case err == nil:
		case errors.Is(err, ErrChanged):
			o.fate, o.why = fateRefused, "somebody else changed it at that moment"
		default:
			o.fate, faults = fateUnsure, append(faults, err)
		}
	}
	return faults
}

// each is what c is about and what is to become of it. c then names them all, as far as
// something is to be done, and a day without its year is the next one.
func (of things) each(ctx context.Context, c *Several, q Question) ([]one, *Reply, error) {
	if !of.kept {
		r := oneLine("goal", fmt.Sprintf("%ss are not switched on here.", upperFirst(c.Noun)))
		return nil, &r, nil
	}
	c.Until = c.Until.On(digest.DateOf(q.At.In(of.zone)))
	said := c.IDs
	if c.All {
		var err error
		if said, err = of.all(ctx, q); err != nil {
			return nil, &of.away, err
		}
		if len(said) == 0 {
			r := oneLine("goal", fmt.Sprintf("There is no %s here, so there is nothing to %s. %s", c.Noun, c.Verb, allWords(*c, q)))
			return nil, &r, nil
		}
	}
	var all []one
	c.IDs = nil
	for _, id := range said {
		o, err := of.find(ctx, *c, id, q)
		if err != nil {
			return nil, &of.away, err
		}
		all = append(all, o)
		if o.fate == fateDone || !c.All {
			c.IDs = append(c.IDs, id)
		}
	}
	return all, nil, nil
}

// allWords says what all are; empty when they were named.
func allWords(c Several, q Question) string {
	switch {
	case !c.All:
		return ""
	case direct(q):
		return fmt.Sprintf("In our direct message “all” are the %ss you made yourself, wherever they are told.", c.Noun)
	default:
		return fmt.Sprintf("“All” are the %ss of this channel, as its list has them.", c.Noun)
	}
}

// direct reports whether q was asked where nobody else is, or nobody knows where.
func direct(q Question) bool { return q.Place == "" || strings.HasPrefix(q.Place, "D") }

// severalAsked asks once whether that is meant.
func (of things) severalAsked(c Several, all []one, q Question) Reply {
	n := 0
	for _, o := range all {
		if o.fate == fateDone {
			n++
		}
	}
	what := fmt.Sprintf("%s %s", c.Verb, plural(n, c.Noun))
	r := severalReply(c, joinSentences(allWords(c, q), "Nothing is changed yet. To be done:"), all)
	r.Title = upperFirst(what + untilWords(c) + "?")
	c.All = false
	r.Buttons = appendLine(nil, ActionSure, upperFirst(what), c)
	return withLines(r, r.Lines, undoNote(c))
}

// severalDone says what became of each.
func (of things) severalDone(c Several, all []one, q Question) Reply {
	back := c
	back.IDs, back.For, back.Tomorrow, back.Until = nil, 0, false, digest.Date{}
	for _, o := range all {
		if o.fate == fateDone {
			back.IDs = append(back.IDs, o.id)
		}
	}
	r := severalReply(c, "", all)
	r.Title = fmt.Sprintf("%s %s%s", plural(len(back.IDs), c.Noun), verbDone[c.Verb], of.untilWhen(c, q))
	if len(back.IDs) == 0 {
		r.Title = fmt.Sprintf("No %s was %s", c.Noun, verbDone[c.Verb])
		return withLines(r, r.Lines)
	}
	if back.Verb = verbBack[c.Verb]; back.Verb != "" {
		r.Buttons = appendLine(nil, ActionSure, "Undo", back)
		return withLines(r, r.Lines, undoNote(c))
	}
	return withLines(r, r.Lines)
}

// verbDone is what was done, and verbBack what undoes it.
var (
	verbDone = map[string]string{"remove": "removed", "restore": "restored", "pause": "paused", "resume": "resumed", "mute": "muted", "unmute": "unmuted"}
	verbBack = map[string]string{"remove": "restore", "pause": "resume", "resume": "pause", "mute": "unmute"}
)

// undoNote says how c is undone.
func undoNote(c Several) string {
	switch c.Verb {
	case "remove":
		return "For ten minutes Undo brings them back as they were."
	case "pause":
		if c.Noun == nounAlert {
			return "A paused alert is not judged, and one that fires is ended. Undo resumes them."
		}
		return "Undo resumes them."
	default:
		return ""
	}
}

// untilWords says until when, as it was typed; empty for what has no end.
func untilWords(c Several) string {
	switch {
	case c.Tomorrow:
		return " until tomorrow"
	case c.For > 0:
		return " for " + lasting(c.For)
	case !c.Until.IsZero():
		return " until " + dateWords(c.Until)
	default:
		return ""
	}
}

// untilWhen is untilWords once it is done.
func (of things) untilWhen(c Several, q Question) string {
	if c.For > 0 {
		return " until " + when(q.At.Add(c.For), q.At, of.zone)
	}
	return untilWords(c)
}

// mostNamed is how many of several are named with what they are about; more are numbers.
const mostNamed = 20

// severalReply lists what becomes of each: what is done one a line, the others by the reason.
func severalReply(c Several, head string, all []one) Reply {
	lines := []string{head}
	var ids []int64
	for _, o := range all {
		if o.fate == fateDone {
			ids = append(ids, o.id)
			lines = append(lines, fmt.Sprintf("• #%d %s", o.id, o.name))
		}
	}
	if len(ids) > mostNamed {
		lines = []string{head, "• " + numbersWords(ids, "#")}
	}
	for f, words := range []string{
		fateAlready: "like that already", fateForeign: "left as they are, since somebody else made them", fateMissing: "not there",
		fateRemoved: "removed already", fateUnsure: "not known, since the store does not answer", fateUntried: "not tried for that reason",
	} {
		var ids []int64
		for _, o := range all {
			if o.fate == fate(f) && words != "" {
				ids = append(ids, o.id)
			}
		}
		if len(ids) > 0 {
			lines = append(lines, fmt.Sprintf("• %s: %s", upperFirst(words), numbersWords(ids, "#")))
		}
	}
	for _, o := range all {
		if o.fate == fateRefused {
			lines = append(lines, fmt.Sprintf("• #%d: %s", o.id, o.why))
		}
	}
	return Reply{Outcome: c.Noun, Lines: lines, Text: joinSentences(lines...)}
}

// things are the digests or the alerts, as far as several of them are dealt with at once.
type things struct {
	kept bool           // there is a store for them
	away Reply          // for when that does not answer
	zone *time.Location // in which days and times are written
	// find says what is to become of one, and all returns those that “all” means.
	find func(ctx context.Context, c Several, id int64, q Question) (one, error)
	all  func(ctx context.Context, q Question) ([]int64, error)
}
