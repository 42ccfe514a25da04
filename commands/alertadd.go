package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// mostAlerts is how many alerts one channel or person may be told of: with more, nobody
// reads any.
const mostAlerts = 100

// addAlert does what an AddAlert asks.
func (h *Handler) addAlert(ctx context.Context, c AddAlert, q Question) (Reply, error) {
	if c.Draft.Target.Kind() == aht.KindAgent {
		return noPeople(), nil
	}
	target, took, no := h.campaign(c.Draft.Target, q, func(t aht.Target) Command {
		c.Draft.Target = t
		return c
	})
	if no != nil {
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
		return ruleFault(err), nil //nolint:nilerr // the fault is the answer
	}
	after, err := h.Alerts.Plan(ctx, target)
	if err != nil {
		return Reply{}, err
	}
	if after.TooMany && after.Targets > before.Targets {
		return tooMany(after), nil
	}
	w := alert.Watch{Target: target, Rule: rule, Channel: channel, By: q.User, Made: q.At}
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
			return Reply{}, errors.Join(err, undo)
		}
		return withLines(*no, append([]string{"I did not set up that alert, since nobody would hear of it."}, no.Lines...)), err
	}
	r := h.alertUnderstood(ctx, w, q)
	return withLines(r, append([]string{took}, r.Lines...), costWords(before, after), unsure), err
}

// withLines puts lines in the place of r's, adds small print, and writes the Text anew.
// Empty ones are left out.
func withLines(r Reply, lines []string, notes ...string) Reply {
	r.Lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	r.Note = joinNonEmpty("\n", append([]string{r.Note}, notes...)...)
	title := r.Title
	if title != "" {
		title += "."
	}
	r.Text = joinSentences(append(append([]string{title}, r.Lines...), tryText(r.Try), r.Note)...)
	return r
}

