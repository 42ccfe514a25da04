package bot_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/directory"
	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
)

// What follows was found by a review and by thinking like an adversary: each is a way to
// lose an answer, or to show it to the wrong people.

func TestAQuestionWithNowhereToAnswerIsAcknowledgedAndDropped(t *testing.T) {
	play(t, func(s *stage) {
		for i, url := range []string{"", "https://evil.example/x"} {
			for _, accepts := range []bool{true, false} {
				p := s.CommandPayload("U1", "C1", "/aht", "agent 42")
				p["response_url"], p["trigger_id"] = url, fmt.Sprintf("1.%d.%v", i, accepts)
				d := s.SendEnvelope("slash_commands", p, accepts)
				s.settle(3 * time.Second)
				if !d.Acked() || accepts != (d.AckPayload() != nil) {
					t.Errorf("%q, accepts %v: acked %v with %s", url, accepts, d.Acked(), d.AckPayload())
				}
			}
		}
		if s.up.count() != 0 {
			t.Errorf("%d questions were asked for nobody", s.up.count())
		}
	})
}

func TestAForgedButtonOnAPublicMessageShowsNoAgent(t *testing.T) {
	play(t, func(s *stage) {
		s.Mention("U1", "C1", "campaign Sales")
		s.settle(time.Second)
		public := s.one("U2", "C1")
		for _, action := range []reply.Action{reply.ActionRefresh, reply.ActionAsk} {
			p := pressPayload(s, public, string(action), `{"k":"agent","n":"asha@example.com"}`)
			p["trigger_id"] = "1.2." + string(action)
			s.SendEnvelope("interactive", p, false)
			s.settle(time.Second)
		}
		if m := s.one("U2", "C1"); strings.Contains(m.Text, "asha") {
			t.Errorf("everybody reads %q", m.Text)
		}
		if all := s.said("U1", "C1"); len(all) < 2 || all[len(all)-1].EphemeralFor != "U1" {
			t.Errorf("who pressed is told %+v", all)
		}
	})
}

func TestARefusalAfterANoticeStaysPrivate(t *testing.T) {
	play(t, func(s *stage) {
		s.AddPerson(members.Person{ID: "U7", Name: "Guest", Guest: true})
		s.AddChannel("C1", "floor", "U1", "U2", "U7", "U0BOT")
		s.Fail("users.info", slacksim.Fault{Delay: 4 * time.Second})
		s.Mention("U7", "C1", "campaign Sales")
		s.settle(10 * time.Second)
		if n := len(s.said("U2", "C1")); n != 0 {
			t.Errorf("everybody reads %+v", s.said("U2", "C1"))
		}
		if all := s.said("U7", "C1"); len(all) != 2 || strings.Contains(all[0].Text, "Ozonetel") || !strings.Contains(all[1].Text, "guest") {
			t.Errorf("the guest reads %+v", all)
		}
	})
}

func TestAFailureAfterAPublicNoticeStaysPrivate(t *testing.T) {
	play(t, func(s *stage) {
		s.Mention("U1", "C1", "campaign Sales") // Slack says who U1 is
		s.settle(time.Minute)
		s.up.answer = func(context.Context, aht.Target) (time.Duration, error) {
			time.Sleep(3 * time.Second)
			return 0, errors.New("boom")
		}
		s.Mention("U1", "C1", "campaign Sales")
		s.settle(2 * time.Second)
		if n := len(s.said("U2", "C1")); n != 2 {
			t.Errorf("%d messages, want the figure and a notice", n)
		}
		s.settle(3 * time.Second)
		if n := len(s.said("U2", "C1")); n != 1 {
			t.Errorf("everybody reads %+v", s.said("U2", "C1"))
		}
		all := s.said("U1", "C1")
		if last := all[len(all)-1]; last.EphemeralFor != "U1" || !strings.Contains(last.Text, "went wrong") {
			t.Errorf("who asked reads %+v", last)
		}
	})
}

