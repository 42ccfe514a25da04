package respond_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

func TestRefreshAsksAgainOnlyAfterTenSeconds(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.Settle(time.Second)
		s.PressOn("U1", s.One("U1", "C1"), reply.ActionRefresh)
		s.Settle(time.Second)
		if len(s.Up.Asked()) != 1 || s.One("U1", "C1").Edited != 1 {
			t.Errorf("at once: %d questions, message %+v", len(s.Up.Asked()), s.One("U1", "C1"))
		}
		s.Settle(10 * time.Second)
		s.PressOn("U1", s.One("U1", "C1"), reply.ActionRefresh)
		s.Settle(time.Second)
		if len(s.Up.Asked()) != 2 || s.One("U1", "C1").Edited != 2 {
			t.Errorf("after ten seconds: %d questions, message %+v", len(s.Up.Asked()), s.One("U1", "C1"))
		}
	})
}

func TestAFailedRefreshKeepsTheFigure(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.Settle(time.Minute)
		s.Up.Answer = func(context.Context, aht.Target) (time.Duration, error) { return 0, errors.New("boom") }
		s.PressOn("U1", s.One("U1", "C1"), reply.ActionRefresh)
		s.Settle(time.Second)
		all := s.Said("U1", "C1")
		if len(all) != 2 || !strings.Contains(all[0].Text, "4m 32s") || strings.Contains(all[1].Text, "boom") {
			t.Errorf("after the failure: %+v", all)
		}
	})
}

func TestShareShowsTheReadingAndWhoSharedIt(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.Settle(time.Minute)
		private := s.One("U1", "C1")
		if private.Buttons()[1].Confirm == "" {
			t.Error("Share asks nothing first")
		}
		d := s.PressOn("U1", private, reply.ActionShare)
		s.Settle(time.Second)
		shared := s.One("U2", "C1")
		if !strings.Contains(shared.Plain(), "4m 32s") || !strings.Contains(shared.Plain(), "Shared by @Asha") || len(shared.Buttons()) != 0 {
			t.Errorf("the channel sees %s", shared.Plain())
		}
		s.Redeliver(d)
		s.Settle(time.Second)
		s.One("U2", "C1")
		if len(s.Up.Asked()) != 1 {
			t.Error("sharing asked upstream")
		}
		for _, m := range s.Said("U1", "C1") {
			if m.EphemeralFor != "" && len(m.Buttons()) != 1 {
				t.Errorf("what was shared can be shared again: %s", m.Plain())
			}
		}
	})
}

func TestAnAgentsFigureIsNeverShared(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", bottest.Question)
		s.Settle(time.Second)
		m := s.One("U1", "C1")
		if len(m.Buttons()) != 1 {
			t.Fatalf("buttons: %+v", m.Buttons())
		}
		p := s.Forged(m, reply.ActionShare, `{"k":"agent","n":"asha@example.com","s":272,"t":946684800}`)
		s.SendEnvelope("interactive", p, true)
		s.Settle(time.Second)
		if n := len(s.Said("U2", "C1")); n != 0 {
			t.Error("a forged button shared an agent's figure")
		}
	})
}

func TestCancelGivesUpAQuestionThatWaits(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer, s.Up.Place = bottest.Takes(20*time.Second), 3
		s.Type("U1", "C1", "/aht campaign Sales")
		s.Settle(2 * time.Second)
		notice := s.One("U1", "C1")
		d := s.PressOn("U1", notice, reply.ActionCancel)
		s.Settle(time.Second)
		if m := s.One("U1", "C1"); !strings.Contains(m.Text, "Nothing was asked") {
			t.Errorf("told %q", m.Text)
		}
		s.Settle(time.Minute)
		if m := s.One("U1", "C1"); s.Observed.Of("slash cancelled") != 1 {
			t.Errorf("the answer came all the same: %q", m.Text)
		}
		p := s.Object(d.Payload)
		p["trigger_id"] = "1.2.again"
		s.SendEnvelope("interactive", p, false)
		s.Settle(time.Second)
		if m := s.One("U1", "C1"); !strings.Contains(m.Text, "Too late to cancel") {
			t.Errorf("pressed again: %q", m.Text)
		}
	})
}

func TestNobodyCancelsForSomebodyElse(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer, s.Up.Place = bottest.Takes(10*time.Second), 3
		s.DM("U1", "campaign Sales")
		s.Settle(2 * time.Second)
		d := s.PressOn("U1", s.One("U1", "DU1"), reply.ActionCancel)
		p := s.Object(d.Payload)
		s.Settle(time.Second)
		s.DM("U1", "campaign Other")
		s.Settle(2 * time.Second)
		all := s.Said("U1", "DU1")
		ref := all[len(all)-1].Buttons()[0].Value
		p["trigger_id"], p["user"] = "1.2.other", map[string]any{"id": "U2", "team_id": "T0DEMO"}
		p["actions"] = []any{map[string]any{"type": "button", "action_id": "aht_cancel", "block_id": "b", "value": ref, "action_ts": "1.2"}}
		s.SendEnvelope("interactive", p, false)
		s.Settle(20 * time.Second)
		if s.Observed.Of("message cancelled") != 1 || s.Observed.Of("message figure") != 1 {
			t.Errorf("%d cancelled, %d answered", s.Observed.Of("message cancelled"), s.Observed.Of("message figure"))
		}
	})
}

func TestASecondButtonWithOneActionIsPressedLikeTheFirst(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.Settle(time.Minute)
		r, refresh := bottest.Words("two buttons"), s.One("U1", "C1").Buttons()[0]
		for range 2 {
			r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionRefresh, Label: "Refresh", Value: refresh.Value})
		}
		s.Post(posts.Post{Channel: "U1", Reply: r})
		s.PressOn("U1", s.One("U1", "DU1"), reply.ActionRefresh+"#2")
		s.Settle(time.Second)
		if m := s.One("U1", "DU1"); len(s.Up.Asked()) != 2 || !strings.Contains(m.Text, "4m 32s") {
			t.Errorf("%d questions, message %q", len(s.Up.Asked()), m.Text)
		}
	})
}
