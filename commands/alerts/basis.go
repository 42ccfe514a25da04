package alerts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// figures is the rule of w with the figures that its lines stand for now; without any where
// what they hang on is not known.
func (h Handler) figures(w alert.Watch, usual aht.Band) alert.Rule {
	goal, _ := h.Goals.Goal(w.Target)
	r, _ := w.Rule.At(alert.BaseValues{Goal: goal.Mean, Usual: usual})
	return r
}

// waiting reports whether r, with the figures there are, can't be judged.
func waiting(r alert.Rule) bool { return r.Relative() && r.Low == 0 && r.High == 0 }

// followsWords says what a line moves with; empty for one that does not.
func followsWords(r alert.Rule) string {
	switch {
	case !r.Relative():
		return ""
	case waiting(r) && r.Line.Of == alert.BaseTarget:
		return "The campaign has no target, so nothing is judged until it has."
	case r.Line.Of == alert.BaseTarget:
		return "The line moves with the campaign's target: when somebody changes that, the next reading is judged by the new one."
	default:
		return "The line moves with what is usual at each hour."
	}
}

// waitsWords says what an alert waits for that can't be judged.
func (h Handler) waitsWords(w alert.Watch) string {
	goal, _ := h.Goals.Goal(w.Target)
	switch {
	case w.Rule.Line.Of == alert.BaseUsual:
		return "It waits until it is known what is usual at this hour, which takes about ten days of readings. Until then it never fires."
	case goal.Mean > 0:
		return fmt.Sprintf("The target of %s leaves its line at no time at all, so it never fires.", aht.FormatDuration(goal.Mean))
	default:
		return "It waits for a target, and never fires without one."
	}
}

// targetTry is a line that sets the target w waits for; empty when it waits for none.
func (h Handler) targetTry(w alert.Watch) string {
	if goal, _ := h.Goals.Goal(w.Target); w.Rule.Line.Of != alert.BaseTarget || goal.Mean > 0 {
		return ""
	}
	return request.SetTargetLine(w.Target, exampleMean)
}

// exampleMean is a target in examples.
const exampleMean = 4*time.Minute + 30*time.Second

// unfit asks back about a rule that nobody can have meant, or that can't be judged: w is to
// be as cmd says. It returns nil for every other.
func (h Handler) unfit(ctx context.Context, w alert.Watch, cmd request.Command, q request.Question) (*reply.Reply, error) {
	if !w.Rule.Relative() {
		if most := max(w.Rule.Low, w.Rule.High); most > grammar.LongMean && !q.Sure() {
			r := longAsked(most, cmd)
			return &r, nil
		}
		return nil, nil //nolint:nilnil // nothing is unfit
	}
	if w.Rule.Line.Of == alert.BaseUsual {
		return nil, nil //nolint:nilnil // nothing is unfit: it is learned
	}
	goal, _ := h.Goals.Goal(w.Target)
	if goal.Mean == 0 {
		r, err := h.targetless(ctx, w, cmd, q)
		return &r, err
	}
	if waiting(h.figures(w, aht.Band{})) {
		r := alertMistake(fmt.Sprintf("The target of %s is %s, so that line would be at no time at all. A line that works:", reply.Subject(w.Target), aht.FormatDuration(goal.Mean)), alertline.ExampleRelative)
		return &r, nil
	}
	return nil, nil //nolint:nilnil // nothing is unfit
}

// longAsked asks whether an AHT of more than an hour is meant, or the same number of a
// smaller unit.
func longAsked(d time.Duration, cmd request.Command) reply.Reply {
	r := alertReply(reply.JoinSentences(longWords(d), "Nothing was done yet. Is it meant?"))
	r.Outcome = "asked"
	if shorter, ok := shortened(cmd); ok {
		r.Buttons = request.AppendLine(r.Buttons, reply.ActionLine, "No: "+request.ButtonValue(shorter), shorter)
	}
	r.Buttons = request.AppendLine(r.Buttons, reply.ActionSure, "Yes, "+aht.FormatDuration(d), cmd)
	return r
}

// longWords says that an AHT is longer than any is.
func longWords(d time.Duration) string {
	return fmt.Sprintf("That line is at %s, and no calls take that long on average.", aht.FormatDuration(d))
}

// shortened is cmd with its lines sixty times lower, where that makes a rule.
func shortened(cmd request.Command) (request.Command, bool) {
	short := func(d alertline.Draft) (alertline.Draft, bool) {
		for _, line := range []*time.Duration{&d.Low, &d.High} {
			if *line > grammar.LongMean {
				*line = (*line / 60).Round(time.Second)
			}
		}
		_, err := alertline.NewRule(d, time.Minute, time.UTC)
		return d, err == nil && max(d.Low, d.High) <= grammar.LongMean
	}
	switch c := cmd.(type) {
	case alertline.Add:
		d, ok := short(c.Draft)
		return alertline.Add{Draft: d}, ok
	case alertline.Preview:
		d, ok := short(c.Draft)
		return alertline.Preview{Draft: d}, ok
	case alertline.Edit:
		d, ok := short(c.Draft)
		return alertline.Edit{ID: c.ID, Draft: d}, ok
	default:
		return nil, false
	}
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
	r.Outcome, r.Note = "usage", from
	r.Buttons = []reply.Button{{Action: reply.ActionLine, Label: "Set the target to " + aht.FormatDuration(mean), Value: strings.TrimPrefix(set, request.CommandWord+" ")}}
	r.Buttons = request.AppendLine(r.Buttons, reply.ActionLine, "Then this: "+request.ButtonValue(cmd), cmd)
	r.Text = reply.JoinSentences(r.Lines[0], set, from)
	return r, nil
}
