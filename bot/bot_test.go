package bot_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

func TestAnswerComesPrivatelyThroughTheResponseURL(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		d := s.Type("U1", "C1", bottest.Question)
		s.Settle(time.Second)
		m := s.One("U1", "C1")
		if m.EphemeralFor != "U1" || m.Via != "response_url" || !strings.Contains(m.Plain(), "4m 32s") || d.AckPayload() != nil {
			t.Errorf("answer = %+v, ack %s", m, d.AckPayload())
		}
		if d.AckAfter() > 50*time.Millisecond {
			t.Errorf("acknowledged after %v", d.AckAfter())
		}
		if len(s.Said("U2", "C1")) != 0 {
			t.Error("somebody else sees an agent's figure")
		}
	})
}

func TestWhatIsKnownRidesInTheAcknowledgement(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", bottest.Question)
		s.Settle(time.Second)
		for _, line := range []string{bottest.Question, "/aht help", "/aht agent 42 campaign Sales"} {
			d := s.Type("U1", "C1", line)
			s.Settle(time.Second)
			if d.AckPayload() == nil {
				t.Errorf("%s: an empty acknowledgement", line)
			}
		}
		if len(s.Up.Asked()) != 1 || len(s.Said("U1", "C1")) != 4 {
			t.Errorf("%d questions upstream, %d messages; want 1 and 4", len(s.Up.Asked()), len(s.Said("U1", "C1")))
		}
	})
}

func TestALongWaitIsSaidOnceInAMessageOfItsOwn(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer, s.Up.Place = bottest.Takes(20*time.Second), 3
		s.Type("U1", "C1", bottest.Question)
		s.Settle(1400 * time.Millisecond)
		if n := len(s.Said("U1", "C1")); n != 0 {
			t.Errorf("%d messages before a second and a half", n)
		}
		s.Settle(200 * time.Millisecond)
		if m := s.One("U1", "C1"); !strings.Contains(m.Text, "place 3, about 12 s") {
			t.Errorf("notice = %q", m.Text)
		}
		s.Settle(30 * time.Second)
		all := s.Said("U1", "C1")
		if len(all) != 2 || !strings.Contains(all[1].Text, "4m 32s") {
			t.Errorf("after the wait: %+v", all)
		}
	})
}

func TestARedeliveryCostsNoSecondQuestionOrPost(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		first := s.Type("U1", "C1", bottest.Question)
		s.Settle(time.Second)
		again := s.Redeliver(first)
		s.Settle(time.Second)
		if !again.Acked() || len(s.Up.Asked()) != 1 || len(s.Said("U1", "C1")) != 1 {
			t.Errorf("command again: acked %v, %d questions, %d messages", again.Acked(), len(s.Up.Asked()), len(s.Said("U1", "C1")))
		}
		help := s.Type("U1", "C1", "/aht help")
		s.Settle(time.Second)
		again = s.Redeliver(help)
		s.Settle(time.Second)
		if string(again.AckPayload()) != string(help.AckPayload()) {
			t.Errorf("the payload changed:\n%s\n%s", help.AckPayload(), again.AckPayload())
		}
		mention := s.Mention("U1", "C1", "campaign Sales")
		s.Settle(time.Second)
		before, asked := len(s.All()), len(s.Up.Asked())
		s.Redeliver(mention)
		s.Settle(time.Second)
		if len(s.All()) != before || len(s.Up.Asked()) != asked {
			t.Error("an event delivered again was answered again")
		}
		if s.Observed.Of("envelope again") != 3 {
			t.Errorf("%d redeliveries counted", s.Observed.Of("envelope again"))
		}
	})
}

func TestEnvelopesOfOthersAreDroppedAndCounted(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		for _, change := range []map[string]any{{"team_id": "T0OTHER"}, {"api_app_id": "A0OTHER"}} {
			p := s.CommandPayload("U1", "C1", "/aht", "agent 42")
			maps.Copy(p, change)
			d := s.SendEnvelope("slash_commands", p, true)
			s.Settle(time.Second)
			if !d.Acked() || d.AckPayload() != nil {
				t.Errorf("%v: acked %v with %s", change, d.Acked(), d.AckPayload())
			}
		}
		if len(s.Up.Asked()) != 0 || s.Observed.Of("envelope foreign") != 2 || len(s.Said("U1", "C1")) != 0 {
			t.Errorf("%d asked, %d counted", len(s.Up.Asked()), s.Observed.Of("envelope foreign"))
		}
	})
}

func TestWhatCannotBeReadIsAcknowledged(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		for id, frame := range map[string]string{
			"bad-1": `{"envelope_id":"bad-1","type":"slash_commands","payload":"not an object","accepts_response_payload":true}`,
			"bad-2": `{"envelope_id":"bad-2","type":"from_the_future","payload":{}}`,
			"bad-3": `{"envelope_id":"bad-3","type":"interactive","payload":[1,2]}`,
			"bad-4": `{"envelope_id":"bad-4","type":"events_api","payload":{"type":"event_callback","event":{"type":"nobody_knows"}}}`,
		} {
			if err := s.SendRaw([]byte(frame)); err != nil {
				t.Fatal(err)
			}
			s.Settle(time.Second)
			if !s.Acked(id) {
				t.Errorf("%s is not acknowledged", id)
			}
		}
		if err := s.SendRaw([]byte("}{")); err != nil {
			t.Fatal(err)
		}
		s.Type("U1", "C1", "/aht help")
		s.Settle(time.Second)
		s.One("U1", "C1")
	})
}

