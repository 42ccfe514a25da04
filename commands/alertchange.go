package commands

import (
	"context"
	"fmt"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// pauseAlert stops judging, and ends what fires.
func (h AlertRoom) pauseAlert(ctx context.Context, id int64, q Question) (Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return orNothing(no), err
	}
	if s.State.Paused {
		return alertReply(fmt.Sprintf("Alert #%d is paused already. To go on:", id), tryAlert("resume %d", id)), nil
	}
	if err = h.pausing(ctx, id, q); err != nil {
		return Reply{}, err
	}
	line := fmt.Sprintf("Alert #%d is paused: nothing is judged and nothing is told. To go on:", id)
	if s.State.Open() {
		line = fmt.Sprintf("Alert #%d is paused, and the alert that stood is ended: its message says so. To go on:", id)
	}
	return alertReply(line, tryAlert("resume %d", id)), nil
}

// pausing pauses an alert.
func (h AlertRoom) pausing(ctx context.Context, id int64, q Question) error {
	_, err := h.Alerts.Amend(ctx, id, q.User, "paused", stopping(q, false))
	return err
}

// resuming has an alert judged again.
func (h AlertRoom) resuming(ctx context.Context, id int64, q Question) error {
	_, err := h.Alerts.Amend(ctx, id, q.User, "resumed", func(s alert.Standing) (alert.State, alert.Update, bool) {
		return alert.Resume(s.State), alert.Update{}, false
	})
	return err
}

// stopping pauses a rule, and resumes it at once when that is only to end what fires. The
// end is told if it may be told now; else the loop tells it when its time comes.
func stopping(q Question, resume bool) func(alert.Standing) (alert.State, alert.Update, bool) {
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

// resumeAlert judges again.
func (h AlertRoom) resumeAlert(ctx context.Context, id int64, q Question) (Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return orNothing(no), err
	}
	if !s.State.Paused {
		return alertReply(fmt.Sprintf("Alert #%d is not paused. This is how it stands:", id), tryAlert("show %d", id)), nil
	}
	if err = h.resuming(ctx, id, q); err != nil {
		return Reply{}, err
	}
	r := alertReply(fmt.Sprintf("Alert #%d goes on with the next reading. What came before the pause counts for nothing. To see how it stands:", id), tryAlert("show %d", id))
	r.Buttons = []Button{{Action: ActionLine, Label: "Undo", Value: fmt.Sprintf("alert pause %d", id)}}
	return r, nil
}

// muteAlert keeps notices back. In its channel anybody may, as with the button; what one
// person alone is told is theirs to mute.
func (h AlertRoom) muteAlert(ctx context.Context, c MuteAlert, q Question) (Reply, error) {
	s, no, err := h.standing(ctx, c.ID, q)
	if no == nil && err == nil {
		no, err = h.mayMute(ctx, s.Watch, q)
	}
	if no != nil || err != nil {
		return orNothing(no), err
	}
	until := muteEnd(s.Watch.Rule, c.For, c.Tomorrow, q.At, h.Zone)
	if until.IsZero() && !s.State.Muted(q.At) {
		return alertReply(fmt.Sprintf("Alert #%d is not muted, so it tells as ever.", c.ID)), nil
	}
	return h.mute(ctx, c.ID, until, q)
}

// mayMute returns the refusal when who asks may not mute an alert by a line.
func (h AlertRoom) mayMute(ctx context.Context, w alert.Watch, q Question) (*Reply, error) {
	if w.Channel == q.User || !personal(w.Channel) && w.Channel == q.Place {
		return nil, nil //nolint:nilnil // no refusal and no error is what permits
	}
	no, err := h.mayChangeAlert(ctx, w, q)
	if no != nil && err == nil && !personal(w.Channel) {
		*no = withLines(*no, append(no.Lines, "In the channel it is told in, anybody can mute it."))
	}
	return no, err
}

// gestured is standing for who may acknowledge and mute the alert.
func (h AlertRoom) gestured(ctx context.Context, id int64, q Question) (alert.Standing, *Reply, error) {
	s, no, err := h.standing(ctx, id, q)
	if no == nil && err == nil && personal(s.Watch.Channel) && s.Watch.Channel != q.User {
		no, err = h.mayChangeAlert(ctx, s.Watch, q)
	}
	return s, no, err
}

// mute mutes until a time, or ends a mute with the zero time.
func (h AlertRoom) mute(ctx context.Context, id int64, until time.Time, q Question) (Reply, error) {
	if err := h.muting(ctx, id, until, q); err != nil {
		return Reply{}, err
	}
	if until.IsZero() {
		return alertReply(fmt.Sprintf("Alert #%d tells again as ever.", id)), nil
	}
	return alertReply(fmt.Sprintf("Alert #%d is muted until %s: it watches on, and tells nobody. To end that:", id, when(until, q.At, h.Zone)), tryAlert("unmute %d", id)), nil
}

// muting is mute without its answer.
func (h AlertRoom) muting(ctx context.Context, id int64, until time.Time, q Question) error {
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

// testAlert posts what the alert would look like.
func (h AlertRoom) testAlert(ctx context.Context, id int64, q Question) (Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return orNothing(no), err
	}
	goal, _ := h.Goals.Goal(s.Watch.Target)
	course, band := h.course(ctx, s, q)
	rule := h.figures(s.Watch, band)
	if waiting(rule) {
		return alertReply(joinSentences("There is no line to show yet, so nothing was posted.", h.waitsWords(s.Watch)), firstOf(h.targetTry(s.Watch), tryAlert("show %d", id))), nil
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

// removeAlert takes an alert away, and ends what fires.
func (h AlertRoom) removeAlert(ctx context.Context, id int64, q Question) (Reply, error) {
	s, no, err := h.owned(ctx, id, q)
	if no != nil || err != nil {
		return orNothing(no), err
	}
	if err = h.removing(ctx, s, q); err != nil {
		return Reply{}, err
	}
	r := alertReply(fmt.Sprintf("Alert #%d on %s is removed. For ten minutes it can come back as it was:", id, subject(s.Watch.Target)), tryAlert("restore %d", id))
	r.Buttons = []Button{{Action: ActionLine, Label: "Undo", Value: fmt.Sprintf("alert restore %d", id)}}
	return r, nil
}

// removing takes an alert away, and ends what fires.
func (h AlertRoom) removing(ctx context.Context, s alert.Standing, q Question) (err error) {
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
func (h AlertRoom) restoring(ctx context.Context, w alert.Watch, q Question) error {
	w.Removed = time.Time{}
	_, err := h.Alerts.Change(ctx, w, q.User, "restored")
	return err
}

// restoreAlert undoes a removal.
func (h AlertRoom) restoreAlert(ctx context.Context, id int64, q Question) (Reply, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	switch {
	case err != nil:
		return Reply{}, err
	case !ok:
		return alertMistake(fmt.Sprintf("Alert #%d can't come back: it was removed more than ten minutes ago, or never was. To make a new one:", id), exampleAlert), nil
	case s.Watch.Removed.IsZero():
		return alertReply(fmt.Sprintf("Alert #%d stands, there is nothing to bring back. To see it:", id), tryAlert("show %d", id)), nil
	}
	if no, err := h.mayChangeAlert(ctx, s.Watch, q); no != nil || err != nil {
		return orNothing(no), err
	}
	if err = h.restoring(ctx, s.Watch, q); err != nil {
		return Reply{}, err
	}
	return alertReply(fmt.Sprintf("Alert #%d on %s is back, as it was. To see it:", id, subject(s.Watch.Target)), tryAlert("show %d", id)), nil
}