func TestOurOwnPersonInASharedChannelIsAnswered(t *testing.T) {
	play(t, func(s *stage) {
		first := s.Mention("U1", "C1", "campaign Sales")
		s.settle(time.Second)
		p := decodeObject(s, first.Payload)
		p["team_id"], p["event_id"] = "T0PARTNER", "Ev0SHARED"
		p["authorizations"] = []any{map[string]any{"team_id": "T0DEMO", "user_id": "U0BOT", "is_bot": true}}
		s.SendEnvelope("events_api", p, false)
		s.settle(time.Second)
		if n := len(s.said("U1", "C1")); n != 2 || s.seen.of("envelope foreign") != 0 {
			t.Errorf("%d answers, %d dropped", n, s.seen.of("envelope foreign"))
		}
	})
}

func TestTokensDoNotFollowARedirect(t *testing.T) {
	var leaked []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		leaked = append(leaked, r.Form.Get("token")+r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	slackURL := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer slackURL.Close()
	people := new(directory.Directory)
	b, err := bot.New(bot.Config{
		AppToken: "xapp-secret", BotToken: "xoxb-secret", APIURL: slackURL.URL + "/api/", People: people,
		Handler: commands.NewHandler(request.Config{People: people}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_ = b.Run(ctx) // it can't succeed
	if len(leaked) > 0 {
		t.Errorf("the other host was sent %v", leaked)
	}
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
			play(t, func(s *stage) {
				s.Type("U1", "C1", "/aht campaign Sales")
				s.settle(time.Minute)
				s.Fail("response_url", c.fault)
				s.press("U1", s.one("U1", "C1"), reply.ActionShare)
				s.settle(10 * time.Second)
				var said strings.Builder
				for _, m := range s.said("U1", "C1") {
					said.WriteString(m.Plain() + "\n")
				}
				if !strings.Contains(said.String(), c.says) || len(s.said("U2", "C1")) != c.shown {
					t.Errorf("the channel has %d, the person reads:\n%s", len(s.said("U2", "C1")), said.String())
				}
			})
		})
	}
}

func TestAnOldFigureIsNotShared(t *testing.T) {
	play(t, func(s *stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.settle(26 * time.Minute) // a response_url lasts thirty
		p := pressPayload(s, s.one("U1", "C1"), string(reply.ActionShare), `{"k":"campaign","n":"Sales","s":272,"t":1}`)
		s.SendEnvelope("interactive", p, false)
		s.settle(time.Second)
		if len(s.said("U2", "C1")) != 0 {
			t.Error("a figure of another day was shared")
		}
	})
}

func TestANoticeThatCannotBeEditedIsFollowedByTheAnswer(t *testing.T) {
	for name, fault := range map[string]slacksim.Fault{
		"server error": {Status: 500}, "gone": {Err: "message_not_found"}, "reset": {Reset: true},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *stage) {
				s.up.answer = takes(3 * time.Second)
				s.Fail("chat.update", fault)
				s.DM("U1", "agent 42")
				s.settle(20 * time.Second)
				all := s.said("U1", "DU1")
				if last := all[len(all)-1]; !strings.Contains(last.Text, "4m 32s") {
					t.Errorf("told %+v", all)
				}
			})
		})
	}
}

func TestAnAnswerThatDidNotGetOutInTheAcknowledgementComesAnyway(t *testing.T) {
	for name, trouble := range map[string]func(*stage){
		"refresh": func(s *stage) { s.Disconnect("refresh_requested") }, "cut": func(s *stage) { s.Cut() },
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *stage) {
				s.settle(time.Minute)
				for range 10 {
					before := s.seen.of("slash help") + s.seen.of("slash undelivered")
					s.Type("U1", "C1", "/aht help")
					trouble(s)
					s.settle(3 * time.Minute)
					answers := 0
					for _, m := range s.said("U1", "C1") {
						if strings.Contains(m.Text, "What you can ask") {
							answers++
						}
					}
					if got := s.seen.of("slash help"); got > before && answers < got {
						t.Fatalf("%d counted as answered, %d seen", got, answers)
					}
				}
				if name == "refresh" && s.seen.of("slash help") == 0 {
					t.Error("nothing was answered at all")
				}
			})
		})
	}
}

