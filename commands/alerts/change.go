package alerts

import (
	"context"
	"fmt"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// pause stops judging, and ends what fires.
func (h Handler) pause(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	if s.State.Paused {
		return alertReply(fmt.Sprintf("Alert #%d is paused already. To go on:", id), alertline.TryAlert("resume %d", id)), nil
	}
	if err = h.pausing(ctx, id, q); err != nil {
		return reply.Reply{}, err
	}
	line := fmt.Sprintf("Alert #%d is paused: nothing is judged and nothing is told. To go on:", id)
	if s.State.Open() {
		line = fmt.Sprintf("Alert #%d is paused, and the alert that stood is ended: its message says so. To go on:", id)
	}
	return alertReply(line, alertline.TryAlert("resume %d", id)), nil
}

// pausing pauses an alert.
func (h Handler) pausing(ctx context.Context, id int64, q request.Question) error {
	_, err := h.Alerts.Amend(ctx, id, q.User, "paused", stopping(q, false))
	return err
}

// resuming has an alert judged again.
func (h Handler) resuming(ctx context.Context, id int64, q request.Question) error {
	_, err := h.Alerts.Amend(ctx, id, q.User, "resumed", func(s alert.Standing) (alert.State, alert.Update, bool) {
		return alert.Resume(s.State), alert.Update{}, false
	})
	return err
}

// stopping pauses a rule, and resumes it at once when that is only to end what fires. The
// end is told if it may be told now; else the loop tells it when its time comes.
func stopping(q request.Question, resume bool) func(alert.Standing) (alert.State, alert.Update, bool) {
	return func(s alert.Standing) (alert.State, alert.Update, bool) {
		paused := s.State.Paused
		_, st := alert.Pause(s.State, q.At)
		why, st := alert.Notify(s.Watch.Rule, st, q.At)
		if resume && !paused {
			st = alert.Resume(st)
		}
		s.State = st
		return st, alert.Update{Standing: s, Why: why, Person: q.User, At: q.At}, why != ""
	}
}

// resume judges again.
func (h Handler) resume(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	if !s.State.Paused {
		return alertReply(fmt.Sprintf("Alert #%d is not paused. This is how it stands:", id), alertline.TryAlert("show %d", id)), nil
	}
	if err = h.resuming(ctx, id, q); err != nil {
		return reply.Reply{}, err
	}
	r := alertReply(fmt.Sprintf("Alert #%d goes on with the next reading. What came before the pause counts for nothing. To see how it stands:", id), alertline.TryAlert("show %d", id))
	r.Buttons = []reply.Button{{Action: reply.ActionLine, Label: "Undo", Value: fmt.Sprintf("alert pause %d", id)}}
	return r, nil
}

// muteAlert keeps notices back. In its channel anybody may, as with the button; what one
// person alone is told is theirs to mute.
func (h Handler) muteAlert(ctx context.Context, c alertline.Mute, q request.Question) (reply.Reply, error) {
	s, no, err := h.standing(ctx, c.ID, q)
	if no == nil && err == nil {
		no, err = h.mayMute(ctx, s.Watch, q)
	}
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	until := muteEnd(s.Watch.Rule, c.For, c.Tomorrow, q.At, h.Zone)
	if until.IsZero() && !s.State.Muted(q.At) {
		return alertReply(fmt.Sprintf("Alert #%d is not muted, so it tells as ever.", c.ID)), nil
	}
	return h.mute(ctx, c.ID, until, q)
}

// mayMute returns the refusal when who asks may not mute an alert by a line.
func (h Handler) mayMute(ctx context.Context, w alert.Watch, q request.Question) (*reply.Reply, error) {
	if w.Channel == q.User || !alertpost.Personal(w.Channel) && w.Channel == q.Place {
		return nil, nil //nolint:nilnil // no refusal and no error is what permits
	}
	no, err := h.mayChangeIt(ctx, w, q)
	if no != nil && err == nil && !alertpost.Personal(w.Channel) {
		*no = reply.WithLines(*no, append(no.Lines, "In the channel it is told in, anybody can mute it."))
	}
	return no, err
}

// gestured is standing for who may acknowledge and mute the alert.
func (h Handler) gestured(ctx context.Context, id int64, q request.Question) (alert.Standing, *reply.Reply, error) {
	s, no, err := h.standing(ctx, id, q)
	if no == nil && err == nil && alertpost.Personal(s.Watch.Channel) && s.Watch.Channel != q.User {
		no, err = h.mayChangeIt(ctx, s.Watch, q)
	}
	return s, no, err
}

// mute mutes until a time, or ends a mute with the zero time.
func (h Handler) mute(ctx context.Context, id int64, until time.Time, q request.Question) (reply.Reply, error) {
	if err := h.muting(ctx, id, until, q); err != nil {
		return reply.Reply{}, err
	}
	if until.IsZero() {
		return alertReply(fmt.Sprintf("Alert #%d tells again as ever.", id)), nil
	}
	return alertReply(fmt.Sprintf("Alert #%d is muted until %s: it watches on, and tells nobody. To end that:", id, reply.When(until, q.At, h.Zone)), alertline.TryAlert("unmute %d", id)), nil
}

// muting is mute without its answer.
func (h Handler) muting(ctx context.Context, id int64, until time.Time, q request.Question) error {
	did, gesture := "muted", alert.Muted
	if until.IsZero() {
		did, gesture = "unmuted", alert.Unmuted
	}
	_, err := h.Alerts.Amend(ctx, id, q.User, did, func(s alert.Standing) (alert.State, alert.Update, bool) {
		s.State = alert.Mute(s.State, until)
		return s.State, alert.Update{Standing: s, Person: q.User, Action: gesture, At: q.At}, s.State.Open() && s.State.Notified // else there is no thread
	})
	return err
}

// muteEnd returns when a mute ends: after d, or tomorrow when active hours begin, which is
// at 6:00 for a rule without any.
func muteEnd(r alert.Rule, d time.Duration, tomorrow bool, now time.Time, zone *time.Location) time.Time {
	if !tomorrow {
		if d <= 0 {
			return time.Time{}
		}
		return now.Add(d)
	}
	if r.Active.Zone != nil {
		zone = r.Active.Zone
	}
	y, m, day := now.In(zone).Date()
	midnight, morning := time.Date(y, m, day+1, 0, 0, 0, 0, zone), time.Date(y, m, day+1, 6, 0, 0, 0, zone)
	if r.Active.IsZero() || r.Active.Open(midnight) { // hours that run over midnight are this evening's
		return r.Active.Next(morning)
	}
	return r.Active.Next(midnight)
}

// test posts what the alert would look like.
func (h Handler) test(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	goal, _ := h.Goals.Goal(s.Watch.Target)
	course, band := h.course(ctx, s, q)
	rule := h.figures(s.Watch, band)
	if waiting(rule) {
		return alertReply(reply.JoinSentences("There is no line to show yet, so nothing was posted.", h.waitsWords(s.Watch)), grammar.FirstOf(h.targetTry(s.Watch), alertline.TryAlert("show %d", id))), nil
	}
	s.State = exampleState(rule, band, q.At)
	if rule.Line.Of == alert.BaseTarget {
		s.State.Goal = goal.Mean
	}
	err = h.Alerts.Post(ctx, alert.Card{Standing: s, Goal: goal, Course: course, Earliest: earliestOf(s), Test: true})
	if no := placeRefusal(err); no != nil {
		return *no, err
	}
	if err != nil {
		line := "Slack did not say whether the test was posted. Look there before you try again."
		r := alertReply(line)
		r.Outcome = "unsure"
		return r, err
	}
	return alertReply(fmt.Sprintf("Posted a test of alert #%d to %s. It looks as if it fired now; nothing else changed.", id, whereWords(s.Watch.Channel, q))), nil
}

// exampleState is how a rule would stand that fires at now, a tenth past its line.
func exampleState(r alert.Rule, band aht.Band, now time.Time) alert.State {
	s := alert.State{Phase: alert.PhaseFiring, CrossedAt: now.Add(-r.For), FiredAt: now, Last: now, Why: alert.Fired, Usual: band}
	switch r.Kind {
	case alert.KindAbove, alert.KindOutside:
		s.Mean = r.High + r.High/10
	case alert.KindBelow:
		s.Mean = r.Low - r.Low/10
	case alert.KindNoCalls:
	}
	s.Mean = s.Mean.Round(time.Second)
	s.Peak = s.Mean
	return s
}

// remove takes an alert away, and ends what fires.
func (h Handler) remove(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	if err = h.removing(ctx, s, q); err != nil {
		return reply.Reply{}, err
	}
	r := alertReply(fmt.Sprintf("Alert #%d on %s is removed. For ten minutes it can come back as it was:", id, reply.Subject(s.Watch.Target)), alertline.TryAlert("restore %d", id))
	r.Buttons = []reply.Button{{Action: reply.ActionLine, Label: "Undo", Value: fmt.Sprintf("alert restore %d", id)}}
	return r, nil
}

// removing takes an alert away, and ends what fires.
func (h Handler) removing(ctx context.Context, s alert.Standing, q request.Question) (err error) {
	if s.State.Open() {
		if s, err = h.Alerts.Amend(ctx, s.Watch.ID, q.User, "stopped", stopping(q, true)); err != nil {
			return err
		}
	}
	s.Watch.Removed = q.At
	_, err = h.Alerts.Change(ctx, s.Watch, q.User, "removed")
	return err
}

// restoring brings back an alert that was removed.
func (h Handler) restoring(ctx context.Context, w alert.Watch, q request.Question) error {
	w.Removed = time.Time{}
	_, err := h.Alerts.Change(ctx, w, q.User, "restored")
	return err
}

// restore undoes a removal.
func (h Handler) restore(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	switch {
	case err != nil:
		return reply.Reply{}, err
	case !ok:
		return alertMistake(fmt.Sprintf("Alert #%d can't come back: it was removed more than ten minutes ago, or never was. To make a new one:", id), alertline.ExampleAlert), nil
	case s.Watch.Removed.IsZero():
		return alertReply(fmt.Sprintf("Alert #%d stands, there is nothing to bring back. To see it:", id), alertline.TryAlert("show %d", id)), nil
	}
	if no, err := h.mayChangeIt(ctx, s.Watch, q); no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	if err = h.restoring(ctx, s.Watch, q); err != nil {
		return reply.Reply{}, err
	}
	return alertReply(fmt.Sprintf("Alert #%d on %s is back, as it was. To see it:", id, reply.Subject(s.Watch.Target)), alertline.TryAlert("show %d", id)), nil
}
