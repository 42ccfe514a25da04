package posts_test

import (
	"errors"
	"strings"
	"testing"

	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

func TestEachRefusalSaysWhatToDo(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.AddChannel("C2", "elsewhere", "U1")
		for id, state := range map[string]members.ChannelState{"C3": {Archived: true}, "C5": {ReadOnly: true}} {
			s.AddChannel(id, strings.ToLower(id), "U1", "U0BOT")
			s.SetChannel(id, state)
		}
		for channel, code := range map[string]string{"C404": "channel_not_found", "C2": "not_in_channel", "C3": "is_archived", "C5": "restricted_action"} {
			_, err := s.Bot.Post(s.Context(), posts.Post{Channel: channel, Reply: bottest.Words("x")})
			if pe := fault(s, err); pe.Kind != webapi.FaultPlace || pe.Code != code {
				t.Errorf("%s: %+v", channel, pe)
			}
		}
		for _, c := range []struct {
			channel, code string
			kind          webapi.Fault
		}{
			{"C1", "token_revoked", webapi.FaultApp},
			{"C1", "account_inactive", webapi.FaultApp},
			{"U1", "account_inactive", webapi.FaultPlace},
			{"DU1", "messages_tab_disabled", webapi.FaultPlace},
			{"C1", "a_word_of_tomorrow", webapi.FaultPlace},
			{"C1", "missing_scope", webapi.FaultApp},
			{"C1", "msg_too_long", webapi.FaultApp},
			{"C1", "message_limit_exceeded", webapi.FaultApp},
		} {
			s.Fail("chat.postMessage", slacksim.Fault{Err: c.code})
			_, err := s.Bot.Post(s.Context(), posts.Post{Channel: c.channel, Reply: bottest.Words("x")})
			if pe := fault(s, err); pe.Kind != c.kind || pe.Code != c.code {
				t.Errorf("%s in %s: %+v, want %v", c.code, c.channel, pe, c.kind)
			}
		}
		if n := len(s.Said("U1", "C1")); n != 0 {
			t.Errorf("%d messages", n)
		}
	})
}

func TestAMessageThatIsGoneIsToldFromAPlaceThatIs(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "good morning")
		theirs := s.Seen("U1", "C1")[0].TS
		at := s.Post(posts.Post{Channel: "C1", Reply: bottest.Words("x")})
		if err := s.Bot.Delete(s.Context(), at.Channel, at.TS); err != nil {
			t.Fatal(err)
		}
		for _, ts := range []string{at.TS, theirs} {
			if pe := fault(s, s.Bot.Edit(s.Context(), "C1", ts, posts.Post{Reply: bottest.Words("y")})); pe.Kind != webapi.FaultMessage {
				t.Errorf("Edit %s: %+v", ts, pe)
			}
		}
		s.Fail("chat.update", slacksim.Fault{Err: "edit_window_closed"})
		if pe := fault(s, s.Bot.Edit(s.Context(), "C1", theirs, posts.Post{Reply: bottest.Words("y")})); pe.Kind != webapi.FaultMessage {
			t.Errorf("too late: %+v", pe)
		}
		if pe := fault(s, s.Bot.Edit(s.Context(), "C404", "1.1", posts.Post{Reply: bottest.Words("y")})); pe.Kind != webapi.FaultPlace {
			t.Errorf("no such channel: %+v", pe)
		}
	})
}

// fault returns the *webapi.CallError of err, and fails when there is none.
func fault(s *bottest.Stage, err error) *webapi.CallError {
	s.Helper()
	pe, ok := errors.AsType[*webapi.CallError](err)
	if !ok || errors.Is(err, webapi.ErrUnsure) {
		s.Fatalf("error %v, want a CallError that is sure", err)
	}
	return pe
}
