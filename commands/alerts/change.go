package alerts

import (
	"context"
	"fmt"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// change does what a line asks that changes how one alert stands.
func (h Handler) change(ctx context.Context, c standing.Command, id int64, q request.Question) (reply.Reply, error) {
	s, no, err := h.changeable(ctx, c.Verb, id, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	do, able := h.deed(s, c, q)
	if !able {
		return likeThat(id, c.Verb), nil
	}
	if err := do(ctx); err != nil {
		return reply.Reply{}, err
	}
	return h.changed(s, c, q), nil
}

// deed is what does c to an alert; false when it is like that already.
func (h Handler) deed(s alert.Standing, c standing.Command, q request.Question) (do func(context.Context) error, able bool) {
	id, paused := s.Watch.ID, s.State.Paused
	switch c.Verb {
	case "remove":
		return func(ctx context.Context) error { return h.remove(ctx, s, q) }, true
	case "restore":
		return func(ctx context.Context) error {
			w := s.Watch
			w.Removed = time.Time{}
			_, err := h.Alerts.Change(ctx, w, q.User, "restored")
			return err
		}, !s.Watch.Removed.IsZero()
	case "pause":
		return h.amends(id, "paused", stopping(q, false), q), !paused
	case "resume":
		return h.amends(id, "resumed", func(s alert.Standing) (alert.State, alert.Update, bool) {
			return alert.Resume(s.State), alert.Update{}, false
		}, q), paused
	default:
		until := muteEnd(s.Watch.Rule, c.For, c.Tomorrow, q.At, h.Zone)
		return h.mutes(id, until, q), !until.IsZero() || s.State.Muted(q.At)
	}
}

// changed says what c has made of an alert that stood as s.
func (h Handler) changed(s alert.Standing, c standing.Command, q request.Question) reply.Reply {
	id := s.Watch.ID
	var line, next, undo string
	switch c.Verb {
	case "pause":
		line, next = fmt.Sprintf("Alert #%d is paused: nothing is judged and nothing is told. To go on:", id), "resume"
		if s.State.Open() {
			line = fmt.Sprintf("Alert #%d is paused, and the alert that stood is ended: its message says so. To go on:", id)
		}
	case "resume":
		line, next, undo = fmt.Sprintf("Alert #%d goes on with the next reading. What came before the pause counts for nothing. To see how it stands:", id), "show", "pause"
	case "remove":
		line, next, undo = fmt.Sprintf("Alert #%d on %s is removed. For ten minutes it can come back as it was:", id, reply.Subject(s.Watch.Target)), "restore", "restore"
	case "restore":
		line, next = fmt.Sprintf("Alert #%d on %s is back, as it was. To see it:", id, reply.Subject(s.Watch.Target)), "show"
	default:
		until := muteEnd(s.Watch.Rule, c.For, c.Tomorrow, q.At, h.Zone)
		if until.IsZero() {
			return alertReply(fmt.Sprintf("Alert #%d tells again as ever.", id))
		}
		line, next = fmt.Sprintf("Alert #%d is muted until %s: it watches on, and tells nobody. To end that:", id, reply.When(until, q.At, h.Zone)), "unmute"
	}
	r := alertReply(line, alertline.TryAlert("%s %d", next, id))
	if undo != "" {
		r.Buttons = lineButton("Undo", "alert %s %d", undo, id)
	}
	return r
}

// likeThat says that an alert is as verb would have it.
func likeThat(id int64, verb string) reply.Reply {
	switch verb {
	case "pause":
		return alertReply(fmt.Sprintf("Alert #%d is paused already. To go on:", id), alertline.TryAlert("resume %d", id))
	case "resume":
		return alertReply(fmt.Sprintf("Alert #%d is not paused. This is how it stands:", id), alertline.TryAlert("show %d", id))
	default:
		return alertReply(fmt.Sprintf("Alert #%d is not muted, so it tells as ever.", id))
	}
}

// amends is what changes how an alert stands.
func (h Handler) amends(id int64, did string, change func(alert.Standing) (alert.State, alert.Update, bool), q request.Question) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := h.Alerts.Amend(ctx, id, q.User, did, change)
		return err
	}
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

// mutes keeps notices back until a time; the zero time ends a mute.
func (h Handler) mutes(id int64, until time.Time, q request.Question) func(context.Context) error {
	did, gesture := "muted", alert.Muted
	if until.IsZero() {
		did, gesture = "unmuted", alert.Unmuted
	}
	return h.amends(id, did, func(s alert.Standing) (alert.State, alert.Update, bool) {
		s.State = alert.Mute(s.State, until)
		return s.State, alert.Update{Standing: s, Person: q.User, Action: gesture, At: q.At}, s.State.Open() && s.State.Notified // else there is no thread
	}, q)
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

// remove takes an alert away, and ends what fires.
func (h Handler) remove(ctx context.Context, s alert.Standing, q request.Question) (err error) {
	if s.State.Open() {
		if s, err = h.Alerts.Amend(ctx, s.Watch.ID, q.User, "stopped", stopping(q, true)); err != nil {
			return err
		}
	}
	s.Watch.Removed = q.At
	_, err = h.Alerts.Change(ctx, s.Watch, q.User, "removed")
	return err
}

// test posts what the alert would look like.
func (h Handler) test(ctx context.Context, id int64, q request.Question) (reply.Reply, error) {
	s, no, err := h.changeable(ctx, "test", id, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	goal, _ := h.Goals.Goal(s.Watch.Target)
	course, band := h.course(ctx, s, q)
	rule := h.figures(s.Watch, band)
	if waiting(rule) {
		r := alertReply(reply.JoinSentences("There is no line to show yet, so nothing was posted.", h.waitsWords(s.Watch)), alertline.TryAlert("show %d", id))
		r.Buttons = h.appendTarget(nil, s.Watch)
		return r, nil
	}
	s.State = exampleState(rule, band, q.At)
	if rule.Line.Of == alert.BaseTarget {
		s.State.Goal = goal.Mean
	}
	earliest, _ := alert.EarliestClear(s.Watch.Rule, s.State)
	err = h.Alerts.Post(ctx, alert.Card{Standing: s, Goal: goal, Course: course, Earliest: earliest, Test: true})
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

// all are the alerts that all means.
func (h Handler) all(ctx context.Context, q request.Question) (ids []int64, err error) {
	all, err := h.Alerts.All(ctx)
	for _, s := range all {
		if standing.Direct(q) && s.Watch.By == q.User || !standing.Direct(q) && s.Watch.Channel == here(q) {
			ids = append(ids, s.Watch.ID)
		}
	}
	return ids, err
}

// find is what is to become of one alert.
func (h Handler) find(ctx context.Context, c standing.Command, id int64, q request.Question) (standing.One, error) {
	s, ok, err := h.Alerts.Alert(ctx, id)
	o := standing.One{ID: id, Name: fmt.Sprintf("%s, %s", reply.Short(s.Watch.Target.Name()), alertpost.Condition(h.figures(s.Watch, s.State.Usual)))}
	if err != nil || !ok {
		o.Result = standing.ResultMissing
		return o, err
	}
	gone, restores := !s.Watch.Removed.IsZero(), c.Verb == "restore"
	no, err := h.may(ctx, c.Verb, s.Watch, q)
	switch {
	case err != nil:
		return o, err
	case gone && !restores:
		o.Result = standing.ResultRemoved
	case no != nil:
		o.Result = standing.ResultForeign
	default:
		o.Do, ok = h.deed(s, c, q)
		if o.Result = standing.ResultAlready; ok {
			o.Result = standing.ResultDone
		}
	}
	return o, nil
}