func TestMoreQuestionsThanWorkersAreToldSo(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer = bottest.Takes(10 * time.Second)
		s.Type("U1", "C1", bottest.Question)
		s.Settle(time.Second)
		s.Type("U2", "C1", bottest.Question)
		s.Settle(time.Second)
		if m := s.One("U2", "C1"); !strings.Contains(m.Text, "Try again in a minute") || m.Via != "ack" {
			t.Errorf("told %q by %s", m.Text, m.Via)
		}
		mention := s.Mention("U2", "C1", "agent 42")
		s.Settle(time.Second)
		if !mention.Acked() || len(s.Said("U2", "C1")) != 2 {
			t.Errorf("mention: acked %v, %+v", mention.Acked(), s.Said("U2", "C1"))
		}
	}, func(_ *bottest.Stage, c *bot.Config) { c.Workers = 1 })
}

func TestAPanicIsOnePersonsApology(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer = func(context.Context, aht.Target) (time.Duration, error) { panic("asha@example.com") }
		s.Type("U1", "C1", bottest.Question)
		s.Settle(time.Second)
		if m := s.One("U1", "C1"); !strings.Contains(m.Text, "Something went wrong on my side") {
			t.Errorf("told %q", m.Text)
		}
		s.Up.Answer = nil
		s.Type("U2", "C1", bottest.Question)
		s.Settle(time.Second)
		s.One("U2", "C1")
	})
}

func TestASoftStopFinishesWhatIsUnderWay(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer = bottest.Takes(4 * time.Second)
		s.Type("U1", "C1", bottest.Question)
		s.Settle(time.Second)
		s.Stop()
		s.Settle(time.Second)
		s.Type("U2", "C1", bottest.Question)
		s.Settle(5 * time.Second)
		if m := s.One("U2", "C1"); !strings.Contains(m.Text, "restarting") {
			t.Errorf("who came late is told %q", m.Text)
		}
		all := s.Said("U1", "C1")
		if len(all) != 2 || !strings.Contains(all[1].Text, "4m 32s") {
			t.Errorf("who was there first is told %+v", all)
		}
	})
}

func TestAHardStopTellsWhoWasCutShort(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer = bottest.Takes(time.Hour)
		s.Type("U1", "C1", bottest.Question)
		s.Settle(2 * time.Second)
		began := time.Now()
		s.Stop()
		err := <-s.Ended
		s.Ended <- err
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("the stop took %v, want at most 8s", took)
		}
		all := s.Said("U1", "C1")
		if len(all) != 2 || !strings.Contains(all[1].Text, "restarting") {
			t.Errorf("told %+v", all)
		}
	})
}

func TestAMentionIsAnsweredWhereItMayBe(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Mention("U1", "C1", "campaign Sales")
		s.Settle(time.Second)
		m := s.One("U2", "C1")
		if m.EphemeralFor != "" || m.ThreadTS == "" || !strings.Contains(m.Text, "4m 32s") {
			t.Errorf("a campaign is answered by %+v", m)
		}
		s.Mention("U1", "C1", "agent asha@example.com")
		s.Settle(time.Second)
		if len(s.Said("U2", "C1")) != 1 {
			t.Error("everybody sees an agent's figure")
		}
		all := s.Said("U1", "C1")
		if last := all[len(all)-1]; last.EphemeralFor != "U1" || last.Via != "chat.postEphemeral" {
			t.Errorf("an agent is answered by %+v", last)
		}
	})
}

func TestASlowMentionIsEditedInPlace(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer = bottest.Takes(5 * time.Second)
		s.Mention("U1", "C1", "campaign Sales")
		s.Settle(2 * time.Second)
		if m := s.One("U2", "C1"); !strings.Contains(m.Text, "takes longer than usual") {
			t.Errorf("notice = %q", m.Text)
		}
		s.Settle(5 * time.Second)
		if m := s.One("U2", "C1"); !strings.Contains(m.Text, "4m 32s") || m.Edited != 1 {
			t.Errorf("answer = %+v", m)
		}
	})
}

func TestDirectMessagesUnderstandTheSameLanguage(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.DM("U1", "agent asha@example.com")
		s.Settle(time.Second)
		m := s.One("U1", "DU1")
		if !strings.Contains(m.Text, "4m 32s") || len(m.Buttons()) != 1 {
			t.Errorf("answer = %+v", m)
		}
		s.Settle(time.Minute)
		s.PressOn("U1", m, reply.ActionRefresh)
		s.Settle(time.Second)
		if m := s.One("U1", "DU1"); m.Edited != 1 || len(s.Up.Asked()) != 2 {
			t.Errorf("refreshed = %+v, %d questions", m, len(s.Up.Asked()))
		}
	})
}

func TestTheHomeTabSaysAtFirstWhatCanBeDone(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.OpenHome("U2")
		s.Settle(time.Second)
		if home := string(s.Homes("U2")); !strings.Contains(home, "Ask how long calls take") {
			t.Errorf("home = %s", home)
		}
	})
}
