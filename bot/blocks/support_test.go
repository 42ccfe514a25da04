package blocks_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot/blocks"
	"ahtbot/bot/posts"
	"ahtbot/bot/respond"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/sim/slacksim"
)

func TestTablesAndChartsGoEveryWayOut(t *testing.T) {
	playInside(t, func(s inside) {
		for name, send := range s.ways() {
			m, err := send(figureReply())
			if err != nil || !strings.Contains(m.Plain(), "Winter Trial | no calls") || !strings.Contains(m.Plain(), "[line chart: AHT since") {
				s.Errorf("%s: %v, %s", name, err, m.Plain())
			}
			time.Sleep(2 * time.Second)
		}
	})
}

func TestAWorkspaceWithoutTablesGetsTextOnEveryWayOut(t *testing.T) {
	for _, lacking := range [][]string{{"data_table", "data_visualization"}, {"data_visualization"}} {
		playInside(t, func(s inside) {
			s.WithoutBlocks(lacking...)
			for name, send := range s.ways() {
				for _, when := range []string{"at first", "remembered"} {
					m, err := send(figureReply())
					if plain := m.Plain(); err != nil || !strings.Contains(plain, "Winter Trial  ") || strings.Contains(plain, "|") || strings.Contains(plain, "chart:") {
						s.Errorf("%s %s: %v, %s", name, when, err, plain)
					}
					time.Sleep(2 * time.Second)
				}
				time.Sleep(time.Hour) // so that each way finds out for itself
			}
		})
	}
}

func TestARefusalIsRememberedForAnHour(t *testing.T) {
	playInside(t, func(s inside) {
		s.WithoutBlocks("data_table")
		calls := func() int {
			s.Helper()
			before := s.Calls("chat.postMessage")
			if _, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: figureReply()}); err != nil {
				s.Fatal(err)
			}
			return s.Calls("chat.postMessage") - before
		}
		if n := calls(); n != 2 {
			s.Errorf("the first took %d calls, want 2", n)
		}
		s.WithoutBlocks()
		if n := calls(); n != 1 || strings.Contains(s.last("C1").Plain(), "|") {
			s.Errorf("within the hour: %d calls, %s", n, s.last("C1").Plain())
		}
		time.Sleep(time.Hour)
		if n := calls(); n != 1 || !strings.Contains(s.last("C1").Plain(), "|") {
			s.Errorf("an hour later: %d calls, %s", n, s.last("C1").Plain())
		}
	})
}

func TestAFaultOfTheWordsIsNotBlamedOnTheTable(t *testing.T) {
	playInside(t, func(s inside) {
		refused := slacksim.Fault{Err: "invalid_blocks"}
		s.Fail("chat.postMessage", refused, refused)
		if _, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: figureReply()}); webapi.Code(err) != "invalid_blocks" {
			s.Errorf("Post = %v", err)
		}
		s.Fail("chat.postMessage", slacksim.Fault{Err: "msg_blocks_too_long"})
		for _, want := range []bool{false, true} { // too long for once, then drawn in full
			if _, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: figureReply()}); err != nil {
				s.Fatal(err)
			}
			if got := strings.Contains(s.last("C1").Plain(), "|"); got != want {
				s.Errorf("drawn in full: %v, want %v", got, want)
			}
		}
		s.Fail("chat.postMessage", refused)
		if _, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: reply.Busy()}); webapi.Code(err) != "invalid_blocks" || s.Calls("chat.postMessage") != 6 {
			s.Errorf("words alone: %v after %d calls", err, s.Calls("chat.postMessage"))
		}
	})
}

func TestALostAnswerToATableIsNotDrawnAgain(t *testing.T) {
	playInside(t, func(s inside) {
		s.Fail("chat.postMessage", slacksim.Fault{LoseReply: true})
		if _, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: figureReply()}); err == nil || s.Calls("chat.postMessage") != 1 {
			s.Errorf("Post = %v after %d calls", err, s.Calls("chat.postMessage"))
		}
		if p := s.support.Inline(figureReply(), true); p != nil {
			s.Errorf("it counts as an answer: %s", p)
		}
	})
}

func TestAResponseURLIsNeverUsedMoreThanFiveTimes(t *testing.T) {
	playInside(t, func(s inside) {
		s.WithoutBlocks("data_table")
		o := s.command(respond.NoMessage)
		if err := o.Notice(s.Context(), request.Question{}, reply.Busy()); err != nil {
			s.Fatal(err)
		}
		s.Fail("response_url", slacksim.Fault{LoseReply: true}, slacksim.Fault{LoseReply: true})
		s.WithoutBlocks()
		s.Fail("response_url", slacksim.Fault{Status: 400, Err: "invalid_blocks"}, slacksim.Fault{LoseReply: true})
		if err := o.Answer(s.Context(), request.Question{}, figureReply()); err == nil || s.Calls("response_url") != 5 {
			s.Errorf("answer = %v after %d uses", err, s.Calls("response_url"))
		}
	})
}

func TestAnAcknowledgementCarriesATableOnlyWhenItIsSureToBeTaken(t *testing.T) {
	playInside(t, func(s inside) {
		drawn := func(p []byte) string {
			switch {
			case p == nil:
				return "elsewhere"
			case strings.Contains(string(p), "data_table"):
				return "table"
			default:
				return "text"
			}
		}
		want := func(when, there1, nowhere1 string) {
			s.Helper()
			if a, b := drawn(s.support.Inline(figureReply(), true)), drawn(s.support.Inline(figureReply(), false)); a != there1 || b != nowhere1 {
				s.Errorf("%s: %s and %s, want %s and %s", when, a, b, there1, nowhere1)
			}
		}
		want("nothing is known", "elsewhere", "text")
		send := s.ways()["response_url"]
		if _, err := send(figureReply()); err != nil {
			s.Fatal(err)
		}
		want("one was taken", "table", "table")
		s.WithoutBlocks("data_table")
		if _, err := send(figureReply()); err != nil {
			s.Fatal(err)
		}
		want("one was refused", "text", "text")
		time.Sleep(time.Hour)
		want("an hour later", "elsewhere", "text")
		if p := s.support.Inline(reply.Busy(), true); p == nil {
			s.Error("words alone always ride")
		}
	})
}

func TestButtonsWithOneActionAreToldApart(t *testing.T) {
	playInside(t, func(s inside) {
		r := reply.Busy()
		for _, v := range []string{"30m", "1h", "2h"} {
			r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionRefresh, Label: v, Value: v})
		}
		if _, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: r}); err != nil {
			s.Fatal(err)
		}
		for i, b := range s.last("C1").Buttons() {
			if got := blocks.ActionOf(b.ActionID); got != reply.ActionRefresh || b.Value != r.Buttons[i].Value {
				s.Errorf("button %d: %q, %q", i, got, b.Value)
			}
		}
	})
}
