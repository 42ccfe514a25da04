package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/bot"
	"ahtbot/internal/sim/slacksim"
)

func decodeObject(s *stage, body []byte) map[string]any {
	s.Helper()
	var out map[string]any
	if err := json.Unmarshal(body, &out); err != nil {
		s.Fatal(err)
	}
	return out
}

func TestTheConnectionComesBack(t *testing.T) {
	for name, c := range map[string]struct {
		trouble func(*stage)
		counted string
	}{
		"refresh":   {func(s *stage) { s.Disconnect("refresh_requested") }, "disconnect_refresh_requested"},
		"warning":   {func(s *stage) { s.Disconnect("warning") }, "disconnect_warning"},
		"cut":       {func(s *stage) { s.CutAll() }, "lost"},
		"half-open": {func(s *stage) { s.HalfOpen() }, "lost"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *stage) {
				s.settle(time.Minute)
				c.trouble(s)
				s.settle(90 * time.Second)
				s.Type("U1", "C1", "/aht help")
				s.settle(time.Second)
				s.one("U1", "C1")
				if s.seen.of("socket "+c.counted) != 1 || s.seen.of("socket hello") != 2 {
					t.Errorf("%s %d, hello %d", c.counted, s.seen.of("socket "+c.counted), s.seen.of("socket hello"))
				}
			})
		})
	}
}

func TestConnectionsThatDoNotLastAreNotOpenedInAStorm(t *testing.T) {
	play(t, func(s *stage) {
		for range 120 { // ten minutes of being thrown out at once
			s.Disconnect("too_many_websockets")
			s.settle(5 * time.Second)
		}
		if n := s.Counts().OpensPerMinute; n > 10 {
			t.Errorf("apps.connections.open %d times in a minute", n)
		}
		s.settle(2 * time.Minute)
		s.Type("U1", "C1", "/aht help")
		s.settle(time.Second)
		s.one("U1", "C1")
	})
}

func TestAnAnswerOutlivesTroubleOnItsWay(t *testing.T) {
	for name, fault := range map[string]slacksim.Fault{
		"server error": {Status: 500},
		"rate limited": {Status: 429, RetryAfter: 2 * time.Second},
		"reset":        {Reset: true},
		"lost reply":   {LoseReply: true},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *stage) {
				s.Fail("response_url", fault)
				s.Type("U1", "C1", question)
				s.settle(10 * time.Second)
				all := s.said("U1", "C1")
				if len(all) == 0 || !strings.Contains(all[len(all)-1].Text, "4m 32s") || s.seen.of("slash figure") != 1 {
					t.Errorf("the answer is lost: %+v", all)
				}
			})
		})
	}
}

func TestAnAnswerThatCannotBeDeliveredIsCounted(t *testing.T) {
	play(t, func(s *stage) {
		s.Fail("response_url", slacksim.Fault{Status: 404, Body: []byte("expired_url")})
		s.Type("U1", "C1", question)
		s.settle(10 * time.Second)
		if s.seen.of("slash undelivered") != 1 || !strings.Contains(s.log.text(), "answer not delivered") {
			t.Errorf("not counted or logged:\n%s", s.log.text())
		}
	})
}

func TestTokensSlackRefusesForGoodEndTheRun(t *testing.T) {
	for name, change := range map[string]struct {
		with func(*bot.Config)
		want string
	}{
		"bot token": {func(c *bot.Config) { c.BotToken = "xoxb-wrong" }, "invalid_auth"},
		"app token": {func(c *bot.Config) { c.AppToken = "xapp-1-A0DEMO-wrong" }, "invalid_auth"},
		"swapped":   {func(c *bot.Config) { c.BotToken, c.AppToken = c.AppToken, c.BotToken }, "not_allowed_token_type"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &stage{T: t, Workspace: slacksim.New(slacksim.Config{}), up: new(upstream), seen: new(counts), log: new(log), ended: make(chan error, 1)}
				s.start(func(_ *stage, c *bot.Config) { change.with(c) })
				s.settle(10 * time.Second)
				select {
				case err := <-s.ended:
					if err == nil || !strings.Contains(err.Error(), change.want) || strings.Contains(err.Error(), "demo") || strings.Contains(err.Error(), "-wrong") {
						t.Errorf("Run = %v", err)
					}
				default:
					t.Error("Run goes on")
				}
				s.stop()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestSlackAwayAtTheStartIsWaitedFor(t *testing.T) {
	play(t, func(s *stage) {
		s.settle(10 * time.Second)
		s.Type("U1", "C1", "/aht help")
		s.settle(time.Second)
		s.one("U1", "C1")
	}, func(s *stage, _ *bot.Config) {
		s.Fail("auth.test", slacksim.Fault{Status: 503}, slacksim.Fault{Reset: true})
		s.Fail("apps.connections.open", slacksim.Fault{Status: 503})
	})
}
