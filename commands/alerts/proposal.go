package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// drafted is the command, to add, to edit or to preview, that a draft is of.
type drafted func(alertline.Draft) request.Command

// proposal is the alert that a draft makes.
type proposal struct {
	alert.Watch
	took   string          // what the campaign's name was taken for, if for another
	before request.Polling // how watched targets are read without it
}

// propose makes an alert of a draft: here it is checked, whoever wrote it. A Reply is why that
// can't be, or the question back. One that is only tried out has no place, and there is
// nothing to be sure of: no reading is kept of what nobody has seen.
func (h Handler) propose(ctx context.Context, d alertline.Draft, as drafted, kept bool, q request.Question) (l proposal, no *reply.Reply, err error) {
	l = proposal{Watch: alert.Watch{By: q.User, Made: q.At}}
	if d.Target.Kind() == aht.KindAgent {
		return l, new(noPeople()), nil
	}
	l.Target, l.took, no = h.campaign(d.Target, kept && q.Sure(), func(t aht.Target) request.Command {
		d.Target = t
		return as(d)
	})
	most := max(d.Low, d.High)
	switch {
	case no != nil && !kept:
		no.Buttons = slices.DeleteFunc(no.Buttons, func(b reply.Button) bool { return b.Action == reply.ActionSure })
	case no != nil && most > grammar.LongMean: // who goes on has said yes to both
		*no = reply.WithLines(*no, append(no.Lines, longWords(most)))
	case no == nil && kept:
		l.Channel, no = alertPlace(d, q)
	}
	if no != nil {
		return l, no, nil
	}
	if l.before, err = h.Alerts.Plan(ctx); err != nil {
		return l, nil, err
	}
	if l.Rule, err = alertline.NewRule(d, l.before.Asked, h.Zone); err != nil {
		return l, new(ruleFault(err)), nil
	}
	d.Target = l.Target
	no, err = h.unfit(ctx, l.Watch, d, as, q)
	return l, no, err
}

// campaign is the campaign that t is taken for, and what to say about that. A name that
// nobody has seen is asked back about, unless the person is sure; line makes the line with
// another name.
func (h Handler) campaign(t aht.Target, sure bool, line func(aht.Target) request.Command) (taken aht.Target, took string, no *reply.Reply) {
	seen := request.Recognise(t.Name(), h.Names)
	meant, err := aht.NewTarget(aht.KindCampaign, seen.Name)
	switch {
	case err != nil || seen.Known && meant == t:
		return t, "", nil
	case seen.Known:
		return meant, fmt.Sprintf("I took “%s” for %s, as the account writes it.", reply.Short(t.Name()), reply.Subject(meant)), nil
	case sure:
		return t, "", nil
	}
	return t, "", new(h.unseen(t, seen.Closest, line))
}

// unseen asks back about a campaign that nobody has seen.
func (h Handler) unseen(t aht.Target, closest []string, line func(aht.Target) request.Command) reply.Reply {
	r := alertReply(fmt.Sprintf("I have never seen a campaign “%s”, so nothing was done yet.", reply.Short(t.Name())))
	r.Outcome, r.Field = "unseen", form.FieldCampaign
	for _, name := range closest {
		if near, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionLine, Label: name, Value: request.ButtonValue(line(near))})
		}
	}
	next := "If it is new, say so:"
	if len(r.Buttons) > 0 {
		next = "Did you mean one of these?"
	}
	r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionSure, Label: "It is new, go on", Value: request.ButtonValue(line(t))})
	note := "I know names from past answers only, so it may be right."
	if _, listed := h.Names.Campaigns(); !listed.IsZero() {
		note = "The account's own list is of " + listed.In(h.Zone).Format("2 Jan 15:04 MST") + "."
	}
	return reply.WithLines(r, append(r.Lines, next), note)
}

// unfit asks back about a rule that nobody can have meant, or that can't be judged: w is to
// be as draft says. It returns nil for every other.
func (h Handler) unfit(ctx context.Context, w alert.Watch, draft alertline.Draft, as drafted, q request.Question) (*reply.Reply, error) {
	goal, _ := h.Goals.Goal(w.Target)
	most := max(w.Rule.Low, w.Rule.High)
	switch {
	case !w.Rule.Relative() && most > grammar.LongMean && !q.Sure():
		return new(longAsked(most, draft, as)), nil
	case w.Rule.Line.Of != alert.BaseTarget:
		return nil, nil //nolint:nilnil // nothing is unfit: what is usual is learned
	case goal.Mean == 0:
		r, err := h.targetless(ctx, w, as(draft), q)
		return &r, err
	case waiting(h.figures(w, aht.Band{})):
		return new(beside(FieldBy, alertMistake(fmt.Sprintf("The target of %s is %s, so that line would be at no time at all. A line that works:", reply.Subject(w.Target), aht.FormatDuration(goal.Mean)), alertline.ExampleRelative))), nil
	default:
		return nil, nil //nolint:nilnil // nothing is unfit
	}
}

