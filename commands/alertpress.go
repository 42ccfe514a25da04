package commands

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// press is a button of an alert's message. Its value is the alert's id and the episode,
// and for Mute how long, as 7/3/30m, 7/3/tomorrow, or 7/3/off, which ends a mute.
type press struct {
	action   Action
	id       int64
	episode  int // 0 is of a test
	wait     time.Duration
	tomorrow bool
}

// readPress reads what pressValue wrote.
func readPress(action Action, value string) (Command, error) {
	parts := strings.Split(value, "/")
	if len(parts) < 2 || (len(parts) == 3) != (action == ActionMute) || len(parts) > 3 {
		return nil, errOldButton
	}
	id, err := strconv.ParseInt(parts[0], 10, 64)
	episode, err2 := strconv.Atoi(parts[1])
	if err != nil || err2 != nil || id <= 0 || episode < 0 {
		return nil, errOldButton
	}
	p := press{action: action, id: id, episode: episode}
	if action != ActionMute {
		return p, nil
	}
	switch parts[2] {
	case muteTomorrow:
		p.tomorrow = true
	case muteOff:
	default:
		if p.wait, err = aht.ParseDuration(parts[2]); err != nil || p.wait == 0 {
			return nil, errOldButton
		}
	}
	return p, nil
}

// pressed does what a button of an alert's message asks. The answer is for who pressed;
// everybody sees the message itself change.
func (h AlertRoom) pressed(ctx context.Context, p press, q Question) (Reply, error) {
	if p.action == ActionDetails {
		return h.showAlert(ctx, p.id, q)
	}
	s, no, err := h.gestured(ctx, p.id, q)
	if no != nil || err != nil {
		return orNothing(no), err
	}
	switch {
	case p.episode == 0:
		return alertReply("That message was only a test, so there is nothing to take on or to mute."), nil
	case p.episode != s.State.Episode || !s.State.Open():
		return h.over(s, p, q), nil
	case p.action == ActionAck:
		return h.acknowledge(ctx, s, p, q)
	}
	until := muteEnd(s.Watch.Rule, p.wait, p.tomorrow, q.At, h.Zone)
	if until.IsZero() && !s.State.Muted(q.At) {
		return alertReply("It is not muted any more."), nil
	}
	return h.mute(ctx, p.id, until, q)
}

// over answers the press on an alert that has ended.
func (h AlertRoom) over(s alert.Standing, p press, q Question) Reply {
	line := "That alert is over, so nothing was changed."
	if p.episode == s.State.Episode && !s.State.EndedAt.IsZero() {
		line = fmt.Sprintf("That alert ended at %s, so nothing was changed.", when(s.State.EndedAt, q.At, h.Zone))
	}
	if s.State.Open() {
		line += " The same rule fires again, in a newer message: press there."
	}
	return alertReply(line)
}

// acknowledge takes an alert on for who asks. The first one counts.
func (h AlertRoom) acknowledge(ctx context.Context, s alert.Standing, p press, q Question) (Reply, error) {
	if s.State.AckedBy == "" {
		var err error
		if s, err = h.Alerts.Amend(ctx, p.id, q.User, "acknowledged", acking(p.episode, q)); err != nil {
			return Reply{}, err
		}
	}
	switch by := s.State.AckedBy; {
	case by == "" || s.State.Episode != p.episode: // it ended while we asked
		return h.over(s, p, q), nil
	case by != q.User:
		r := alertReply("Somebody has taken this on already, so it stays with them.")
		r.Credits = []Credit{{Role: RoleAcknowledged, ID: by, When: "at " + when(s.State.AckedAt, q.At, h.Zone)}}
		return r, nil
	default:
		return alertReply("You have taken this on: the message shows your name, and no reminders come."), nil
	}
}

// acking acknowledges an episode, if it still stands and nobody has.
func acking(episode int, q Question) func(alert.Standing) (alert.State, alert.Update, bool) {
	return func(s alert.Standing) (alert.State, alert.Update, bool) {
		if s.State.Episode != episode {
			return s.State, alert.Update{}, false
		}
		st, first := alert.Acknowledge(s.State, q.User, q.At)
		s.State = st
		return st, alert.Update{Standing: s, Person: q.User, Action: alert.Acked, At: q.At}, first
	}
}

// Typed is [Command].
func (press) Typed(writer) string { return Name }

// Effect is [Command].
func (press) Effect() Effect { return EffectChange }
