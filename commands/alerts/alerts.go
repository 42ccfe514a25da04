// Package alerts does what lines and buttons about alerts ask. What the lines say is read by alertline; what an alert tells
// when it fires is worded by alertpost.
package alerts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// Handler does what lines and buttons about alerts ask.
type Handler struct{ *request.Base }

// The fields of the form of an alert that only it has; refusals name them.
const (
	FieldWhen = "when"
	FieldLine = "line" // a figure
	FieldBy   = "by"   // how far the line is from what it hangs on
)

// LineField is the field in which the line of r is filled in. What was filled in as a figure is no distance, and the other way
// round.
func LineField(r alert.Rule) string {
	switch {
	case r.Kind == alert.KindNoCalls:
		return FieldWhen
	case r.Relative():
		return FieldBy
	default:
		return FieldLine
	}
}

// Do does cmd when it is about alerts; false when it is not.
func (h Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	var do func() (reply.Reply, error) // a Reply without Text stands for what alertFailed makes of the error
	switch cmd := cmd.(type) {
	case alertline.Add:
		do = func() (reply.Reply, error) { return h.add(ctx, cmd, q) }
	case alertline.Preview:
		do = func() (reply.Reply, error) { return h.preview(ctx, cmd, q) }
	case alertline.Edit:
		do = func() (reply.Reply, error) { return h.edit(ctx, cmd, q) }
	case standing.List:
		if cmd.Noun != standing.NounAlert {
			return reply.Reply{}, false, nil
		}
		do = func() (reply.Reply, error) { return h.list(ctx, cmd.All, q) }
	case press:
		do = func() (reply.Reply, error) { return h.pressed(ctx, cmd, q) }
	case standing.Command:
		id, alone := cmd.Alone()
		switch {
		case cmd.Noun != standing.NounAlert:
			return reply.Reply{}, false, nil
		case !alone:
			of := standing.Things{Kept: h.Alerts != nil, Away: alertFailed(nil), Zone: h.Zone, Find: h.find, All: h.all}
			r, err = of.Several(ctx, cmd, q)
			return r, true, err
		}
		do = func() (reply.Reply, error) { return h.one(ctx, cmd, id, q) }
	default:
		return reply.Reply{}, false, nil
	}
	if h.Alerts == nil {
		return notKept(), true, nil
	}
	if r, err = do(); err != nil && r.Text == "" {
		r = alertFailed(err)
	}
	return r, true, err
}

// one does what is asked of one alert that stands.
func (h Handler) one(ctx context.Context, c standing.Command, id int64, q request.Question) (reply.Reply, error) {
	switch c.Verb {
	case "show":
		return h.show(ctx, id, q)
	case "test":
		return h.test(ctx, id, q)
	default:
		return h.change(ctx, c, id, q)
	}
}

// alertReply is one sentence about alerts, and lines to copy.
func alertReply(line string, try ...string) reply.Reply {
	example := len(try) > 0 && strings.HasPrefix(try[0], alertline.ExampleAlert)
	return reply.Reply{Outcome: "alert", Lines: []string{line}, Try: try, Example: example, Text: reply.JoinSentences(line, reply.TryText(try))}
}

// notKept says that there are no alerts at all.
func notKept() reply.Reply {
	return alertReply("Alerts are not kept here: ahtbot runs without a store for them. Whoever runs it can change that.")
}

// beside is r about what stands in a field of the form.
func beside(field string, r reply.Reply) reply.Reply {
	r.Field = field
	return r
}

// alertMistake is alertReply about a line that can't be done as it was typed.
func alertMistake(line string, try ...string) reply.Reply {
	r := alertReply(line, try...)
	r.Outcome = "usage"
	return r
}

func alertFailed(err error) reply.Reply {
	if errors.Is(err, request.ErrChanged) {
		return changedMeanwhile("Somebody else changed that alert at the same moment, so I left it as it is. Look at it, then try again:", alertline.TryAlert("list"))
	}
	return request.NotKept(err, "The store that keeps alerts does not answer. If this was to change something, I can't say whether it did. Try again in a minute.")
}

// changedMeanwhile says that nothing was done since somebody else has done something.
func changedMeanwhile(line string, try ...string) reply.Reply {
	r := alertReply(line, try...)
	r.Outcome = "changed"
	return r
}

