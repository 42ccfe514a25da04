package bot_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
)

func TestWhatIsAskedOnTheHomeTabIsAnsweredThere(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U2", "C1", "/aht campaign Sales") // so that there is something to watch
		s.Settle(time.Second)
		s.OpenHome("U2")
		s.Settle(time.Second)
		before := string(s.Homes("U2"))
		s.Up.Answer, s.Up.Place = bottest.Takes(5*time.Second), 2 // long enough for a notice, which the answer then replaces
		if _, err := s.Home("U2").Set(form.FieldAgent, "42"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PressHome("U2", string(reply.ActionSend)); err != nil {
			t.Fatal(err)
		}
		s.Settle(3 * time.Second)
		if home := string(s.Homes("U2")); !strings.Contains(home, "The figure follows") {
			t.Errorf("while it waits: %s", home)
		}
		s.Settle(5 * time.Second)
		home := string(s.Homes("U2"))
		if !strings.Contains(home, "agent 42") || strings.Contains(home, "The figure follows") || len(home) < len(before) {
			t.Errorf("answered: %s", home)
		}
		if n := len(s.Said("U2", "DU2")); n != 0 {
			t.Errorf("%d direct messages", n)
		}
	})
}

func TestACampaignPickedOnTheHomeTabIsAskedAtOnce(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Bot.Handler.Names = commandstest.Names{"Sales", "Winter Trial"}
		s.Type("U2", "C1", "/aht campaign Sales")
		s.Settle(time.Second)
		s.OpenHome("U2")
		s.Settle(time.Second)
		offered, err := s.Home("U2").Type(s.Context(), form.FieldCampaign, "Winter")
		if err != nil || len(offered) == 0 {
			t.Fatalf("suggested %v, %v", offered, err)
		}
		if _, err := s.Home("U2").Set(form.FieldCampaign, offered[0].Value); err != nil {
			t.Fatal(err)
		}
		s.Settle(2 * time.Second)
		if home := s.Home("U2").Plain(); !strings.Contains(home, "campaign Winter") || len(s.Up.Asked()) != 2 {
			t.Errorf("asked %v: %s", s.Up.Asked(), home)
		}
	})
}