// longAsked asks whether an AHT of more than an hour is meant, or the same number of a
// smaller unit.
func longAsked(d time.Duration, draft alertline.Draft, as drafted) reply.Reply {
	r := alertReply(reply.JoinSentences(longWords(d), "Nothing was done yet. Is it meant?"))
	r.Outcome, r.Field = "asked", FieldLine
	if shorter, ok := shortened(draft); ok {
		r.Buttons = request.AppendLine(r.Buttons, reply.ActionLine, "No: "+request.ButtonValue(as(shorter)), as(shorter))
	}
	r.Buttons = request.AppendLine(r.Buttons, reply.ActionSure, "Yes, "+aht.FormatDuration(d), as(draft))
	return r
}

// longWords says that an AHT is longer than any is.
func longWords(d time.Duration) string {
	return fmt.Sprintf("That line is at %s, and no calls take that long on average.", aht.FormatDuration(d))
}

// shortened is a draft with its lines sixty times lower; false where that makes no rule.
func shortened(d alertline.Draft) (alertline.Draft, bool) {
	for _, line := range []*time.Duration{&d.Low, &d.High} {
		if *line > grammar.LongMean {
			*line = (*line / 60).Round(time.Second)
		}
	}
	_, err := alertline.NewRule(d, time.Minute, time.UTC)
	return d, err == nil && max(d.Low, d.High) <= grammar.LongMean
}

// targetless refuses a line that hangs on a target which the campaign has not, with a button
// that sets one: what is usual there, or what it was read last.
func (h Handler) targetless(ctx context.Context, w alert.Watch, cmd request.Command, q request.Question) (reply.Reply, error) {
	band, err := h.usual(ctx, w.Target, q)
	if err != nil {
		return reply.Reply{}, err
	}
	mean, from := exampleMean, ""
	if last, ok := h.Memory.Latest(w.Target); band.Known() {
		mean, from = band.Median, "That is about what is usual there at this hour."
	} else if ok && !last.NoCalls() {
		mean, from = last.Mean, "That is about what it was read last."
	}
	mean = max(10*time.Second, mean.Round(10*time.Second))
	set := request.SetTargetLine(w.Target, mean)
	r := alertReply(fmt.Sprintf("%s has no target for a line to follow, so nothing was done. Set one, then try again:", reply.UpperFirst(reply.Subject(w.Target))), set)
	r.Outcome, r.Note, r.Field = "usage", from, FieldBy
	if from == "" { // nothing is known to propose one by
		r.Example, r.Buttons = true, h.appendTarget(nil, w)
	} else {
		r.Buttons = []reply.Button{{Action: reply.ActionLine, Label: "Set the target to " + aht.FormatDuration(mean), Value: strings.TrimPrefix(set, request.CommandWord+" ")}}
	}
	r.Buttons = request.AppendLine(r.Buttons, reply.ActionLine, "Then this: "+request.ButtonValue(cmd), cmd)
	r.Text = reply.JoinSentences(r.Lines[0], set, from)
	return r, nil
}

// ruleFault words what alert.Rule.Check found.
func ruleFault(err error) reply.Reply {
	switch {
	case errors.Is(err, alert.ErrKind):
		return beside(FieldWhen, alertMistake("That does not say what to watch for. Write above, below, outside or no calls:", alertline.ExampleAlert))
	case errors.Is(err, alert.ErrLines):
		return beside(FieldLine, alertMistake("A line has to be over zero, and of two the lower comes first. For example:", alertline.ExampleAlert))
	case errors.Is(err, alert.ErrClear):
		return beside(form.FieldMore, alertMistake("The clear line has to lie on the good side of the line: under it for above, over it for below, within it for outside. For example:", alertline.ExampleAlert+" clear 4m30s"))
	case errors.Is(err, alertline.ErrClearKind):
		return beside(form.FieldMore, alertMistake("A line that follows the target or the usual has a clear line that does, and a line that is a duration has one that is. For example:", alertline.ExampleAlert+" clear 4m30s", alertline.ExampleRelative+" clear target"))
	case errors.Is(err, alert.ErrOffset):
		return beside(FieldBy, alertMistake("A line follows the target or what is usual, by a percentage or a duration on its own side. For example:", alertline.ExampleRelative))
	case errors.Is(err, alert.ErrReadings):
		return beside(form.FieldMore, alertMistake("An alert needs 2 to 24 readings: one alone may be a single long call. For example:", alertline.ExampleAlert+" readings 3"))
	case errors.Is(err, alert.ErrHours):
		return beside(form.FieldMore, alertMistake("Active hours need days and two times of the day. For example:", alertline.ExampleAlert+" active mon-fri 9:00-18:00"))
	default:
		return alertMistake("I can't make an alert of that. A line that works:", alertline.ExampleAlert)
	}
}
