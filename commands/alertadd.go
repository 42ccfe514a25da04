package commands

import (
	"context"
	"errors"
	"fmt"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// mostAlerts is how many alerts one channel or person may be told of: with more, nobody
// reads any.
const mostAlerts = 100

// addAlert does what an AddAlert asks.
func (h AlertRoom) addAlert(ctx context.Context, c AddAlert, q Question) (Reply, error) {
	if c.Draft.Target.Kind() == aht.KindAgent {
		return noPeople(), nil
	}
	target, took, no := h.campaign(c.Draft.Target, q.sure(), func(t aht.Target) Command {
		c.Draft.Target = t
		return c
	})
	if no != nil {
		if most := max(c.Draft.Low, c.Draft.High); most > longMean { // who goes on has said yes to both
			*no = withLines(*no, append(no.Lines, longWords(most)))
		}
		return *no, nil
	}
	channel, no := alertPlace(c.Draft, q)
	if no != nil {
		return *no, nil
	}
	before, err := h.Alerts.Plan(ctx)
	if err != nil {
		return Reply{}, err
	}
	rule, err := newRule(c.Draft, before.Asked, h.Zone)
	if err != nil {
		return ruleFault(err), nil
	}
	w := alert.Watch{Target: target, Rule: rule, Channel: channel, By: q.User, Made: q.At}
	c.Draft.Target = target
	if no, err := h.unfit(ctx, w, c, q); no != nil || err != nil {
		return orNothing(no), err
	}
	after, err := h.Alerts.Plan(ctx, target)
	if err != nil {
		return Reply{}, err
	}
	if after.TooMany && after.Targets > before.Targets {
		return tooMany(after), nil
	}
	all, err := h.Alerts.All(ctx)
	if err != nil {
		return Reply{}, err
	}
	if no := crowded(all, w); no != nil {
		return *no, nil
	}
	if w, err = h.Alerts.Add(ctx, w); err != nil {
		return Reply{}, err
	}
	unsure, no, err := h.announceAlert(ctx, w, q)
	if no != nil {
		w.Removed = q.At
		if _, undo := h.Alerts.Change(ctx, w, q.User, "removed"); undo != nil {
			left := fmt.Sprintf("Alert #%d is left in the list, though nobody could be told of it. To take it away:", w.ID)
			return alertReply(left, tryAlert("remove %d", w.ID)), errors.Join(err, undo)
		}
		return withLines(*no, append([]string{"I did not set up that alert, since nobody would hear of it."}, no.Lines...)), err
	}
	r := h.alertUnderstood(ctx, w, q)
	r.Buttons = []Button{{Action: ActionLine, Label: "Undo", Value: fmt.Sprintf("alert remove %d", w.ID)}}
	return withLines(r, append([]string{took}, r.Lines...), costWords(before, after), unsure), err
}

// alertUnderstood says what w does, each part with the words that change it.
func (h AlertRoom) alertUnderstood(ctx context.Context, w alert.Watch, q Question) Reply {
	r := alertReply("")
	band, lost := h.usual(ctx, w.Target, q)
	w.Rule = h.figures(w, band)
	r.Lines = []string{
		fmt.Sprintf("Alert #%d tells %s when %s is %s.", w.ID, whereWords(w.Channel, q), watched(w), condition(w.Rule)),
		"What it does, and the words that change it:\n" + settingLines(w.Rule),
	}
	if w.Rule.Kind == alert.KindNoCalls {
		r.Lines[0] = fmt.Sprintf("Alert #%d tells %s when no outbound call of %s has ended in two hours, and that stays so %s.", w.ID, whereWords(w.Channel, q), subject(w.Target), stay(w.Rule, w.Rule.For))
	}
	if lost == nil {
		r.Lines = append(r.Lines, usualWords(w.Rule, band), followsWords(w.Rule))
	}
	if w.Rule.Kind != alert.KindNoCalls {
		r.Note = "With about ten calls or fewer in two hours it waits, rather than cry wolf."
	}
	r.Try = []string{tryAlert("edit %d for 30m", w.ID), tryAlert("test %d", w.ID)}
	r.Credits = toldCredit(w.Channel)
	return r
}

// watched is what an alert looks at: the AHT of a campaign, or whether it has calls.
func watched(w alert.Watch) string {
	if w.Rule.Kind == alert.KindNoCalls {
		return subject(w.Target)
	}
	return "the AHT of " + subject(w.Target)
}

// crowded refuses an alert that stands already, or one too many for its place.
func crowded(all []alert.Standing, w alert.Watch) *Reply {
	n := 0
	for _, s := range all {
		if s.Watch.Channel != w.Channel {
			continue
		}
		n++
		if s.Watch.Target == w.Target && sameRule(s.Watch.Rule, w.Rule) {
			r := alertReply(fmt.Sprintf("Alert #%d says exactly that already, so I made no other. To look at it:", s.Watch.ID), tryAlert("show %d", s.Watch.ID))
			return &r
		}
	}
	if n < mostAlerts {
		return nil
	}
	r := alertMistake(fmt.Sprintf("There are %d alerts there already, which is all I keep for one place. Remove one that nobody needs:", n), tryAlert("list"))
	return &r
}

// sameRule reports whether two rules say the same, wherever their zones were loaded and
// however often readings came when they were made.
func sameRule(a, b alert.Rule) bool {
	zones := a.Active.Zone.String() == b.Active.Zone.String()
	a.Active.Zone, b.Active.Zone, a.Interval = nil, nil, b.Interval
	return zones && a == b
}

// tooMany refuses what would slow reading down too much, with the numbers.
func tooMany(p Polling) Reply {
	return alertMistake(fmt.Sprintf(
		"That would be one campaign too many: with %s a minute to spare I can read %s in a quarter of an hour, and this would be number %d. An alert needs a reading every 15 minutes at least. Remove one that nobody needs:",
		plural(p.Room, "request"), plural(p.Most, "campaign"), p.Targets), tryAlert("list all"))
}

// costWords says what watching one more campaign costs.
func costWords(before, after Polling) string {
	if after.Interval <= 0 {
		return ""
	}
	every := "It is read every " + lasting(after.Interval)
	if after.Interval > after.Asked {
		every += fmt.Sprintf(" rather than every %s, since many are watched", lasting(after.Asked))
	}
	if after.Reached > after.Interval*5/4 {
		every += fmt.Sprintf("; lately it took %s", lasting(after.Reached))
	}
	rate := func(n int) float64 { return float64(n) / after.Interval.Minutes() }
	cost := "It costs nothing more: the campaign is being read already."
	if after.Targets > before.Targets {
		cost = fmt.Sprintf("That is %.1f requests a minute more.", rate(after.Targets-before.Targets))
	}
	return fmt.Sprintf("%s. %s Planned: %.1f of %d a minute, for %s.", every, cost, rate(after.Targets), after.Room, plural(after.Targets, "campaign"))
}
