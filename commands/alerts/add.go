package alerts

import (
	"context"
	"errors"
	"fmt"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// mostAlerts is how many alerts one channel or person may be told of: with more, nobody
// reads any.
const mostAlerts = 100

// add does what an alertline.Add asks.
func (h Handler) add(ctx context.Context, c alertline.Add, q request.Question) (reply.Reply, error) {
	l, no, err := h.propose(ctx, c.Draft, func(d alertline.Draft) request.Command { return alertline.Add{Draft: d} }, true, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	w := l.Watch
	after, err := h.Alerts.Plan(ctx, w.Target)
	if err != nil {
		return reply.Reply{}, err
	}
	if after.TooMany && after.Targets > l.before.Targets {
		return tooMany(after), nil
	}
	all, err := h.Alerts.All(ctx)
	if err != nil {
		return reply.Reply{}, err
	}
	if no := crowded(all, w); no != nil {
		return *no, nil
	}
	if again := h.Again(ctx, q); again != nil {
		return *again, nil
	}
	if w, err = h.Alerts.Add(ctx, w); err != nil {
		return reply.Reply{}, err
	}
	unsure, no, err := h.announce(ctx, w, q)
	if no != nil {
		w.Removed = q.At
		if _, undo := h.Alerts.Change(ctx, w, q.User, "removed"); undo != nil {
			left := fmt.Sprintf("Alert #%d is left in the list, though nobody could be told of it. To take it away:", w.ID)
			return alertReply(left, alertline.TryAlert("remove %d", w.ID)), errors.Join(err, undo)
		}
		return reply.WithLines(*no, append([]string{"I did not set up that alert, since nobody would hear of it."}, no.Lines...)), err
	}
	usual, _ := w.Rule.Default()
	r := h.understood(ctx, w, usual, q)
	r.Buttons = append(lineButton("Undo", "alert remove %d", w.ID), r.Buttons...)
	return reply.WithLines(r, append([]string{l.took}, r.Lines...), costWords(l.before, after), unsure), err
}

// understood says what w does, and what of it is otherwise than the rule from; all else is behind Details.
func (h Handler) understood(ctx context.Context, w alert.Watch, from alert.Rule, q request.Question) reply.Reply {
	r := alertReply("")
	band, lost := h.usual(ctx, w.Target, q)
	w.Rule = h.figures(w, band)
	r.Lines = []string{
		fmt.Sprintf("Alert #%d tells %s when %s is %s.", w.ID, whereWords(w.Channel, q), watched(w), alertpost.Condition(w.Rule)),
		alertpost.OtherLines(from, w.Rule),
	}
	if w.Rule.Kind == alert.KindNoCalls {
		r.Lines[0] = fmt.Sprintf("Alert #%d tells %s when no outbound call of %s has ended in two hours, and that stays so %s.", w.ID, whereWords(w.Channel, q), reply.Subject(w.Target), alertpost.Stay(w.Rule, w.Rule.For))
	}
	if lost == nil {
		r.Lines = append(r.Lines, reply.JoinSentences(alertpost.UsualWords(w.Rule, band), followsWords(w.Rule)))
	}
	r.Buttons = h.AppendForm([]reply.Button{{Action: reply.ActionTry, Label: "Details", Value: fmt.Sprintf("alert show %d", w.ID)}}, "Edit", fmt.Sprintf("alert edit %d", w.ID))
	r.Credits = alertpost.ToldCredit(w.Channel)
	return r
}

// watched is what an alert looks at: the AHT of a campaign, or whether it has calls.
func watched(w alert.Watch) string {
	if w.Rule.Kind == alert.KindNoCalls {
		return reply.Subject(w.Target)
	}
	return "the AHT of " + reply.Subject(w.Target)
}

// crowded refuses an alert that stands already, or one too many for its place.
func crowded(all []alert.Standing, w alert.Watch) *reply.Reply {
	n := 0
	for _, s := range all {
		if s.Watch.Channel != w.Channel {
			continue
		}
		n++
		if s.Watch.Target == w.Target && sameRule(s.Watch.Rule, w.Rule) {
			return new(beside(LineField(w.Rule), alertReply(fmt.Sprintf("Alert #%d says exactly that already, so I made no other. To look at it:", s.Watch.ID), alertline.TryAlert("show %d", s.Watch.ID))))
		}
	}
	if n < mostAlerts {
		return nil
	}
	return new(beside(form.FieldPlace, alertMistake(fmt.Sprintf("There are %d alerts there already, which is all I keep for one place. Remove one that nobody needs:", n), alertline.TryAlert("list"))))
}

// sameRule reports whether two rules say the same, wherever their zones were loaded and
// however often readings came when they were made.
func sameRule(a, b alert.Rule) bool {
	zones := a.Active.Zone.String() == b.Active.Zone.String()
	a.Active.Zone, b.Active.Zone, a.Interval = nil, nil, b.Interval
	return zones && a == b
}

// tooMany refuses what would slow reading down too much, with the numbers.
func tooMany(p request.Polling) reply.Reply {
	return beside(form.FieldCampaign, alertMistake(fmt.Sprintf(
		"That would be one campaign too many: with %s a minute to spare I can read %s in a quarter of an hour, and this would be number %d. An alert needs a reading every 15 minutes at least. Remove one that nobody needs:",
		reply.Plural(p.Room, "request"), reply.Plural(p.Most, "campaign"), p.Targets), alertline.TryAlert("list all")))
}

// costWords says what watching one more campaign costs.
func costWords(before, after request.Polling) string {
	if after.Interval <= 0 {
		return ""
	}
	every := "It is read every " + reply.Lasting(after.Interval)
	if after.Interval > after.Asked {
		every += fmt.Sprintf(" rather than every %s, since many are watched", reply.Lasting(after.Asked))
	}
	if after.Reached > after.Interval*5/4 {
		every += fmt.Sprintf("; lately it took %s", reply.Lasting(after.Reached))
	}
	rate := func(n int) float64 { return float64(n) / after.Interval.Minutes() }
	cost := "It costs nothing more: the campaign is being read already."
	if after.Targets > before.Targets {
		cost = fmt.Sprintf("That is %.1f requests a minute more.", rate(after.Targets-before.Targets))
	}
	return fmt.Sprintf("%s. %s Planned: %.1f of %d a minute, for %s.", every, cost, rate(after.Targets), after.Room, reply.Plural(after.Targets, "campaign"))
}
