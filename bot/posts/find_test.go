package posts_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
	"ahtbot/internal/sim/slacksim"
)

func TestADirectMessageSaysWhereItStands(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		at := s.Post(posts.Post{Channel: "U1", Key: "k", Reply: bottest.Words("hello")})
		if at.Channel != "DU1" {
			t.Errorf("posted at %+v", at)
		}
		if err := s.Bot.Edit(s.Context(), at.Channel, at.TS, posts.Post{Reply: bottest.Words("there")}); err != nil || s.One("U1", "DU1").Text != "there" {
			t.Errorf("Edit = %v", err)
		}
		for _, channel := range []string{"U1", "DU1"} {
			if ts, err := s.Bot.Find(s.Context(), channel, "k", time.Now()); ts != at.TS || err != nil {
				t.Errorf("Find in %s = %q, %v", channel, ts, err)
			}
		}
		s.Revoke("im:write")
		if _, err := s.Bot.Find(s.Context(), "U2", "k", time.Now()); !errors.Is(err, posts.ErrHistoryClosed) {
			t.Errorf("without im:write: %v", err)
		}
		if ts, err := s.Bot.Find(s.Context(), "DU1", "k", time.Now()); ts != at.TS || err != nil {
			t.Errorf("the conversation's own id needs no im:write: %q, %v", ts, err)
		}
	})
}

func TestAnswersInAThreadAreFoundThere(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		parent := s.Post(posts.Post{Channel: "C1", Key: "a", Reply: bottest.Words("firing")})
		first := s.Post(posts.Post{Channel: "C1", Thread: parent.TS, Key: "a.1", Reply: bottest.Words("acknowledged")})
		loud := s.Post(posts.Post{Channel: "C1", Thread: parent.TS, Broadcast: true, Key: "a.2", Reply: bottest.Words("still firing")})
		again := s.Post(posts.Post{Channel: "C1", Thread: parent.TS, Key: "a.1", Reply: bottest.Words("acknowledged")})
		got, err := s.Bot.FindAll(s.Context(), "C1", parent.TS, "a.1", time.Now())
		if err != nil || fmt.Sprint(got) != fmt.Sprint([]string{first.TS, again.TS}) {
			t.Errorf("in the thread: %v, %v", got, err)
		}
		for key, want := range map[string]string{"a.1": "", "a.2": loud.TS, "a": parent.TS} {
			if ts, err := s.Bot.Find(s.Context(), "C1", key, time.Now()); ts != want || err != nil {
				t.Errorf("in the channel: Find %s = %q, %v, want %q", key, ts, err, want)
			}
		}
	})
}

func TestFindTellsOurMessagesFromOthersAndReadsPages(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Post(posts.Post{Channel: "C1", Key: "old", Reply: bottest.Words("yesterday's")})
		s.Settle(24 * time.Hour)
		began := time.Now()
		at := s.Post(posts.Post{Channel: "C1", Key: "k", Reply: bottest.Words("first")})
		for range 450 {
			s.Type("U2", "C1", "good morning")
		}
		if ts, err := s.Bot.Find(s.Context(), "C1", "k", began); ts != at.TS || err != nil {
			t.Errorf("behind 450 messages: %q, %v", ts, err)
		}
		if n := s.Calls("conversations.history"); n != 3 {
			t.Errorf("read in %d pages, want 3", n)
		}
		if ts, err := s.Bot.Find(s.Context(), "C1", "old", began); ts != "" || err != nil {
			t.Errorf("posted a day before: %q, %v", ts, err)
		}
		forged := slacksim.Fault{Body: []byte(`{"ok":true,"messages":[
			{"ts":"1.000001","user":"U2","metadata":{"event_type":"ahtbot","event_payload":{"key":"k"}}},
			{"ts":"1.000002","bot_id":"B9","metadata":{"event_type":"ahtbot","event_payload":{"key":"k"}}},
			{"ts":"1.000003","bot_id":"B9","metadata":{"event_type":7,"event_payload":[]},"blocks":[{"type":7}]},
			{"ts":"1.000004","bot_id":"B0BOT","metadata":{"event_type":"other","event_payload":{"key":"k"}}},
			{"ts":"1.000005","bot_id":"B0BOT","metadata":{"event_type":"ahtbot","event_payload":{"key":"k"}}}]}`)}
		s.Fail("conversations.history", forged)
		if ts, err := s.Bot.Find(s.Context(), "C1", "k", began); ts != "1.000005" || err != nil {
			t.Errorf("among forgeries: %q, %v", ts, err)
		}
		for range 3000 {
			s.Type("U2", "C1", "good morning")
		}
		if ts, err := s.Bot.Find(s.Context(), "C1", "none", began); !errors.Is(err, posts.ErrHistoryClosed) {
			t.Errorf("in more than it reads: %q, %v", ts, err)
		}
	})
}

func TestAClosedHistoryIsTriedOnceAnHour(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		at := s.Post(posts.Post{Channel: "C1", Key: "k", Reply: bottest.Words("x")})
		s.Revoke("channels:history")
		for range 3 {
			if _, err := s.Bot.Find(s.Context(), "C1", "k", time.Now()); !errors.Is(err, posts.ErrHistoryClosed) {
				t.Errorf("Find = %v", err)
			}
		}
		if n := s.Calls("conversations.history"); n != 1 {
			t.Errorf("asked %d times", n)
		}
		s.Grant("channels:history")
		s.Settle(time.Hour)
		if ts, err := s.Bot.Find(s.Context(), "C1", "k", time.Now().Add(-2*time.Hour)); ts != at.TS || err != nil {
			t.Errorf("an hour later, with the scope: %q, %v", ts, err)
		}
	})
}
