package bot

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/sim/slacksim"
)

func figureReply() commands.Reply {
	return commands.Reply{
		Text: "Sales is at 4m 32s.", Lines: []string{"Sales is at 4m 32s."}, Public: true, Outcome: "figure",
		Table: floorTable(3), Chart: floorChart(),
	}
}

// inside is a workspace with a bot whose outlets the test uses itself.
type inside struct {
	*testing.T
	*slacksim.Workspace
	b *Bot
}

func playInside(t *testing.T, scene func(inside)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := slacksim.New(slacksim.Config{HouseRules: true})
		b, err := New(Config{
			AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", APIURL: w.APIURL(), Dial: w.Dial, People: new(Directory),
			Handler: theHandler(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Run(ctx) }()
		time.Sleep(100 * time.Millisecond)
		scene(inside{t, w, b})
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		for _, v := range w.Violations() {
			t.Errorf("Slack would mind: %s", v)
		}
	})
}

func theHandler(t *testing.T) *commands.Handler {
	t.Helper()
	return scene{}.handler(t, commands.Access{})
}

// command types a command that is answered in its acknowledgement, and returns it with an
// outlet to its unused response_url.
func (s inside) command() (*slacksim.Delivery, *urlOutlet) {
	s.Helper()
	d := s.Type("U1", "C1", "/aht help")
	if err := d.Wait(s.Context()); err != nil {
		s.Fatal(err)
	}
	synctest.Wait()
	return d, &urlOutlet{bot: s.b, url: d.ResponseURL()}
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
func (s inside) ways() map[string]func(r commands.Reply) (slacksim.Message, error) {
	open := func(then func(*channelOutlet) error) (slacksim.Message, error) {
		err := then(&channelOutlet{bot: s.b, channel: "DU1"})
		return s.last("DU1"), err
	}
	return map[string]func(commands.Reply) (slacksim.Message, error){
		"response_url": func(r commands.Reply) (slacksim.Message, error) {
			_, o := s.command()
			err := o.answer(s.Context(), delivery{}, r)
			return s.last("C1"), err
		},
		"response_url, shared": func(r commands.Reply) (slacksim.Message, error) {
			_, o := s.command()
			err := o.post(s.Context(), message{Reply: r, as: "in_channel"}, 1)
			return s.last("C1"), err
		},
		"chat.postMessage": func(r commands.Reply) (slacksim.Message, error) {
			return open(func(o *channelOutlet) error { return o.answer(s.Context(), delivery{}, r) })
		},
		"chat.update": func(r commands.Reply) (slacksim.Message, error) {
			return open(func(o *channelOutlet) error {
				if err := o.say(s.Context(), commands.Busy()); err != nil {
					return err
				}
				return o.answer(s.Context(), delivery{}, r)
			})
		},
		"chat.postEphemeral": func(r commands.Reply) (slacksim.Message, error) {
			r.Public = false
			err := (&channelOutlet{bot: s.b, channel: "C1", user: "U1"}).answer(s.Context(), delivery{}, r)
			return s.last("C1"), err
		},
		"Post": func(r commands.Reply) (slacksim.Message, error) {
			_, err := s.b.Post(s.Context(), Post{Channel: "C1", Reply: r})
			return s.last("C1"), err
		},
		"Edit": func(r commands.Reply) (slacksim.Message, error) {
			at, err := s.b.Post(s.Context(), Post{Channel: "C1", Reply: commands.Busy()})
			if err == nil {
				err = s.b.Edit(s.Context(), at.Channel, at.TS, Post{Reply: r})
			}
			return s.last("C1"), err
		},
	}
}
