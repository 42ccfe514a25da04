package bot_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/commands/reply"
)

func TestALineOnTheHomeTabIsAnsweredThere(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.OpenHome("U2")
		s.Settle(time.Second)
		before := string(s.Homes("U2"))
		if n := len(s.HomeButtons("U2")); n == 0 {
			t.Fatal("nothing to press on the Home tab")
		}
		s.Up.Answer, s.Up.Place = bottest.Takes(5*time.Second), 2 // long enough for a notice, which the answer then replaces
		if _, err := s.PressHome("U2", string(reply.ActionTry)); err != nil {
			t.Fatal(err)
		}
		s.Settle(3 * time.Second)
		if home := string(s.Homes("U2")); !strings.Contains(home, "The figure follows") {
			t.Errorf("while it waits: %s", home)
		}
		s.Settle(5 * time.Second)
		home := string(s.Homes("U2"))
		if !strings.Contains(home, "4m 32s") || strings.Contains(home, "The figure follows") || len(home) < len(before) {
			t.Errorf("answered: %s", home)
		}
		if n := len(s.Said("U2", "DU2")); n != 0 {
			t.Errorf("%d direct messages", n)
		}
	})
}
