package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/bot"
	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/ozonetel"
)

// TestACampaignThatIsGoneIsAskedAboutRarelyAndItsMakerHearsOfItOnce goes through the poll loop,
// the database, the alert loop and the bot.
func TestACampaignThatIsGoneIsAskedAboutRarelyAndItsMakerHearsOfItOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack := slacksim.New(slacksim.Config{})
		defer func() { _ = slack.Close() }()
		slack.AddChannel("C1", "floor", "U1", "U0BOT")
		people := new(bot.Directory)
		b, err := bot.New(bot.Config{
			AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", APIURL: slack.APIURL(), Dial: slack.Dial, People: people,
			Handler: commands.NewHandler(commands.Config{People: people}),
		})
		if err != nil {
			t.Fatal(err)
		}
		a, reads := alertsAlone(t, b), 0
		a.read = func(context.Context, aht.Target) error {
			reads++
			return &ozonetel.Error{Class: ozonetel.Refused, Reason: ozonetel.BadCampaign}
		}
		a = newAlerts(a.alertParts)
		for _, by := range []string{"U1", "U404"} { // of whom Slack knows one
			w := newWatch(t, "Gone")
			w.By = by
			if _, err := a.Add(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = b.Run(ctx) })
		running.Go(func() { a.run(ctx) })
		time.Sleep(10 * time.Hour)
		stop()
		running.Wait()
		var said []string
		for _, m := range slack.All() {
			said = append(said, m.Channel[:1]+" "+m.Text)
		}
		if got, want := strings.Join(said, ", "), "D stuck 1"+alert.UnknownTarget+", C stuck 2"+alert.UnknownTarget; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
		if reads < 11 || reads > 14 {
			t.Errorf("asked %d times in ten hours", reads)
		}
		if err := a.db.Close(); err != nil {
			t.Error(err)
		}
	})
}
