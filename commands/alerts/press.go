package alerts

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// press is a button of an alert's message. Its value is the alert's id and the episode,
// and for Mute how long, as 7/3/30m, 7/3/tomorrow, or 7/3/off, which ends a mute.
type press struct {
	action   reply.Action
	id       int64
	episode  int // 0 is of a test
	wait     time.Duration
	tomorrow bool
}

// ReadPress reads what pressValue wrote.
func ReadPress(action reply.Action, value string) (request.Command, error) {
	parts := strings.Split(value, "/")
	if len(parts) < 2 || (len(parts) == 3) != (action == reply.ActionMute) || len(parts) > 3 {
		return nil, request.ErrOldButton
	}
	id, err := strconv.ParseInt(parts[0], 10, 64)
	episode, err2 := strconv.Atoi(parts[1])
	if err != nil || err2 != nil || id <= 0 || episode < 0 {
		return nil, request.ErrOldButton
	}
	p := press{action: action, id: id, episode: episode}
	if action != reply.ActionMute {
		return p, nil
	}
	switch parts[2] {
	case alertpost.MuteTomorrow:
		p.tomorrow = true
	case alertpost.MuteOff:
	default:
		if p.wait, err = aht.ParseDuration(parts[2]); err != nil || p.wait == 0 {
			return nil, request.ErrOldButton
		}
	}
	return p, nil
}

// pressed does what a button of an alert's message asks. The answer is for who pressed;
// everybody sees the message itself change.
func (h Handler) pressed(ctx context.Context, p press, q request.Question) (reply.Reply, error) {
	if p.action == reply.ActionDetails {
		return h.show(ctx, p.id, q)
	}
	s, no, err := h.standing(ctx, p.id, q)
	if no == nil && err == nil && alertpost.Personal(s.Watch.Channel) && s.Watch.Channel != q.User {
		no, err = h.may(ctx, "acknowledge", s.Watch, q)
	}
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	switch {
	case p.episode == 0:
		return alertReply("That message was only a test, so there is nothing to take on or to mute."), nil
	case p.episode != s.State.Episode || !s.State.Open():
		return h.over(s, p, q), nil
	case p.action == reply.ActionAck:
		return h.acknowledge(ctx, s, p, q)
	}
	mute := standing.Command{Noun: standing.NounAlert, Verb: "mute", For: p.wait, Tomorrow: p.tomorrow}
	do, able := h.deed(s, mute, q)
	if !able {
		return alertReply("It is not muted any more."), nil
	}
	if err := do(ctx); err != nil {
		return reply.Reply{}, err
	}
	return h.changed(s, mute, q), nil
}

// over answers the press on an alert that has ended.
func (h Handler) over(s alert.Standing, p press, q request.Question) reply.Reply {
	line := "That alert is over, so nothing was changed."
	if p.episode == s.State.Episode && !s.State.EndedAt.IsZero() {
		line = fmt.Sprintf("That alert ended at %s, so nothing was changed.", reply.When(s.State.EndedAt, q.At, h.Zone))
	}
	if s.State.Open() {
		line += " The same rule fires again, in a newer message: press there."
	}
	return alertReply(line)
}

// acknowledge takes an alert on for who asks. The first one counts.
func (h Handler) acknowledge(ctx context.Context, s alert.Standing, p press, q request.Question) (reply.Reply, error) {
	if s.State.AckedBy == "" {
		var err error
		if s, err = h.Alerts.Amend(ctx, p.id, q.User, "acknowledged", acking(p.episode, q)); err != nil {
			return reply.Reply{}, err
		}
	}
	switch by := s.State.AckedBy; {
	case by == "" || s.State.Episode != p.episode: // it ended while we asked
		return h.over(s, p, q), nil
	case by != q.User:
		r := alertReply("Somebody has taken this on already, so it stays with them.")
		r.Credits = []reply.Credit{{Role: reply.RoleAcknowledged, ID: by, When: "at " + reply.When(s.State.AckedAt, q.At, h.Zone)}}
		return r, nil
	default:
		return alertReply("You have taken this on: the message shows your name, and no reminders come."), nil
	}
}

// acking acknowledges an episode, if it still stands and nobody has.
func acking(episode int, q request.Question) func(alert.Standing) (alert.State, alert.Update, bool) {
	return func(s alert.Standing) (alert.State, alert.Update, bool) {
		if s.State.Episode != episode {
			return s.State, alert.Update{}, false
		}
		st, first := alert.Acknowledge(s.State, q.User, q.At)
		s.State = st
		return st, alert.Update{Standing: s, Person: q.User, Action: alert.Acked, At: q.At}, first
	}
}

// Typed is [request.Command].
func (press) Typed(grammar.Writer) string { return request.CommandWord }

// Effect is [request.Command].
func (press) Effect() request.Effect { return request.EffectChange }
