package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// edit does what an alertline.Edit asks.
func (h Handler) edit(ctx context.Context, c alertline.Edit, q request.Question) (reply.Reply, error) {
	s, no, err := h.changeable(ctx, "edit", c.ID, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	was := s.Watch
	now, no, err := h.edited(ctx, was, c, q)
	like := no == nil && err == nil && now.Channel == was.Channel && sameRule(now.Rule, was.Rule)
	switch {
	case like: // as it is when the same is sent twice
		return alertReply(fmt.Sprintf("Alert #%d says exactly that already, so nothing changed. To look at it:", c.ID), alertline.TryAlert("show %d", c.ID)), nil
	case c.Version != 0 && c.Version != was.Version:
		return editedMeanwhile(c.ID), nil
	case no != nil || err != nil:
		return standing.OrNothing(no), err
	}
	if now, err = h.Alerts.Change(ctx, now, q.User, "edited"); c.Version != 0 && errors.Is(err, request.ErrChanged) {
		return editedMeanwhile(c.ID), nil
	} else if err != nil {
		return reply.Reply{}, err
	}
	if err = h.tellEdited(ctx, was.Rule, now, s.State, q); err != nil {
		return reply.Reply{}, err
	}
	var unsure string
	if now.Channel != was.Channel {
		if unsure, no, err = h.announce(ctx, now, q); no != nil {
			was.Version = now.Version
			_, undo := h.Alerts.Change(ctx, was, q.User, "edited")
			if undo != nil {
				return reply.Reply{}, errors.Join(err, undo)
			}
			return reply.WithLines(*no, append([]string{fmt.Sprintf("Alert #%d stays as it was.", c.ID)}, no.Lines...)), err
		}
	}
	r := h.understood(ctx, now, was.Rule, q)
	if undo := h.undoLine(was, now); undo != "" {
		r.Buttons = append(lineButton("Undo", "%s", undo), r.Buttons...)
	}
	return reply.WithLines(r, append(r.Lines, rejudged(s.State)), unsure), err
}

// edited is what c makes of was; a Reply is why that can't be, or the question back.
func (h Handler) edited(ctx context.Context, was alert.Watch, c alertline.Edit, q request.Question) (now alert.Watch, no *reply.Reply, err error) {
	now = was
	if t := c.Draft.Target; !t.IsZero() && t != was.Target {
		return now, new(beside(form.FieldCampaign, alertMistake(fmt.Sprintf("An alert stays with its campaign: #%d watches %s. Make another for %s:", c.ID, reply.Subject(was.Target), reply.Subject(t)), alertline.ExampleAlert))), nil
	}
	if c.Draft.Direct || c.Draft.In != (grammar.Place{}) {
		if now.Channel, no = alertPlace(c.Draft, q); no != nil {
			return now, no, nil
		}
	}
	if now.Rule, err = Edited(was.Rule, c.Draft, h.Zone); err != nil {
		return now, new(editFault(err, c)), nil
	}
	if c.Draft.Kind != 0 {
		as := func(d alertline.Draft) request.Command { return alertline.Edit{ID: c.ID, Draft: d} }
		no, err = h.unfit(ctx, now, c.Draft, as, q)
	}
	return now, no, err
}

// undoLine is the line that makes now what it was again; empty when another place was told
// of it.
func (h Handler) undoLine(was, now alert.Watch) string {
	if was.Channel != now.Channel {
		return ""
	}
	return strings.Join(append([]string{fmt.Sprintf("alert edit %d", now.ID)}, Steps(now.Rule, was.Rule, h.Zone)...), " ")
}

// Steps are the words of an edit that makes the rule to of the rule from, the words of its line first; none where both say the
// same.
func Steps(from, to alert.Rule, zone *time.Location) []string {
	var words []string
	if alertline.TypedLines(from) != alertline.TypedLines(to) {
		words = append(words, alertline.TypedLines(to))
	}
	for _, s := range alertpost.Other(from, to) {
		words = append(words, s.Typed)
	}
	for i := range slices.Backward(words) { // a new line may bring the rest along
		if less := slices.Delete(slices.Clone(words), i, i+1); len(less) > 0 && makes(from, to, less, zone) {
			words = less
		}
	}
	return words
}

// makes reports whether an edit of from by words is to.
func makes(from, to alert.Rule, words []string, zone *time.Location) bool {
	d, left := alertline.Understood(strings.Join(words, " "))
	r, err := Edited(from, d, zone)
	return err == nil && len(left) == 0 && sameRule(r, to)
}

// tellEdited says under a standing alert that its rule was changed from was, and by whom.
func (h Handler) tellEdited(ctx context.Context, was alert.Rule, now alert.Watch, s alert.State, q request.Question) error {
	if !s.Open() || sameRule(was, now.Rule) {
		return nil
	}
	relined := was.Kind != now.Rule.Kind || was.Low != now.Rule.Low || was.High != now.Rule.High || was.Line != now.Rule.Line
	_, err := h.Alerts.Amend(ctx, now.ID, "", "", func(s alert.Standing) (alert.State, alert.Update, bool) {
		if relined {
			s.State = alert.NoteLineMoved(s.State, q.At)
		}
		return s.State, alert.Update{Standing: s, Person: q.User, Action: alert.Edited, At: q.At}, s.State.Open() && s.State.Notified
	})
	return err
}

// rejudged says from when on a change counts.
func rejudged(s alert.State) string {
	switch {
	case s.Paused:
		return "It is paused, so this counts once it is resumed."
	case s.Phase == alert.PhaseFiring:
		return "It is firing. The next reading is judged by the new rule, and the message follows."
	case s.Open():
		return "Its alert is not over. The next reading is judged by the new rule, and the message follows."
	default:
		return "The next reading is judged by the new rule."
	}
}

// editedMeanwhile refuses what was filled in about an alert that is another by now.
func editedMeanwhile(id int64) reply.Reply {
	r := changedMeanwhile(fmt.Sprintf("Somebody changed alert #%d while this form was open, so nothing was done. What you filled in is still here. To see the change:", id), alertline.TryAlert("show %d", id))
	r.Buttons = []reply.Button{{Action: reply.ActionForm, Label: "Load how it stands now", Value: fmt.Sprintf("alert edit %d", id)}}
	return r
}

// Edited lays a draft over a rule. New lines bring their default clear lines, unless
// somebody chose the old ones.
func Edited(was alert.Rule, d alertline.Draft, zone *time.Location) (alert.Rule, error) {
	now := was
	if d.Kind != 0 {
		plain, err := d.Plain(was.Interval)
		if err != nil {
			return was, err
		}
		now.Kind, now.Low, now.High, now.Line = plain.Kind, plain.Low, plain.High, plain.Line
		now = withClear(now, plain)
		now.Guard = plain.Guard && (was.Guard || was.Kind == alert.KindNoCalls)
		usual, err := was.Default()
		if err == nil && was.Kind == now.Kind && was.Line.Of == now.Line.Of && withClear(was, usual) != was {
			now = withClear(now, was)
		}
	}
	return d.Over(now, zone)
}

// withClear is r with the clear lines of another.
func withClear(r, of alert.Rule) alert.Rule {
	r.Clear, r.ClearLow, r.ClearHigh = of.Clear, of.ClearLow, of.ClearHigh
	return r
}

// editFault is ruleFault with a line that changes this very alert, where new lines left the
// clear line on the wrong side.
func editFault(err error, c alertline.Edit) reply.Reply {
	r := ruleFault(err)
	if fits, wrong := c.Draft.Plain(time.Minute); errors.Is(err, alert.ErrClear) && wrong == nil {
		r.Try = []string{alertline.TryAlert("edit %d %s clear %s", c.ID, alertline.TypedLines(fits), alertline.TypedClear(fits))}
		return reply.WithLines(r, r.Lines)
	}
	return r
}