// standing returns an alert, or what to say when there is none.
func (h Handler) standing(ctx context.Context, id int64, q request.Question) (alert.Standing, *reply.Reply, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	if err != nil {
		return s, nil, err
	}
	var no reply.Reply
	switch {
	case !ok:
		no = alertMistake(fmt.Sprintf("There is no alert #%d. These are all there are:", id), alertline.TryAlert("list all"))
	case !s.Watch.Removed.IsZero():
		no = alertMistake(fmt.Sprintf("Alert #%d was removed at %s. To bring it back:", id, reply.Clock(s.Watch.Removed, q.At, h.Zone)), alertline.TryAlert("restore %d", id))
	default:
		return s, nil, nil
	}
	return s, &no, nil
}

// removed returns an alert that can come back, or what to say when there is none.
func (h Handler) removed(ctx context.Context, id int64, _ request.Question) (alert.Standing, *reply.Reply, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	var no reply.Reply
	switch {
	case err != nil:
		return s, nil, err
	case !ok:
		no = alertMistake(fmt.Sprintf("Alert #%d can't come back: it was removed more than ten minutes ago, or never was. To make a new one:", id), alertline.ExampleAlert)
	case s.Watch.Removed.IsZero():
		no = alertReply(fmt.Sprintf("Alert #%d stands, there is nothing to bring back. To see it:", id), alertline.TryAlert("show %d", id))
	default:
		return s, nil, nil
	}
	return s, &no, nil
}

// changeable is an alert for who may do verb to it; the others get the refusal.
func (h Handler) changeable(ctx context.Context, verb string, id int64, q request.Question) (alert.Standing, *reply.Reply, error) {
	find := h.standing
	if verb == "restore" {
		find = h.removed
	}
	s, no, err := find(ctx, id, q)
	if no == nil && err == nil {
		no, err = h.may(ctx, verb, s.Watch, q)
	}
	return s, no, err
}

// Editable is an alert for who may edit it; the others get the refusal, as do all when there is none or the store is away.
func (h Handler) Editable(ctx context.Context, id int64, q request.Question) (alert.Standing, *reply.Reply, error) {
	if h.Alerts == nil {
		return alert.Standing{}, new(notKept()), nil
	}
	s, no, err := h.changeable(ctx, "edit", id, q)
	if err != nil && no == nil {
		no = new(alertFailed(err))
	}
	return s, no, err
}

// may returns the refusal when who asks may not do verb to an alert by a line. In its channel
// anybody may mute it, as with the button; what one person alone is told is theirs to mute.
func (h Handler) may(ctx context.Context, verb string, w alert.Watch, q request.Question) (*reply.Reply, error) {
	mute := verb == "mute" || verb == "unmute"
	if mute && (w.Channel == q.User || !alertpost.Personal(w.Channel) && w.Channel == q.Place) {
		return nil, nil //nolint:nilnil // no refusal and no error is what permits
	}
	no, err := h.MayChange(ctx, w.By, fmt.Sprintf("made alert #%d", w.ID), q)
	if mute && no != nil && err == nil && !alertpost.Personal(w.Channel) {
		*no = reply.WithLines(*no, append(no.Lines, "In the channel it is told in, anybody can mute it."))
	}
	return no, err
}

// lineButton is one button that runs a line.
func lineButton(label, format string, args ...any) []reply.Button {
	return []reply.Button{{Action: reply.ActionLine, Label: label, Value: fmt.Sprintf(format, args...)}}
}

// noPeople refuses an alert on a person, with the reason.
func noPeople() reply.Reply {
	line := "I don't watch single people. Five calls in two hours prove nothing about anybody, and a figure like that is for a talk, not for a siren. An alert watches a campaign:"
	return beside(form.FieldCampaign, alertMistake(line, alertline.ExampleAlert))
}

// usual is the usual band of t at a moment; the zero Band while too little is known.
func (h Handler) usual(ctx context.Context, t aht.Target, q request.Question) (aht.Band, error) {
	if h.History == nil {
		return aht.Band{}, nil
	}
	history, err := h.History(ctx, t, q.At.Add(-keptFor), q.At)
	if err != nil {
		return aht.Band{}, err
	}
	band, _ := aht.Usual(history, q.At, h.Zone)
	return band, nil
}
