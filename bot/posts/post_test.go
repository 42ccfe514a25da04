package posts_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/internal/sim/slacksim"
)

func TestAPostIsEditedFoundAndDeleted(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		began := time.Now()
		at := s.Post(posts.Post{Channel: "C1", Key: "d3.1", Reply: figures()})
		m := s.One("U1", "C1")
		if at.Channel != "C1" || at.TS != m.TS || !strings.Contains(m.Plain(), "Sales | 4m 32s") || !strings.Contains(string(m.Metadata), `"key":"d3.1"`) {
			t.Errorf("at %+v: %s %s", at, m.Plain(), m.Metadata)
		}
		if err := s.Bot.Edit(s.Context(), at.Channel, at.TS, posts.Post{Reply: bottest.Words("over")}); err != nil {
			t.Errorf("Edit = %v", err)
		}
		if m := s.One("U1", "C1"); m.Plain() != "over" || m.Edited != 1 {
			t.Errorf("edited: %s", m.Plain())
		}
		for key, want := range map[string]string{"d3.1": at.TS, "d3": "", "": ""} {
			if ts, err := s.Bot.Find(s.Context(), "C1", key, began); ts != want || err != nil {
				t.Errorf("Find %q = %q, %v, want %q", key, ts, err, want)
			}
		}
		for range 2 {
			if err := s.Bot.Delete(s.Context(), at.Channel, at.TS); err != nil {
				t.Errorf("Delete = %v", err)
			}
		}
		if ts, err := s.Bot.Find(s.Context(), "C1", "d3.1", began); ts != "" || err != nil {
			t.Errorf("deleted, and found: %q, %v", ts, err)
		}
	})
}

func TestAQuietCreditCallsNobody(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		r := bottest.Words("A digest.")
		r.Credits = []reply.Credit{{Role: reply.RoleSetUp, ID: "U1", Quiet: true}, {Role: reply.RoleSent, ID: "U404", Quiet: true}}
		s.Post(posts.Post{Channel: "C1", Reply: r})
		if m := s.One("U1", "C1"); !strings.Contains(m.Plain(), "Set up by Asha") || strings.Contains(string(m.Blocks), "U1") {
			t.Errorf("posted: %s", m.Blocks)
		} else if !strings.Contains(string(m.Blocks), "@U404") { // whom Slack does not know
			t.Errorf("posted: %s", m.Blocks)
		}
		if r.Credits[0].Name != "" {
			t.Error("the caller's reply was changed")
		}
	})
}

func TestPostsKeepToOneASecondInAChannel(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.AddChannel("C2", "other", "U1", "U0BOT")
		start := time.Now()
		for i := range 10 {
			s.Post(posts.Post{Channel: "C1", Reply: bottest.Words(fmt.Sprint(i))})
		}
		if took := time.Since(start); took != 9*time.Second {
			t.Errorf("ten posts took %v", took)
		}
		start = time.Now()
		s.Post(posts.Post{Channel: "C2", Reply: bottest.Words("elsewhere")})
		if took := time.Since(start); took != 0 {
			t.Errorf("another channel waited %v", took)
		}
		hurry, cancel := context.WithTimeout(s.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := s.Bot.Post(hurry, posts.Post{Channel: "C2", Reply: bottest.Words("late")})
		if pe := fault(s, err); pe.Kind != webapi.FaultLater {
			t.Errorf("no turn in time: %v", pe)
		}
		if n := len(s.Said("U1", "C2")); n != 1 || s.Calls("chat.postMessage") != 11 {
			t.Errorf("%d messages, %d calls", n, s.Calls("chat.postMessage"))
		}
	})
}

func TestEditsKeepToFiftyAMinute(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		at := s.Post(posts.Post{Channel: "C1", Reply: bottest.Words("0")})
		start := time.Now()
		for i := range 51 {
			if err := s.Bot.Edit(s.Context(), at.Channel, at.TS, posts.Post{Reply: bottest.Words(fmt.Sprint(i))}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < time.Minute {
			t.Errorf("51 edits took %v", took)
		}
	})
}

func TestRetryAfterIsHonouredByAllPosts(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.AddChannel("C2", "other", "U1", "U0BOT")
		s.Fail("chat.postMessage", slacksim.Fault{RetryAfter: 7 * time.Second})
		start := time.Now()
		s.Post(posts.Post{Channel: "C1", Reply: bottest.Words("x")})
		if took := time.Since(start); took != 7*time.Second || s.Calls("chat.postMessage") != 2 {
			t.Errorf("after %v, %d calls", took, s.Calls("chat.postMessage"))
		}
		s.Settle(time.Minute)
		s.Fail("chat.postMessage", slacksim.Fault{RetryAfter: 50 * time.Second})
		start = time.Now()
		_, err := s.Bot.Post(s.Context(), posts.Post{Channel: "C1", Reply: bottest.Words("too long to wait")})
		if pe := fault(s, err); pe.Kind != webapi.FaultLater || pe.Wait != 50*time.Second {
			t.Errorf("error %+v", pe)
		}
		_, err = s.Bot.Post(s.Context(), posts.Post{Channel: "C2", Reply: bottest.Words("neither")})
		if pe := fault(s, err); pe.Kind != webapi.FaultLater || s.Calls("chat.postMessage") != 3 || time.Since(start) != 0 {
			t.Errorf("another post meanwhile: %v, %d calls", pe, s.Calls("chat.postMessage"))
		}
		s.Settle(25 * time.Second)
		s.Post(posts.Post{Channel: "C2", Reply: bottest.Words("in time")})
		if took := time.Since(start); took != 50*time.Second {
			t.Errorf("posted after %v", took)
		}
	})
}

