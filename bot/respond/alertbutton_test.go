package respond_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/sim/slacksim"
)

// watch is one alert that fires.
type watch struct {
	request.Alerts
	standing alert.Standing
}

func (w *watch) Alert(_ context.Context, id int64) (alert.Standing, bool, error) {
	return w.standing, id == w.standing.Watch.ID, nil
}

func (w *watch) Amend(_ context.Context, _ int64, _, _ string, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error) {
	w.standing.State, _, _ = change(w.standing)
	return w.standing, nil
}

func (w *watch) Changes(context.Context, int64, int) ([]request.Change, error) { return nil, nil }

// fires posts the message of an alert to C1.
func fires(s *bottest.Stage, more ...reply.Button) (*watch, slacksim.Message) {
	s.Helper()
	target, err := aht.NewTarget(aht.KindCampaign, "Sales")
	if err != nil {
		s.Fatal(err)
	}
	rule, err := alert.NewRule(alert.KindAbove, 0, 4*time.Minute, 5*time.Minute)
	if err != nil {
		s.Fatal(err)
	}
	now := time.Now()
	w := &watch{standing: alert.Standing{
		Watch: alert.Watch{ID: 7, Target: target, Rule: rule, Channel: "C1", By: "U1", Made: now},
		State: alert.State{Phase: alert.PhaseFiring, Episode: 3, Last: now, Mean: 5 * time.Minute, CrossedAt: now.Add(-time.Hour)},
	}}
	s.Bot.Handler.Alerts = w
	r := alertpost.Card(alert.Card{Standing: w.standing}, time.UTC)
	r.Buttons = append(r.Buttons, more...)
	if _, err := s.Bot.Post(s.Context(), posts.Post{Channel: "C1", Reply: r}); err != nil {
		s.Fatal(err)
	}
	return w, s.One("U2", "C1")
}

func TestAPressOnAnAlertIsAnsweredToWhoPressedAlone(t *testing.T) {
	for action, want := range map[reply.Action]string{
		reply.ActionAck: "You have taken this on", reply.ActionMute: "is muted until", reply.ActionMute + "#4": "is muted until",
		reply.ActionDetails: "It is firing", reply.ActionLine: "No campaign has a target yet",
	} {
		bottest.Play(t, func(s *bottest.Stage) {
			w, m := fires(s, reply.Button{Action: reply.ActionLine, Label: "Targets", Value: "target"})
			s.PressOn("U2", m, action)
			s.Settle(time.Second)
			if others := s.One("U1", "C1"); others.Edited != 0 || others.Text != m.Text {
				s.Errorf("%s: the channel sees %s, edited %d times", action, others.Plain(), others.Edited)
			}
			all := s.Said("U2", "C1")
			if len(all) != 2 || all[1].EphemeralFor != "U2" || !strings.Contains(all[1].Text, want) {
				s.Errorf("%s: told %+v, want %q", action, all, want)
			}
			if acked := w.standing.State.AckedBy == "U2"; acked != (action == reply.ActionAck) {
				s.Errorf("%s: acknowledged %v", action, acked)
			}
			if muted := !w.standing.State.MutedUntil.IsZero(); muted != strings.HasPrefix(string(action), string(reply.ActionMute)) {
				s.Errorf("%s: muted %v", action, muted)
			}
		})
	}
}

func TestAPressOnAnAlertReachesItOnceThoughDeliveredTwice(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		_, m := fires(s)
		d := s.PressOn("U2", m, reply.ActionAck)
		s.Settle(time.Second)
		s.Redeliver(d)
		s.Settle(time.Second)
		if n := len(s.Said("U2", "C1")); n != 2 {
			s.Errorf("%d messages, want the alert and one answer", n)
		}
	})
}

// A line pressed takes the place of the message for one person, whatever it answers; only
// what may be better a minute later leaves the button where it is.
func TestALinePressedTakesThePlaceOfAPrivateMessage(t *testing.T) {
	for place, ask := range map[string]func(s *bottest.Stage){
		"C1":  func(s *bottest.Stage) { s.Type("U1", "C1", "/aht campaign Sales") },
		"DU1": func(s *bottest.Stage) { s.DM("U1", "campaign Sales") },
	} {
		for _, action := range []reply.Action{reply.ActionLine, reply.ActionSure} {
			bottest.Play(t, func(s *bottest.Stage) {
				ask(s)
				s.Settle(time.Second)
				p := s.Forged(s.One("U1", place), action, "target")
				s.SendEnvelope("interactive", p, false)
				s.Settle(time.Second)
				if m := s.One("U1", place); !strings.Contains(m.Text, "No campaign has a target yet") {
					s.Errorf("%s in %s: %s", action, place, m.Plain())
				}
			})
		}
		bottest.Play(t, func(s *bottest.Stage) {
			ask(s)
			s.Settle(time.Second)
			p := s.Forged(s.One("U1", place), reply.ActionLine, "target campaign Sales 4m")
			s.SendEnvelope("interactive", p, false)
			s.Settle(time.Second)
			all := s.Said("U1", place)
			if len(all) != 2 || !strings.Contains(all[0].Text, "4m 32s") || !strings.Contains(all[1].Text, "does not answer") {
				s.Errorf("the store is away, in %s: %+v", place, all)
			}
		})
	}
}
