package respond_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

func TestAnAnswerOutlivesTroubleOnItsWay(t *testing.T) {
	for name, fault := range map[string]slacksim.Fault{
		"server error": {Status: 500},
		"rate limited": {Status: 429, RetryAfter: 2 * time.Second},
		"reset":        {Reset: true},
		"lost reply":   {LoseReply: true},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.Play(t, func(s *bottest.Stage) {
				s.Fail("response_url", fault)
				s.Type("U1", "C1", bottest.Question)
				s.Settle(10 * time.Second)
				all := s.Said("U1", "C1")
				if len(all) == 0 || !strings.Contains(all[len(all)-1].Text, "4m 32s") || s.Observed.Of("slash figure") != 1 {
					t.Errorf("the answer is lost: %+v", all)
				}
			})
		})
	}
}

func TestAnAnswerThatCannotBeDeliveredIsCounted(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Fail("response_url", slacksim.Fault{Status: 404, Body: []byte("expired_url")})
		s.Type("U1", "C1", bottest.Question)
		s.Settle(10 * time.Second)
		if s.Observed.Of("slash undelivered") != 1 || !strings.Contains(s.Printed.String(), "answer not delivered") {
			t.Errorf("not counted or logged:\n%s", s.Printed.String())
		}
	})
}

func TestAShareThatMayHaveFailedSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		fault slacksim.Fault
		says  string
		shown int
	}{
		"server error": {slacksim.Fault{Status: 500}, "Look there before you share it again", 0},
		"lost reply":   {slacksim.Fault{LoseReply: true}, "Look there before you share it again", 1},
		"rate limited": {slacksim.Fault{Status: 429, RetryAfter: time.Second}, "You shared this in the channel", 1},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.Play(t, func(s *bottest.Stage) {
				s.Type("U1", "C1", "/aht campaign Sales")
				s.Settle(time.Minute)
				s.Fail("response_url", c.fault)
				s.PressOn("U1", s.One("U1", "C1"), reply.ActionShare)
				s.Settle(10 * time.Second)
				var said strings.Builder
				for _, m := range s.Said("U1", "C1") {
					said.WriteString(m.Plain() + "\n")
				}
				if !strings.Contains(said.String(), c.says) || len(s.Said("U2", "C1")) != c.shown {
					t.Errorf("the channel has %d, the person reads:\n%s", len(s.Said("U2", "C1")), said.String())
				}
			})
		})
	}
}

func TestAnOldFigureIsNotShared(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.Settle(26 * time.Minute) // a response_url lasts thirty
		p := s.Forged(s.One("U1", "C1"), reply.ActionShare, `{"k":"campaign","n":"Sales","s":272,"t":1}`)
		s.SendEnvelope("interactive", p, false)
		s.Settle(time.Second)
		if len(s.Said("U2", "C1")) != 0 {
			t.Error("a figure of another day was shared")
		}
	})
}

func TestANoticeThatCannotBeEditedIsFollowedByTheAnswer(t *testing.T) {
	for name, fault := range map[string]slacksim.Fault{
		"server error": {Status: 500}, "gone": {Err: "message_not_found"}, "reset": {Reset: true},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.Play(t, func(s *bottest.Stage) {
				s.Up.Answer = bottest.Takes(3 * time.Second)
				s.Fail("chat.update", fault)
				s.DM("U1", "agent 42")
				s.Settle(20 * time.Second)
				all := s.Said("U1", "DU1")
				if last := all[len(all)-1]; !strings.Contains(last.Text, "4m 32s") {
					t.Errorf("told %+v", all)
				}
			})
		})
	}
}

func TestAnAnswerWaitsForALineToSlack(t *testing.T) {
	for what, ask := range map[string]func(*bottest.Stage){
		"command": func(s *bottest.Stage) { s.Type("U1", "C1", "/aht agent 42") },
		"mention": func(s *bottest.Stage) { s.Mention("U1", "C1", "agent 42") },
	} {
		var cut atomic.Bool
		bottest.Play(t, func(s *bottest.Stage) {
			s.Up.Answer = bottest.Takes(time.Second)
			ask(s)
			s.Settle(500 * time.Millisecond)
			cut.Store(true)
			s.Settle(10 * time.Second)
			if n := len(s.Said("U1", "C1")); n != 0 {
				t.Fatalf("%s: %d messages through no line", what, n)
			}
			cut.Store(false)
			s.Settle(5 * time.Second)
			if m := s.One("U1", "C1"); !strings.Contains(m.Text, "4m 32s") {
				t.Errorf("%s: %q", what, m.Text)
			}
		}, func(_ *bottest.Stage, c *bot.Config) {
			dial := c.Dial
			c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				if cut.Load() {
					return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("refused")}
				}
				conn, err := dial(ctx, network, addr)
				return &cuttable{conn, &cut}, err
			}
		})
	}
}

func TestARefusalAfterANoticeStaysPrivate(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.AddPerson(members.Person{ID: "U7", Name: "Guest", Guest: true})
		s.AddChannel("C1", "floor", "U1", "U2", "U7", "U0BOT")
		s.Fail("users.info", slacksim.Fault{Delay: 4 * time.Second})
		s.Mention("U7", "C1", "campaign Sales")
		s.Settle(10 * time.Second)
		if n := len(s.Said("U2", "C1")); n != 0 {
			t.Errorf("everybody reads %+v", s.Said("U2", "C1"))
		}
		if all := s.Said("U7", "C1"); len(all) != 2 || strings.Contains(all[0].Text, "Ozonetel") || !strings.Contains(all[1].Text, "guest") {
			t.Errorf("the guest reads %+v", all)
		}
	})
}

func TestAFailureAfterAPublicNoticeStaysPrivate(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Mention("U1", "C1", "campaign Sales") // Slack says who U1 is
		s.Settle(time.Minute)
		s.Up.Answer = func(context.Context, aht.Target) (time.Duration, error) {
			time.Sleep(3 * time.Second)
			return 0, errors.New("boom")
		}
		s.Mention("U1", "C1", "campaign Sales")
		s.Settle(2 * time.Second)
		if n := len(s.Said("U2", "C1")); n != 2 {
			t.Errorf("%d messages, want the figure and a notice", n)
		}
		s.Settle(3 * time.Second)
		if n := len(s.Said("U2", "C1")); n != 1 {
			t.Errorf("everybody reads %+v", s.Said("U2", "C1"))
		}
		all := s.Said("U1", "C1")
		if last := all[len(all)-1]; last.EphemeralFor != "U1" || !strings.Contains(last.Text, "went wrong") {
			t.Errorf("who asked reads %+v", last)
		}
	})
}

func TestANoticeDoesNotHoldUpTheAnswer(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Up.Answer = bottest.Takes(3 * time.Second)
		s.Fail("response_url", slacksim.Fault{Hang: true})
		s.Type("U1", "C1", bottest.Question)
		s.Settle(5 * time.Second)
		if all := s.Said("U1", "C1"); len(all) == 0 || !strings.Contains(all[len(all)-1].Text, "4m 32s") {
			t.Errorf("after five seconds: %+v", all)
		}
	})
}

// cuttable is a connection of one request at a time that ends while cut is set.
type cuttable struct {
	net.Conn
	cut *atomic.Bool
}

func (c *cuttable) Write(p []byte) (int, error) {
	if c.cut.Load() {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return c.Conn.Write(p)
}
