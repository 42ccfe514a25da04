package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ahtbot/bot/posts"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/sim/slacksim"
)

func TestRefreshAsksAgainOnlyAfterTenSeconds(t *testing.T) {
	play(t, func(s *stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.settle(time.Second)
		s.press("U1", s.one("U1", "C1"), reply.ActionRefresh)
		s.settle(time.Second)
		if s.up.count() != 1 || s.one("U1", "C1").Edited != 1 {
			t.Errorf("at once: %d questions, message %+v", s.up.count(), s.one("U1", "C1"))
		}
		s.settle(10 * time.Second)
		s.press("U1", s.one("U1", "C1"), reply.ActionRefresh)
		s.settle(time.Second)
		if s.up.count() != 2 || s.one("U1", "C1").Edited != 2 {
			t.Errorf("after ten seconds: %d questions, message %+v", s.up.count(), s.one("U1", "C1"))
		}
	})
}

func TestAFailedRefreshKeepsTheFigure(t *testing.T) {
	play(t, func(s *stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.settle(time.Minute)
		s.up.answer = func(context.Context, aht.Target) (time.Duration, error) { return 0, errors.New("boom") }
		s.press("U1", s.one("U1", "C1"), reply.ActionRefresh)
		s.settle(time.Second)
		all := s.said("U1", "C1")
		if len(all) != 2 || !strings.Contains(all[0].Text, "4m 32s") || strings.Contains(all[1].Text, "boom") {
			t.Errorf("after the failure: %+v", all)
		}
	})
}

func TestShareShowsTheReadingAndWhoSharedIt(t *testing.T) {
	play(t, func(s *stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.settle(time.Minute)
		private := s.one("U1", "C1")
		if private.Buttons()[1].Confirm == "" {
			t.Error("Share asks nothing first")
		}
		d := s.press("U1", private, reply.ActionShare)
		s.settle(time.Second)
		shared := s.one("U2", "C1")
		if !strings.Contains(shared.Plain(), "4m 32s") || !strings.Contains(shared.Plain(), "Shared by @Asha") || len(shared.Buttons()) != 0 {
			t.Errorf("the channel sees %s", shared.Plain())
		}
		s.Redeliver(d)
		s.settle(time.Second)
		s.one("U2", "C1")
		if s.up.count() != 1 {
			t.Error("sharing asked upstream")
		}
		for _, m := range s.said("U1", "C1") {
			if m.EphemeralFor != "" && len(m.Buttons()) != 1 {
				t.Errorf("what was shared can be shared again: %s", m.Plain())
			}
		}
	})
}

func TestAnAgentsFigureIsNeverShared(t *testing.T) {
	play(t, func(s *stage) {
		s.Type("U1", "C1", question)
		s.settle(time.Second)
		m := s.one("U1", "C1")
		if len(m.Buttons()) != 1 {
			t.Fatalf("buttons: %+v", m.Buttons())
		}
		p := pressPayload(s, m, string(reply.ActionShare), `{"k":"agent","n":"asha@example.com","s":272,"t":946684800}`)
		s.SendEnvelope("interactive", p, true)
		s.settle(time.Second)
		if n := len(s.said("U2", "C1")); n != 0 {
			t.Error("a forged button shared an agent's figure")
		}
	})
}

// pressPayload is a press that no button on m stands for.
func pressPayload(s *stage, m slacksim.Message, action, value string) map[string]any {
	d := s.press("U1", m, reply.ActionRefresh)
	s.settle(time.Second)
	p := decodeObject(s, d.Payload)
	p["trigger_id"] = "1.2.forged"
	p["actions"] = []any{map[string]any{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.2"}}
	return p
}

func TestCancelGivesUpAQuestionThatWaits(t *testing.T) {
	play(t, func(s *stage) {
		s.up.answer, s.up.place = takes(20*time.Second), 3
		s.Type("U1", "C1", "/aht campaign Sales")
		s.settle(2 * time.Second)
		notice := s.one("U1", "C1")
		d := s.press("U1", notice, reply.ActionCancel)
		s.settle(time.Second)
		if m := s.one("U1", "C1"); !strings.Contains(m.Text, "Nothing was asked") {
			t.Errorf("told %q", m.Text)
		}
		s.settle(time.Minute)
		if m := s.one("U1", "C1"); s.seen.of("slash cancelled") != 1 {
			t.Errorf("the answer came all the same: %q", m.Text)
		}
		p := decodeObject(s, d.Payload)
		p["trigger_id"] = "1.2.again"
		s.SendEnvelope("interactive", p, false)
		s.settle(time.Second)
		if m := s.one("U1", "C1"); !strings.Contains(m.Text, "Too late to cancel") {
			t.Errorf("pressed again: %q", m.Text)
		}
	})
}

func TestNobodyCancelsForSomebodyElse(t *testing.T) {
	play(t, func(s *stage) {
		s.up.answer, s.up.place = takes(10*time.Second), 3
		s.DM("U1", "campaign Sales")
		s.settle(2 * time.Second)
		d := s.press("U1", s.one("U1", "DU1"), reply.ActionCancel)
		p := decodeObject(s, d.Payload)
		s.settle(time.Second)
		s.DM("U1", "campaign Other")
		s.settle(2 * time.Second)
		all := s.said("U1", "DU1")
		ref := all[len(all)-1].Buttons()[0].Value
		p["trigger_id"], p["user"] = "1.2.other", map[string]any{"id": "U2", "team_id": "T0DEMO"}
		p["actions"] = []any{map[string]any{"type": "button", "action_id": "aht_cancel", "block_id": "b", "value": ref, "action_ts": "1.2"}}
		s.SendEnvelope("interactive", p, false)
		s.settle(20 * time.Second)
		if s.seen.of("message cancelled") != 1 || s.seen.of("message figure") != 1 {
			t.Errorf("%d cancelled, %d answered", s.seen.of("message cancelled"), s.seen.of("message figure"))
		}
	})
}

func TestASecondButtonWithOneActionIsPressedLikeTheFirst(t *testing.T) {
	play(t, func(s *stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.settle(time.Minute)
		r, refresh := words("two buttons"), s.one("U1", "C1").Buttons()[0]
		for range 2 {
			r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionRefresh, Label: "Refresh", Value: refresh.Value})
		}
		s.post(posts.Post{Channel: "U1", Reply: r})
		s.press("U1", s.one("U1", "DU1"), reply.ActionRefresh+"#2")
		s.settle(time.Second)
		if m := s.one("U1", "DU1"); s.up.count() != 2 || !strings.Contains(m.Text, "4m 32s") {
			t.Errorf("%d questions, message %q", s.up.count(), m.Text)
		}
	})
}