// alertUnderstood says what w does, each part with the words that change it.
func (h *Handler) alertUnderstood(ctx context.Context, w alert.Watch, q Question) Reply {
	r := alertReply("")
	r.Lines = []string{
		fmt.Sprintf("Alert #%d tells %s when %s is %s.", w.ID, whereWords(w.Channel, q), watched(w), condition(w.Rule)),
		"What it does, and the words that change it:\n" + settingLines(w.Rule),
	}
	if w.Rule.Kind == alert.KindNoCalls {
		r.Lines[0] = fmt.Sprintf("Alert #%d tells %s when no outbound call of %s has ended in two hours, and that stays so for %s.", w.ID, whereWords(w.Channel, q), subject(w.Target), lasting(w.Rule.For))
	}
	if band, err := h.usual(ctx, w.Target, q); err == nil {
		r.Lines = append(r.Lines, usualWords(w.Rule, band))
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

// toldCredit names the channel, where it is one.
func toldCredit(channel string) []Credit {
	if personal(channel) {
		return nil
	}
	return []Credit{{Role: RolePlace, ID: channel}}
}

// personal reports whether a place is a person's direct messages.
func personal(channel string) bool {
	return strings.HasPrefix(channel, "U") || strings.HasPrefix(channel, "W")
}

// here returns the place that a question was asked in, as alerts keep it.
func here(q Question) string {
	if q.Place == "" || strings.HasPrefix(q.Place, "D") {
		return q.User
	}
	return q.Place
}

// whereWords says where an alert is told, to who asks.
func whereWords(channel string, q Question) string {
	switch {
	case channel == q.User:
		return "you by direct message"
	case personal(channel):
		return "one person by direct message"
	case channel == q.Place:
		return "this channel"
	default:
		return "another channel"
	}
}

// alertPlace returns where a draft wants to be told, or the fix when that can't be known.
func alertPlace(d AlertDraft, q Question) (channel string, no *Reply) {
	switch {
	case d.Direct:
		return q.User, nil
	case d.In.ID != "":
		return d.In.ID, nil
	case d.In.Name != "":
		r := alertMistake(fmt.Sprintf("Slack did not tell me which channel #%s is. Type # and choose it from the list that Slack shows, or type the line in that channel, without “in”.", short(d.In.Name)))
		return "", &r
	default:
		return here(q), nil
	}
}

// campaign is the campaign that t is taken for, and what to say about that. A name that
// nobody has seen is asked back about, until the person is sure; line makes the line with
// another name.
func (h *Handler) campaign(t aht.Target, q Question, line func(aht.Target) Command) (taken aht.Target, took string, no *Reply) {
	seen := recognise(t.Name(), h.Names)
	meant, err := aht.NewTarget(aht.KindCampaign, seen.Name)
	switch {
	case err != nil || seen.Known && meant == t:
		return t, "", nil
	case seen.Known:
		return meant, fmt.Sprintf("I took “%s” for %s, as the account writes it.", short(t.Name()), subject(meant)), nil
	case q.Sure:
		return t, "", nil
	}
	r := h.unseen(t, seen.Closest, line)
	return t, "", &r
}

// unseen asks back about a campaign that nobody has seen.
func (h *Handler) unseen(t aht.Target, closest []string, line func(aht.Target) Command) Reply {
	r := alertReply(fmt.Sprintf("I have never seen a campaign “%s”, so nothing was done yet.", short(t.Name())))
	r.Outcome = "unseen"
	for _, name := range closest {
		if near, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			r.Buttons = append(r.Buttons, Button{Action: ActionLine, Label: name, Value: typedLine(line(near))})
		}
	}
	next := "If it is new, say so:"
	if len(r.Buttons) > 0 {
		next = "Did you mean one of these?"
	}
	r.Buttons = append(r.Buttons, Button{Action: ActionSure, Label: "It is new, go on", Value: typedLine(line(t))})
	note := "I know names from past answers only, so it may be right."
	if _, listed := h.Names.Campaigns(); !listed.IsZero() {
		note = "The account's own list is of " + listed.In(h.Zone).Format("2 Jan 15:04 MST") + "."
	}
	return withLines(r, append(r.Lines, next), note)
}

// typedLine is a command as a button carries it.
func typedLine(c Command) string { return strings.TrimPrefix(Line(c), Name+" ") }

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

// sameRule reports whether two rules are the same, wherever their zones were loaded.
func sameRule(a, b alert.Rule) bool {
	zones := a.Active.Zone.String() == b.Active.Zone.String()
	a.Active.Zone, b.Active.Zone = nil, nil
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

// announceAlert tells the channel of w about it. The Reply is the refusal where it takes no
// posts; unsure is what to say when nobody knows whether it did.
func (h *Handler) announceAlert(ctx context.Context, w alert.Watch, q Question) (unsure string, no *Reply, err error) {
	if h.Places == nil || personal(w.Channel) && strings.HasPrefix(q.Place, "D") { // told in this very conversation
		return "", nil, nil
	}
	line := fmt.Sprintf("From now on I say so here when %s is %s (alert #%d).", watched(w), condition(w.Rule), w.ID)
	r := alertReply(line)
	r.Credits, r.Public = []Credit{{Role: RoleSetUp, ID: q.User}}, true
	r.Note = "To see it: " + tryAlert("show %d", w.ID)
	r.Text = joinSentences(line, r.Note)
	err = h.Places.Announce(ctx, w.Channel, r)
	if no := placeRefusal(err); no != nil {
		return "", no, err
	}
	if err != nil {
		return "Slack did not say whether the place it is told in heard of it.", nil, err
	}
	return "", nil, nil
}

// placeRefusal words a place that takes no posts; nil for every other error.
func placeRefusal(err error) *Reply {
	pe, ok := errors.AsType[*PlaceError](err)
	if !ok {
		return nil
	}
	no := alertMistake(PostFault(pe.Code, pe.Channel))
	no.Outcome = "no_place"
	return &no
}

// newRule makes a rule from the defaults, with a draft laid over it.
func newRule(d AlertDraft, interval time.Duration, zone *time.Location) (alert.Rule, error) {
	r, err := alert.NewRule(d.Kind, d.Low, d.High, interval)
	if err != nil {
		return r, err
	}
	r = d.over(r, zone)
	return r, r.Check()
}

// over lays what d says, but for the lines, over r.
func (d AlertDraft) over(r alert.Rule, zone *time.Location) alert.Rule {
	switch r.Kind {
	case alert.KindAbove:
		lay(&r.ClearHigh, d.Clear)
	case alert.KindBelow:
		lay(&r.ClearLow, d.Clear)
	case alert.KindOutside:
		lay(&r.ClearLow, d.ClearLow)
		lay(&r.ClearHigh, d.ClearHigh)
	case alert.KindNoCalls:
	}
	lay(&r.For, d.For)
	lay(&r.ClearFor, d.ClearFor)
	lay(&r.Readings, d.Readings)
	lay(&r.WarmUp, d.WarmUp)
	lay(&r.Remind, d.Remind)
	lay(&r.Active, d.Active)
	if r.Kind != alert.KindNoCalls {
		lay(&r.Guard, d.Guard)
	}
	if !r.Active.IsZero() && r.Active.Zone == nil {
		r.Active.Zone = zone
	}
	return r
}

// lay puts a value that was said in the place of what is there.
func lay[T any](there *T, said *T) {
	if said != nil {
		*there = *said
	}
}
