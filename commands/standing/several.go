package standing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// Result is what becomes of one of several.
type Result uint8

// The results.
const (
	ResultDone    Result = iota // or to be done, before it is
	ResultAlready               // it is like that
	ResultForeign               // somebody else made it
	ResultMissing               // there is none of that number
	ResultRemoved               // and so can't be changed
	ResultRefused               // for a reason of its own
	resultUnsure                // the store does not answer
	resultUntried               // because of that
)

// One is one of several.
type One struct {
	ID     int64
	Name   string // what it is about
	Result Result
	Why    string // of refused
	Do     func(context.Context) error
}

// Several does what a Command about several asks, or asks back first.
func (of Things) Several(ctx context.Context, c Command, q request.Question) (reply.Reply, error) {
	all, no, err := of.each(ctx, &c, q)
	switch {
	case no != nil || err != nil:
		return OrNothing(no), err
	case len(numbers(all, ResultDone)) == 0:
		r := severalReply(c, fmt.Sprintf("None of these is there for you to %s, so nothing was changed.", c.Verb), all)
		r.Try = []string{request.CommandWord + " " + c.Noun + " list"}
		return reply.WithLines(r, r.Lines), nil
	case !q.Sure():
		return of.severalAsked(c, all, q), nil
	}
	faults := carryOut(ctx, all)
	return of.severalDone(c, all, q), errors.Join(faults...)
}

// carryOut does what is to be done, and notes what became of each. A store that does not
// answer is not asked again.
func carryOut(ctx context.Context, all []One) (faults []error) {
	for i := range all {
		o := &all[i]
		if o.Result != ResultDone {
			continue
		}
		if len(faults) > 0 {
			o.Result = resultUntried
			continue
		}
		err := o.Do(ctx)
		switch {
		case err == nil:
		case errors.Is(err, request.ErrChanged):
			o.Result, o.Why = ResultRefused, "somebody else changed it at that moment"
		default:
			o.Result, faults = resultUnsure, append(faults, err)
		}
	}
	return faults
}

// each is what c is about and what is to become of it. c then names them all, as far as
// something is to be done, and a day without its year is the next one.
func (of Things) each(ctx context.Context, c *Command, q request.Question) ([]One, *reply.Reply, error) {
	if !of.Kept {
		return nil, new(reply.OneLine("goal", fmt.Sprintf("%ss are not switched on here.", reply.UpperFirst(c.Noun)))), nil
	}
	c.Until = c.Until.On(digest.DateOf(q.At.In(of.Zone)))
	said := c.IDs
	if c.All {
		var err error
		if said, err = of.All(ctx, q); err != nil {
			return nil, &of.Away, err
		}
		if len(said) == 0 {
			return nil, new(reply.OneLine("goal", fmt.Sprintf("There is no %s here, so there is nothing to %s. %s", c.Noun, c.Verb, allWords(*c, q)))), nil
		}
	}
	var all []One
	c.IDs = nil
	for _, id := range said {
		o, err := of.Find(ctx, *c, id, q)
		if err != nil {
			return nil, &of.Away, err
		}
		all = append(all, o)
		if o.Result == ResultDone || !c.All {
			c.IDs = append(c.IDs, id)
		}
	}
	return all, nil, nil
}

// allWords says what all are; empty when they were named.
func allWords(c Command, q request.Question) string {
	switch {
	case !c.All:
		return ""
	case Direct(q):
		return fmt.Sprintf("In our direct message “all” are the %ss you made yourself, wherever they are told.", c.Noun)
	default:
		return fmt.Sprintf("“All” are the %ss of this channel, as its list has them.", c.Noun)
	}
}

// Direct reports whether q was asked where nobody else is, or nobody knows where.
func Direct(q request.Question) bool { return q.Place == "" || strings.HasPrefix(q.Place, "D") }

// severalAsked asks once whether that is meant.
func (of Things) severalAsked(c Command, all []One, q request.Question) reply.Reply {
	what := fmt.Sprintf("%s %s", c.Verb, reply.Plural(len(numbers(all, ResultDone)), c.Noun))
	r := severalReply(c, reply.JoinSentences(allWords(c, q), "Nothing is changed yet. To be done:"), all)
	r.Title = reply.UpperFirst(what + untilWords(c) + "?")
	c.All = false
	r.Buttons = request.AppendLine(nil, reply.ActionSure, reply.UpperFirst(what), c)
	return reply.WithLines(r, r.Lines, undoNote(c))
}

