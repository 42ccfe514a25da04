package alerts

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/bot"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/sim/slacksim"
)

// TestAWholeEpisodeIsPolledJudgedAndToldInAMinute is the trial of docs/alerts.md: a reading a
// second, through the poll loop, the database, the alert loop and the bot.
func TestAWholeEpisodeIsPolledJudgedAndToldInAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack, b := bubbleBot(t)
		defer func() { _ = slack.Close() }()
		a := alertsAlone(t, b)
		began, reads := time.Now(), 0
		a.config.Interval, a.config.Room = time.Second, func() int { return 600 }
		a.config.Read = func(ctx context.Context, target aht.Target) error {
			mean := 3*time.Minute + time.Duration(reads%7)*time.Second
			if since := time.Since(began); since > 5*time.Second && since < 25*time.Second {
				mean += 4 * time.Minute
			}
			reads++
			defer a.Wake()
			return a.config.DB.KeepReading(ctx, target, mean, time.Now(), time.Now())
		}
		a = New(a.config)
		w := newWatch(t, "Sales")
		w.Rule.For, w.Rule.ClearFor, w.Rule.Active = 5*time.Second, 5*time.Second, alert.Hours{}
		if _, err := a.Add(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		runFor(t, 90*time.Second, b, a)
		var said []string
		for _, m := range slack.All() {
			said = append(said, strings.Split(m.Text, " at ")[0])
		}
		if got, want := strings.Join(said, ", "), "rule 1 episode 1 learning cleared, fired, recovering, cleared"; got != want {
			t.Errorf("the channel says %q, want %q", got, want)
		}
		if reads < 80 {
			t.Errorf("%d readings in a minute and a half", reads)
		}
		if err := a.config.DB.Close(); err != nil {
			t.Error(err)
		}
	})
}

// bubbleBot is a bot in a bubble, in the channel C1 of a workspace without a network.
func bubbleBot(t *testing.T) (*slacksim.Workspace, *bot.Bot) {
	t.Helper()
	slack := slacksim.New(slacksim.Config{})
	slack.AddChannel("C1", "floor", "U1", "U0BOT")
	b, err := apptest.Bot(slack.APIURL(), slack.Dial)
	if err != nil {
		t.Fatal(err)
	}
	return slack, b
}

// runFor runs a bot and its alerts for a while.
func runFor(t *testing.T, d time.Duration, b *bot.Bot, a *Alerts) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = b.Run(ctx) })
	running.Go(func() { a.Run(ctx) })
	time.Sleep(d)
	stop()
	running.Wait()
}
