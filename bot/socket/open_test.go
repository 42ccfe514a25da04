package socket_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/internal/sim/slacksim"
)

func TestTheConnectionComesBack(t *testing.T) {
	for name, c := range map[string]struct {
		trouble func(*bottest.Stage)
		counted string
	}{
		"refresh":   {func(s *bottest.Stage) { s.Disconnect("refresh_requested") }, "disconnect_refresh_requested"},
		"warning":   {func(s *bottest.Stage) { s.Disconnect("warning") }, "disconnect_warning"},
		"cut":       {func(s *bottest.Stage) { s.CutAll() }, "lost"},
		"half-open": {func(s *bottest.Stage) { s.HalfOpen() }, "lost"},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.Play(t, func(s *bottest.Stage) {
				s.Settle(time.Minute)
				c.trouble(s)
				s.Settle(90 * time.Second)
				s.Type("U1", "C1", "/aht help")
				s.Settle(time.Second)
				s.One("U1", "C1")
				if s.Observed.Of("socket "+c.counted) != 1 || s.Observed.Of("socket hello") != 2 {
					t.Errorf("%s %d, hello %d", c.counted, s.Observed.Of("socket "+c.counted), s.Observed.Of("socket hello"))
				}
			})
		})
	}
}

func TestConnectionsThatDoNotLastAreNotOpenedInAStorm(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		for range 120 { // ten minutes of being thrown out at once
			s.Disconnect("too_many_websockets")
			s.Settle(5 * time.Second)
		}
		if n := s.Counts().OpensPerMinute; n > 10 {
			t.Errorf("apps.connections.open %d times in a minute", n)
		}
		s.Settle(2 * time.Minute)
		s.Type("U1", "C1", "/aht help")
		s.Settle(time.Second)
		s.One("U1", "C1")
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
			bottest.Play(t, func(s *bottest.Stage) {
				s.Forgive(change.want)
				s.Settle(10 * time.Second)
				select {
				case err := <-s.Ended:
					if err == nil || !strings.Contains(err.Error(), change.want) || strings.Contains(err.Error(), "demo") || strings.Contains(err.Error(), "-wrong") {
						t.Errorf("Run = %v", err)
					}
					s.Ended <- nil
				default:
					t.Error("Run goes on")
				}
			}, func(_ *bottest.Stage, c *bot.Config) { change.with(c) })
		})
	}
}

func TestSlackAwayAtTheStartIsWaitedFor(t *testing.T) {
	bottest.Play(t, func(s *bottest.Stage) {
		s.Settle(10 * time.Second)
		s.Type("U1", "C1", "/aht help")
		s.Settle(time.Second)
		s.One("U1", "C1")
	}, func(s *bottest.Stage, _ *bot.Config) {
		s.Fail("auth.test", slacksim.Fault{Status: 503}, slacksim.Fault{Reset: true})
		s.Fail("apps.connections.open", slacksim.Fault{Status: 503})
	})
}
