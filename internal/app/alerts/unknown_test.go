package alerts

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/ozonetel"
)

// TestACampaignThatIsGoneIsAskedAboutRarelyAndItsMakerHearsOfItOnce goes through the poll loop,
// the database, the alert loop and the bot.
func TestACampaignThatIsGoneIsAskedAboutRarelyAndItsMakerHearsOfItOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slack, b := bubbleBot(t)
		defer func() { _ = slack.Close() }()
		a, reads := alertsAlone(t, b), 0
		a.config.Read = func(context.Context, aht.Target) error {
			reads++
			return &ozonetel.Error{Class: ozonetel.Refused, Reason: ozonetel.BadCampaign}
		}
		a = New(a.config)
		for _, by := range []string{"U1", "U404"} { // of whom Slack knows one
			w := newWatch(t, "Gone")
			w.By = by
			if _, err := a.Add(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		runFor(t, 10*time.Hour, b, a)
		var said []string
		for _, m := range slack.All() {
			said = append(said, m.Channel[:1]+" "+m.Text)
		}
		slices.Sort(said) // two alerts are told at once
		if got, want := strings.Join(said, ", "), "C stuck 2"+alert.UnknownTarget+", D stuck 1"+alert.UnknownTarget; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
		if reads < 11 || reads > 14 {
			t.Errorf("asked %d times in ten hours", reads)
		}
		if err := a.config.DB.Close(); err != nil {
			t.Error(err)
		}
	})
}
