package posts_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"ahtbot/bot/posts"
	"ahtbot/internal/sim/slacksim"
)

func TestADirectMessageSaysWhereItStands(t *testing.T) {
	play(t, func(s *stage) {
		at := s.post(posts.Post{Channel: "U1", Key: "k", Reply: words("hello")})
		if at.Channel != "DU1" {
			t.Errorf("posted at %+v", at)
		}
		if err := s.poster.Edit(s.Context(), at.Channel, at.TS, posts.Post{Reply: words("there")}); err != nil || s.one("U1", "DU1").Text != "there" {
			t.Errorf("Edit = %v", err)
		}
		for _, channel := range []string{"U1", "DU1"} {
			if ts, err := s.poster.Find(s.Context(), channel, "k", time.Now()); ts != at.TS || err != nil {
				t.Errorf("Find in %s = %q, %v", channel, ts, err)
			}
		}
		s.Revoke("im:write")
		if _, err := s.poster.Find(s.Context(), "U2", "k", time.Now()); !errors.Is(err, posts.ErrHistoryClosed) {
			t.Errorf("without im:write: %v", err)
		}
		if ts, err := s.poster.Find(s.Context(), "DU1", "k", time.Now()); ts != at.TS || err != nil {
			t.Errorf("the conversation's own id needs no im:write: %q, %v", ts, err)
		}
	})
}

func TestAnswersInAThreadAreFoundThere(t *testing.T) {
	play(t, func(s *stage) {
		parent := s.post(posts.Post{Channel: "C1", Key: "a", Reply: words("firing")})
		first := s.post(posts.Post{Channel: "C1", Thread: parent.TS, Key: "a.1", Reply: words("acknowledged")})
		loud := s.post(posts.Post{Channel: "C1", Thread: parent.TS, Broadcast: true, Key: "a.2", Reply: words("still firing")})
		again := s.post(posts.Post{Channel: "C1", Thread: parent.TS, Key: "a.1", Reply: words("acknowledged")})
		got, err := s.poster.FindAll(s.Context(), "C1", parent.TS, "a.1", time.Now())
		if err != nil || fmt.Sprint(got) != fmt.Sprint([]string{first.TS, again.TS}) {
			t.Errorf("in the thread: %v, %v", got, err)
		}
		for key, want := range map[string]string{"a.1": "", "a.2": loud.TS, "a": parent.TS} {
			if ts, err := s.poster.Find(s.Context(), "C1", key, time.Now()); ts != want || err != nil {
				t.Errorf("in the channel: Find %s = %q, %v, want %q", key, ts, err, want)
			}
		}
	})
}

func TestFindTellsOurMessagesFromOthersAndReadsPages(t *testing.T) {
	play(t, func(s *stage) {
		s.post(posts.Post{Channel: "C1", Key: "old", Reply: words("yesterday's")})
		s.settle(24 * time.Hour)
		began := time.Now()
		at := s.post(posts.Post{Channel: "C1", Key: "k", Reply: words("first")})
		for range 450 {
			s.Type("U2", "C1", "good morning")
		}
		if ts, err := s.poster.Find(s.Context(), "C1", "k", began); ts != at.TS || err != nil {
			t.Errorf("behind 450 messages: %q, %v", ts, err)
		}
		if n := s.Calls("conversations.history"); n != 3 {
			t.Errorf("read in %d pages, want 3", n)
		}
		if ts, err := s.poster.Find(s.Context(), "C1", "old", began); ts != "" || err != nil {
			t.Errorf("posted a day before: %q, %v", ts, err)
		}
		forged := slacksim.Fault{Body: []byte(`{"ok":true,"messages":[
			{"ts":"1.000001","user":"U2","metadata":{"event_type":"ahtbot","event_payload":{"key":"k"}}},
			{"ts":"1.000002","bot_id":"B9","metadata":{"event_type":"ahtbot","event_payload":{"key":"k"}}},
			{"ts":"1.000003","bot_id":"B9","metadata":{"event_type":7,"event_payload":[]},"blocks":[{"type":7}]},
			{"ts":"1.000004","bot_id":"B0BOT","metadata":{"event_type":"other","event_payload":{"key":"k"}}},
			{"ts":"1.000005","bot_id":"B0BOT","metadata":{"event_type":"ahtbot","event_payload":{"key":"k"}}}]}`)}
		s.Fail("conversations.history", forged)
		if ts, err := s.poster.Find(s.Context(), "C1", "k", began); ts != "1.000005" || err != nil {
			t.Errorf("among forgeries: %q, %v", ts, err)
		}
		for range 3000 {
			s.Type("U2", "C1", "good morning")
		}
		if ts, err := s.poster.Find(s.Context(), "C1", "none", began); !errors.Is(err, posts.ErrHistoryClosed) {
			t.Errorf("in more than it reads: %q, %v", ts, err)
		}
	})
}

func TestAClosedHistoryIsTriedOnceAnHour(t *testing.T) {
	play(t, func(s *stage) {
		at := s.post(posts.Post{Channel: "C1", Key: "k", Reply: words("x")})
		s.Revoke("channels:history")
		for range 3 {
			if _, err := s.poster.Find(s.Context(), "C1", "k", time.Now()); !errors.Is(err, posts.ErrHistoryClosed) {
				t.Errorf("Find = %v", err)
			}
		}
		if n := s.Calls("conversations.history"); n != 1 {
			t.Errorf("asked %d times", n)
		}
		s.Grant("channels:history")
		s.settle(time.Hour)
		if ts, err := s.poster.Find(s.Context(), "C1", "k", time.Now().Add(-2*time.Hour)); ts != at.TS || err != nil {
			t.Errorf("an hour later, with the scope: %q, %v", ts, err)
		}
	})
}
