package posts_test

import (
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/bot/blocks"
	"ahtbot/bot/directory"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/internal/sim/slacksim"
)

// stage is a workspace with a Poster in it, in one bubble.
type stage struct {
	*testing.T
	*slacksim.Workspace
	poster *posts.Poster
}

// play runs a scene in a bubble: real client, real HTTP over pipes, time that jumps. Nothing
// may have been done by its end that Slack would not stand for.
func play(t *testing.T, scene func(*stage), with ...func(*stage, *webapi.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{T: t, Workspace: slacksim.New(slacksim.Config{})}
		c := webapi.Config{AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", URL: s.APIURL(), Dial: s.Dial}
		for _, w := range with {
			w(s, &c)
		}
		api, err := webapi.New(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := api.Identify(t.Context()); err != nil {
			t.Fatal(err)
		}
		people := new(directory.Directory)
		people.Use(api)
		s.poster = posts.New(api, &blocks.Support{Log: slog.New(slog.DiscardHandler)}, people)
		scene(s)
		api.Close()
		if err := s.Close(); err != nil {
			t.Errorf("closing the workspace: %v", err)
		}
		for _, v := range s.Violations() {
			t.Errorf("Slack would mind: %s", v)
		}
	})
}

// settle lets d pass and everything due in it happen.
func (s *stage) settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// said returns what the bot said where user looks, oldest first.
func (s *stage) said(user, channel string) []slacksim.Message {
	var out []slacksim.Message
	for _, m := range s.Seen(user, channel) {
		if m.Via != "typed" {
			out = append(out, m)
		}
	}
	return out
}

// one returns the only thing said, and fails when there is more or less.
func (s *stage) one(user, channel string) slacksim.Message {
	s.Helper()
	all := s.said(user, channel)
	if len(all) != 1 {
		s.Fatalf("%d messages, want one: %+v", len(all), all)
	}
	return all[0]
}

// figures is a reply with a table and a chart.
func figures() reply.Reply {
	return reply.Reply{
		Text: "Sales is at 4m 32s.", Lines: []string{"Sales is at 4m 32s."}, Public: true,
		Table: &reply.Table{Caption: "AHT", Header: []string{"Campaign", "AHT"}, Rows: [][]reply.Cell{{reply.Words("Sales"), reply.Number("4m 32s", 272)}}},
		Chart: &reply.Chart{Title: "AHT", Categories: []string{"11:00"}, Series: []reply.Series{{Name: "Sales", Values: []float64{272}}}},
	}
}

func words(text string) reply.Reply { return reply.Reply{Text: text, Lines: []string{text}} }

func (s *stage) post(p posts.Post) posts.Posted {
	s.Helper()
	at, err := s.poster.Post(s.Context(), p)
	if err != nil {
		s.Fatalf("Post = %v", err)
	}
	return at
}

// fault returns the *webapi.CallError of err, and fails when there is none.
func (s *stage) fault(err error) *webapi.CallError {
	s.Helper()
	pe, ok := errors.AsType[*webapi.CallError](err)
	if !ok || errors.Is(err, webapi.ErrUnsure) {
		s.Fatalf("error %v, want a CallError that is sure", err)
	}
	return pe
}
