package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/commands/reply"
)

// What follows was found by a review and by thinking like an adversary: each is a way to
// lose an answer, or to show it to the wrong people.

func TestAQuestionWithNowhereToAnswerIsAcknowledgedAndDropped(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		for i, url := range []string{"", "https://evil.example/x"} {
			for _, accepts := range []bool{true, false} {
				p := s.CommandPayload("U1", "C1", "/aht", "agent 42")
				p["response_url"], p["trigger_id"] = url, fmt.Sprintf("1.%d.%v", i, accepts)
				d := s.SendEnvelope("slash_commands", p, accepts)
				s.Settle(3 * time.Second)
				if !d.Acked() || accepts != (d.AckPayload() != nil) {
					t.Errorf("%q, accepts %v: acked %v with %s", url, accepts, d.Acked(), d.AckPayload())
				}
			}
		}
		if len(s.Up.Asked()) != 0 {
			t.Errorf("%d questions were asked for nobody", len(s.Up.Asked()))
		}
	})
}

func TestAForgedButtonOnAPublicMessageShowsNoAgent(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Mention("U1", "C1", "campaign Sales")
		s.Settle(time.Second)
		public := s.One("U2", "C1")
		for _, action := range []reply.Action{reply.ActionRefresh, reply.ActionAsk} {
			p := s.Forged(public, action, `{"k":"agent","n":"asha@example.com"}`)
			p["trigger_id"] = "1.2." + string(action)
			s.SendEnvelope("interactive", p, false)
			s.Settle(time.Second)
		}
		if m := s.One("U2", "C1"); strings.Contains(m.Text, "asha") {
			t.Errorf("everybody reads %q", m.Text)
		}
		if all := s.Said("U1", "C1"); len(all) < 2 || all[len(all)-1].EphemeralFor != "U1" {
			t.Errorf("who pressed is told %+v", all)
		}
	})
}

func TestOurOwnPersonInASharedChannelIsAnswered(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		first := s.Mention("U1", "C1", "campaign Sales")
		s.Settle(time.Second)
		p := s.Object(first.Payload)
		p["team_id"], p["event_id"] = "T0PARTNER", "Ev0SHARED"
		p["authorizations"] = []any{map[string]any{"team_id": "T0DEMO", "user_id": "U0BOT", "is_bot": true}}
		s.SendEnvelope("events_api", p, false)
		s.Settle(time.Second)
		if n := len(s.Said("U1", "C1")); n != 2 || s.Observed.Of("envelope foreign") != 0 {
			t.Errorf("%d answers, %d dropped", n, s.Observed.Of("envelope foreign"))
		}
	})
}

func TestAnAnswerThatDidNotGetOutInTheAcknowledgementComesAnyway(t *testing.T) {
	for name, trouble := range map[string]func(*bottest.Stage){
		"refresh": func(s *bottest.Stage) { s.Disconnect("refresh_requested") }, "cut": func(s *bottest.Stage) { s.Cut() },
	} {
		t.Run(name, func(t *testing.T) {
			bottest.Play(t, func(s *bottest.Stage) {
				s.Settle(time.Minute)
				for range 10 {
					before := s.Observed.Of("slash help") + s.Observed.Of("slash undelivered")
					s.Type("U1", "C1", "/aht help")
					trouble(s)
					s.Settle(3 * time.Minute)
					answers := 0
					for _, m := range s.Said("U1", "C1") {
						if strings.Contains(m.Text, "What you can ask") {
							answers++
						}
					}
					if got := s.Observed.Of("slash help"); got > before && answers < got {
						t.Fatalf("%d counted as answered, %d seen", got, answers)
					}
				}
				if name == "refresh" && s.Observed.Of("slash help") == 0 {
					t.Error("nothing was answered at all")
				}
			})
		})
	}
}

func TestButtonsAreToldWhenThereIsTooMuch(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.Settle(time.Minute)
		s.Up.Answer = bottest.Takes(20 * time.Second)
		m := s.One("U1", "C1")
		s.Type("U2", "C1", "/aht campaign Other")
		s.Settle(time.Second)
		d := s.PressOn("U1", m, reply.ActionRefresh)
		s.Settle(time.Second)
		all := s.Said("U1", "C1")
		if !d.Acked() || len(all) != 2 || !strings.Contains(all[1].Text, "Try again in a minute") {
			t.Errorf("acked %v, told %+v", d.Acked(), all)
		}
		s.Redeliver(d)
		s.Settle(time.Second)
		if len(s.Said("U1", "C1")) != 2 {
			t.Error("a redelivery is told something else")
		}
	}, func(_ *bottest.Stage, c *bot.Config) { c.Workers = 1 })
}