// severalDone says what became of each.
func (of Things) severalDone(c Command, all []One, q request.Question) reply.Reply {
	back := Command{Noun: c.Noun, Verb: verbBack[c.Verb], IDs: numbers(all, ResultDone)}
	r := severalReply(c, "", all)
	r.Title = fmt.Sprintf("%s %s%s", reply.Plural(len(back.IDs), c.Noun), VerbDone[c.Verb], of.untilWhen(c, q))
	if len(back.IDs) == 0 {
		r.Title = fmt.Sprintf("No %s was %s", c.Noun, VerbDone[c.Verb])
		return reply.WithLines(r, r.Lines)
	}
	if back.Verb != "" {
		r.Buttons = request.AppendLine(nil, reply.ActionSure, "Undo", back)
	}
	return reply.WithLines(r, r.Lines, undoNote(c))
}

// numbers are the numbers of those with a result.
func numbers(all []One, f Result) (ids []int64) {
	for _, o := range all {
		if o.Result == f {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// VerbDone is what was done, and verbBack what undoes it.
var (
	VerbDone = map[string]string{"remove": "removed", "restore": "restored", "pause": "paused", "resume": "resumed", "mute": "muted", "unmute": "unmuted"}
	verbBack = map[string]string{"remove": "restore", "pause": "resume", "resume": "pause", "mute": "unmute"}
)

// undoNote says how c is undone.
func undoNote(c Command) string {
	switch c.Verb {
	case "remove":
		return "For ten minutes Undo brings them back as they were."
	case "pause":
		if c.Noun == NounAlert {
			return "A paused alert is not judged, and one that fires is ended. Undo resumes them."
		}
		return "Undo resumes them."
	default:
		return ""
	}
}

// untilWords says until when, as it was typed; empty for what has no end.
func untilWords(c Command) string {
	switch {
	case c.Tomorrow:
		return " until tomorrow"
	case c.For > 0:
		return " for " + reply.Lasting(c.For)
	case !c.Until.IsZero():
		return " until " + grammar.DateWords(c.Until)
	default:
		return ""
	}
}

// untilWhen is untilWords once it is done.
func (of Things) untilWhen(c Command, q request.Question) string {
	if c.For > 0 {
		return " until " + reply.When(q.At.Add(c.For), q.At, of.Zone)
	}
	return untilWords(c)
}

// mostNamed is how many of several are named with what they are about; more are numbers.
const mostNamed = 20

// severalReply lists what becomes of each: what is done one a line, the others by the reason.
func severalReply(c Command, head string, all []One) reply.Reply {
	lines := []string{head}
	for _, o := range all {
		if o.Result == ResultDone {
			lines = append(lines, fmt.Sprintf("• #%d %s", o.ID, o.Name))
		}
	}
	if ids := numbers(all, ResultDone); len(ids) > mostNamed {
		lines = []string{head, "• " + grammar.NumbersWords(ids, "#")}
	}
	for f, words := range []string{
		ResultAlready: "like that already", ResultForeign: "left as they are, since somebody else made them", ResultMissing: "not there",
		ResultRemoved: "removed already", resultUnsure: "not known, since the store does not answer", resultUntried: "not tried for that reason",
	} {
		if ids := numbers(all, Result(f)); len(ids) > 0 && words != "" {
			lines = append(lines, fmt.Sprintf("• %s: %s", reply.UpperFirst(words), grammar.NumbersWords(ids, "#")))
		}
	}
	for _, o := range all {
		if o.Result == ResultRefused {
			lines = append(lines, fmt.Sprintf("• #%d: %s", o.ID, o.Why))
		}
	}
	return reply.Reply{Outcome: c.Noun, Lines: lines, Text: reply.JoinSentences(lines...)}
}

// Things are the digests or the alerts, as far as several of them are dealt with at once.
type Things struct {
	Kept bool           // there is a store for them
	Away reply.Reply    // for when that does not answer
	Zone *time.Location // in which days and times are written
	// Find says what is to become of one, and all returns those that “all” means.
	Find func(ctx context.Context, c Command, id int64, q request.Question) (One, error)
	All  func(ctx context.Context, q request.Question) ([]int64, error)
}