func TestALostAnswerIsUnsureAndNeverPostedTwice(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		for i, f := range []slacksim.Fault{{LoseReply: true}, {Reset: true}, {}, {Status: 502}, {Err: "fatal_error"}, {Err: "internal_error"}, {Body: []byte("<html>")}, {Body: []byte(`{"ok":true}`)}, {Hang: true}} {
			s.Fail("chat.postMessage", f)
			at, err := s.Bot.Post(s.Context(), posts.Post{Channel: "C1", Key: "k", Reply: bottest.Words("x")})
			if !errors.Is(err, webapi.ErrUnsure) || at.TS != "" {
				t.Errorf("%+v: %+v, %v", f, at, err)
			}
			if n := s.Calls("chat.postMessage"); n != i+1 {
				t.Fatalf("%+v: %d calls", f, n-i)
			}
		}
		if m := s.One("U1", "C1"); m.Via != "chat.postMessage" {
			t.Errorf("%+v", m)
		}
		if ts, err := s.Bot.Find(s.Context(), "C1", "k", time.Now().Add(-time.Hour)); ts != s.One("U1", "C1").TS || err != nil {
			t.Errorf("Find = %q, %v", ts, err)
		}
	})
}

func TestALostAnswerToAnEditIsTriedAgain(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		at := s.Post(posts.Post{Channel: "C1", Reply: bottest.Words("0")})
		s.Fail("chat.update", slacksim.Fault{LoseReply: true}, slacksim.Fault{Status: 503})
		if err := s.Bot.Edit(s.Context(), at.Channel, at.TS, posts.Post{Reply: bottest.Words("1")}); err != nil || s.Calls("chat.update") != 3 {
			t.Errorf("Edit = %v after %d calls", err, s.Calls("chat.update"))
		}
		s.Fail("chat.delete", slacksim.Fault{LoseReply: true})
		if err := s.Bot.Delete(s.Context(), at.Channel, at.TS); err != nil || s.Calls("chat.delete") != 2 {
			t.Errorf("Delete = %v after %d calls", err, s.Calls("chat.delete"))
		}
		s.Fail("chat.update", slacksim.Fault{Status: 500}, slacksim.Fault{Status: 500}, slacksim.Fault{Status: 500})
		if err := s.Bot.Edit(s.Context(), at.Channel, at.TS, posts.Post{Reply: bottest.Words("2")}); !errors.Is(err, webapi.ErrUnsure) {
			t.Errorf("lost three times: %v", err)
		}
	})
}

func TestAPostThatNeverLeftIsSureAndTriedForHalfAMinute(t *testing.T) {
	var down atomic.Bool
	bottest.Play(t, func(s *bottest.Stage) {
		down.Store(true)
		s.Settle(time.Minute) // pooled connections have gone
		start := time.Now()
		_, err := s.Bot.Post(s.Context(), posts.Post{Channel: "C1", Reply: bottest.Words("x")})
		if pe := fault(s, err); pe.Kind != webapi.FaultLater || time.Since(start) > 31*time.Second || time.Since(start) < 25*time.Second {
			t.Errorf("after %v: %v", time.Since(start), pe)
		}
		time.AfterFunc(10*time.Second, func() { down.Store(false) })
		s.Post(posts.Post{Channel: "C1", Reply: bottest.Words("x")})
		s.One("U1", "C1")
		s.Fail("chat.postMessage", slacksim.Fault{Status: 403, Body: []byte("a proxy")}, slacksim.Fault{Err: "service_unavailable"})
		s.Settle(time.Minute)
		s.Post(posts.Post{Channel: "C1", Reply: bottest.Words("y")})
		if n := len(s.Said("U1", "C1")); n != 2 {
			t.Errorf("%d messages", n)
		}
	}, func(s *bottest.Stage, c *bot.Config) {
		c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if down.Load() {
				return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("no route")}
			}
			return s.Dial(ctx, network, addr)
		}
	})
}

// figures is a reply with a table and a chart.
func figures() reply.Reply {
	return reply.Reply{
		Text: "Sales is at 4m 32s.", Lines: []string{"Sales is at 4m 32s."}, Public: true,
		Table: &reply.Table{Caption: "AHT", Header: []string{"Campaign", "AHT"}, Rows: [][]reply.Cell{{reply.Words("Sales"), reply.Number("4m 32s", 272)}}},
		Chart: &reply.Chart{Title: "AHT", Categories: []string{"11:00"}, Series: []reply.Series{{Name: "Sales", Values: []float64{272}}}},
	}
}
