package blocks_test

import (
	"testing"
	"testing/synctest"

	"ahtbot/bot/blocks"
	"ahtbot/bot/bottest"
	"ahtbot/bot/posts"
	"ahtbot/bot/respond"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/sim/slacksim"
)

func figureReply() reply.Reply {
	return reply.Reply{
		Text: "Sales is at 4m 32s.", Lines: []string{"Sales is at 4m 32s."}, Public: true, Outcome: "figure",
		Table: &reply.Table{
			Caption: "AHT of 2 campaigns", Header: []string{"Campaign", "AHT"},
			Rows: [][]reply.Cell{{reply.Words("Sales Outbound"), reply.Number("4m 32s", 272)}, {reply.Words("Winter Trial"), reply.Number("no calls", -1)}},
		},
		Chart: &reply.Chart{Title: "AHT since 09:00 IST", Categories: []string{"09:00", "11:00"}, Series: []reply.Series{{Name: "Sales Outbound", Values: []float64{261, 272}}}},
	}
}

// inside is a workspace whose ways out to people the test uses itself, beside the bot's.
type inside struct {
	*bottest.Stage
	support *blocks.Support
	respond *respond.Responder
	posts   *posts.Poster
}

func playInside(t *testing.T, scene func(inside)) {
	t.Helper()
	bottest.PlayIn(t, slacksim.Config{HouseRules: true}, func(s *bottest.Stage) {
		api, err := webapi.New(webapi.Config{AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", URL: s.APIURL(), Dial: s.Dial})
		if err != nil {
			s.Fatal(err)
		}
		s.Cleanup(api.Close)
		if err := api.Identify(s.Context()); err != nil {
			s.Fatal(err)
		}
		support := &blocks.Support{Log: s.Bot.Log}
		scene(inside{
			s, support, &respond.Responder{API: api, Support: support, Handler: s.Bot.Handler}, posts.New(api, support, s.Bot.People),
		})
	})
}

// command types a command that is answered in its acknowledgement, and returns where its
// unused response_url leads.
func (s inside) command(from respond.Origin) respond.Destination {
	s.Helper()
	d := s.Type("U1", "C1", "/aht help")
	if err := d.Wait(s.Context()); err != nil {
		s.Fatal(err)
	}
	synctest.Wait()
	return s.respond.URL(d.ResponseURL, from)
}

// last is the newest message U1 sees in a channel.
func (s inside) last(channel string) slacksim.Message {
	s.Helper()
	all := s.Seen("U1", channel)
	if len(all) == 0 {
		s.Fatalf("nothing in %s", channel)
	}
	return all[len(all)-1]
}

// ways are the ways out to people; each sends r and returns what then stands where it went.
func (s inside) ways() map[string]func(r reply.Reply) (slacksim.Message, error) {
	answer := func(to respond.Destination, r reply.Reply, where string) (slacksim.Message, error) {
		err := to.Answer(s.Context(), request.Question{}, r)
		return s.last(where), err
	}
	return map[string]func(reply.Reply) (slacksim.Message, error){
		"response_url": func(r reply.Reply) (slacksim.Message, error) {
			return answer(s.command(respond.NoMessage), r, "C1")
		},
		"response_url, for all": func(r reply.Reply) (slacksim.Message, error) {
			return answer(s.command(respond.PublicMessage), r, "C1")
		},
		"chat.postMessage": func(r reply.Reply) (slacksim.Message, error) {
			return answer(s.respond.In(respond.Conversation{Channel: "DU1"}), r, "DU1")
		},
		"chat.update": func(r reply.Reply) (slacksim.Message, error) {
			to := s.respond.In(respond.Conversation{Channel: "DU1"})
			if err := to.Notice(s.Context(), request.Question{}, reply.Busy()); err != nil {
				return slacksim.Message{}, err
			}
			return answer(to, r, "DU1")
		},
		"chat.postEphemeral": func(r reply.Reply) (slacksim.Message, error) {
			r.Public = false
			return answer(s.respond.In(respond.Conversation{Channel: "C1", User: "U1"}), r, "C1")
		},
		"Post": func(r reply.Reply) (slacksim.Message, error) {
			_, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: r})
			return s.last("C1"), err
		},
		"Edit": func(r reply.Reply) (slacksim.Message, error) {
			at, err := s.posts.Post(s.Context(), posts.Post{Channel: "C1", Reply: reply.Busy()})
			if err == nil {
				err = s.posts.Edit(s.Context(), at.Channel, at.TS, posts.Post{Reply: r})
			}
			return s.last("C1"), err
		},
	}
}