func TestANoticeDoesNotHoldUpTheAnswer(t *testing.T) {
	play(t, func(s *stage) {
		s.up.answer = takes(3 * time.Second)
		s.Fail("response_url", slacksim.Fault{Hang: true})
		s.Type("U1", "C1", question)
		s.settle(5 * time.Second)
		if all := s.said("U1", "C1"); len(all) == 0 || !strings.Contains(all[len(all)-1].Text, "4m 32s") {
			t.Errorf("after five seconds: %+v", all)
		}
	})
}

func TestGroupsAreAskedForOnceAndOnlyForAgents(t *testing.T) {
	restricted := func(s *stage, _ *bot.Config) {
		s.AddUserGroup("S1", "U1")
		s.access = request.Access{Restricted: true, Readers: []string{"S1"}}
	}
	play(t, func(s *stage) {
		for range 3 {
			for _, user := range []string{"U1", "U2"} {
				s.Type(user, "C1", "/aht agent 42")
				s.Type(user, "C1", "/aht campaign Sales")
			}
			s.settle(3 * time.Second)
		}
		if n := s.Calls("usergroups.users.list"); n != 1 {
			t.Errorf("asked %d times who is in the group", n)
		}
	}, restricted)
	play(t, func(s *stage) {
		s.Fail("usergroups.users.list", slacksim.Fault{Err: "missing_scope"})
		s.Type("U2", "C1", "/aht campaign Sales")
		s.settle(3 * time.Second)
		if m := s.one("U2", "C1"); !strings.Contains(m.Text, "4m 32s") {
			t.Errorf("a campaign is answered %q", m.Text)
		}
	}, restricted)
}

func TestButtonsAreToldWhenThereIsTooMuch(t *testing.T) {
	play(t, func(s *stage) {
		s.Type("U1", "C1", "/aht campaign Sales")
		s.settle(time.Minute)
		s.up.answer = takes(20 * time.Second)
		m := s.one("U1", "C1")
		s.Type("U2", "C1", "/aht campaign Other")
		s.settle(time.Second)
		d := s.press("U1", m, reply.ActionRefresh)
		s.settle(time.Second)
		all := s.said("U1", "C1")
		if !d.Acked() || len(all) != 2 || !strings.Contains(all[1].Text, "Try again in a minute") {
			t.Errorf("acked %v, told %+v", d.Acked(), all)
		}
		s.Redeliver(d)
		s.settle(time.Second)
		if len(s.said("U1", "C1")) != 2 {
			t.Error("a redelivery is told something else")
		}
	}, func(_ *stage, c *bot.Config) { c.Workers = 1 })
}

func TestAnAnswerWaitsForALineToSlack(t *testing.T) {
	for what, ask := range map[string]func(*stage){
		"command": func(s *stage) { s.Type("U1", "C1", "/aht agent 42") },
		"mention": func(s *stage) { s.Mention("U1", "C1", "agent 42") },
	} {
		var cut atomic.Bool
		play(t, func(s *stage) {
			s.up.answer = takes(time.Second)
			ask(s)
			s.settle(500 * time.Millisecond)
			cut.Store(true)
			s.settle(10 * time.Second)
			if n := len(s.said("U1", "C1")); n != 0 {
				t.Fatalf("%s: %d messages through no line", what, n)
			}
			cut.Store(false)
			s.settle(5 * time.Second)
			if m := s.one("U1", "C1"); !strings.Contains(m.Text, "4m 32s") {
				t.Errorf("%s: %q", what, m.Text)
			}
		}, func(_ *stage, c *bot.Config) {
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
