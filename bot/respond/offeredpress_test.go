package respond_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
	"ahtbot/commands/reply"
)

// offer is a message that offers a line, as notices do.
func offer() reply.Reply {
	return reply.Reply{Outcome: "notice", Text: "Look at it:", Lines: []string{"Look at it:"}, Try: []string{"/aht campaign Sales"}}
}

func TestALineOnAMessageForEverybodyIsAnsweredToWhoPressed(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Post(posts.Post{Channel: "C1", Reply: offer()})
		notice := s.One("U1", "C1")
		s.PressOn("U2", notice, reply.ActionTry)
		s.Settle(time.Second)
		if m := s.One("U1", "C1"); m.Edited != 0 || m.Deleted || m.Text != notice.Text {
			t.Errorf("others see %+v", m)
		}
		if all := s.Said("U2", "C1"); len(all) != 2 || all[1].EphemeralFor != "U2" || !strings.Contains(all[1].Text, "4m 32s") {
			t.Errorf("who pressed sees %+v", all)
		}
	})
}

func TestALineOnADirectMessageIsAnsweredBelowIt(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Post(posts.Post{Channel: "U1", Reply: offer()})
		notice := s.One("U1", "DU1")
		s.PressOn("U1", notice, reply.ActionTry)
		s.Settle(time.Second)
		all := s.Said("U1", "DU1")
		if len(all) != 2 || all[0].Edited != 0 || !strings.Contains(all[1].Text, "4m 32s") || all[1].EphemeralFor != "" {
			t.Errorf("the conversation is %+v", all)
		}
	})
}

func TestTheHelpStaysWhenALineOfItIsPressed(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht help")
		s.Settle(time.Second)
		help := s.One("U1", "C1")
		for _, b := range help.Buttons() {
			s.PressOn("U1", help, reply.Action(b.ActionID))
			s.Settle(time.Minute)
		}
		all := s.Said("U1", "C1")
		if len(all) != 6 || all[0].Edited != 0 {
			t.Fatalf("%d messages, the help edited %d times", len(all), all[0].Edited)
		}
		for i, want := range []string{"campaign Sales Outbound: 4m 32s", "agent 42: 4m 32s", "I know no campaign yet", "/aht digest add", "/aht alert add"} {
			if !strings.Contains(all[i+1].Text, want) {
				t.Errorf("pressing %q: %q", help.Buttons()[i].Label, all[i+1].Text)
			}
		}
	})
}

func TestAGuessTakesThePlaceOfTheQuestion(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht agent Agent 42")
		s.Settle(time.Second)
		s.PressOn("U1", s.One("U1", "C1"), reply.ActionLine)
		s.Settle(time.Second)
		if m := s.One("U1", "C1"); m.Edited != 1 || !strings.Contains(m.Text, "agent 42: 4m 32s") {
			t.Errorf("after the press: %+v", m)
		}
	})
}

func TestAnExampleThatChangesSomethingIsNotOfferedToBePressed(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht help alert")
		s.Settle(time.Second)
		help := s.One("U1", "C1")
		for _, b := range help.Buttons() {
			if !strings.HasPrefix(b.Value, "alert preview") {
				t.Errorf("%q can be pressed: %s", b.Label, b.Value)
			}
		}
		if !strings.Contains(help.Plain(), "/aht alert add") || len(help.Buttons()) == 0 {
			t.Errorf("no example: %s", help.Plain())
		}
	})
}
