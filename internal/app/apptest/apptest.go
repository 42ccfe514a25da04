// Package apptest has what the tests of several packages below internal/app share.
package apptest

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/directory"
	"ahtbot/commands"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
)

// Quiet is long enough in a bubble for everything that is due to be done.
const Quiet = 3 * time.Second

// Shared runs f in a bubble with a database of its own.
func Shared(t *testing.T, f func(*testing.T, store.Store)) {
	t.Helper()
	url := "sqlite://" + filepath.Join(t.TempDir(), "ahtbot.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), url, "test")
		if err != nil {
			t.Fatal(err)
		}
		f(t, db)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// InMemory returns a database for one bubble, to be closed before the bubble ends.
func InMemory(t *testing.T) (db store.Store, closed func()) {
	t.Helper()
	db, err := sqlite.OpenMemory(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	return db, func() { _ = db.Close() }
}

// Served starts what serves until its context ends. The function stops it, and waits until it has.
func Served(t *testing.T, serve func(context.Context)) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); serve(ctx) }()
	return func() { cancel(); <-done }
}

// Campaign returns the campaign of a name.
func Campaign(tb testing.TB, name string) aht.Target {
	tb.Helper()
	return target(tb, aht.KindCampaign, name)
}

// Agent returns the agent of an id.
func Agent(tb testing.TB, id string) aht.Target { tb.Helper(); return target(tb, aht.KindAgent, id) }

func target(tb testing.TB, kind aht.Kind, name string) aht.Target {
	tb.Helper()
	made, err := aht.NewTarget(kind, name)
	if err != nil {
		tb.Fatal(err)
	}
	return made
}

// KeepReading has db keep a reading of a campaign, now.
func KeepReading(t *testing.T, db store.Store, campaign string) {
	t.Helper()
	if err := db.KeepReading(t.Context(), Campaign(t, campaign), time.Minute, time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
}

// Bot returns a bot for a simulated Slack; a nil dial is the network.
func Bot(apiURL string, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*bot.Bot, error) {
	people := new(directory.Directory)
	return bot.New(bot.Config{
		AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", APIURL: apiURL, Dial: dial, People: people,
		Handler: commands.NewHandler(request.Config{People: people}),
	})
}

// LateStore answers what it read a second ago.
type LateStore struct {
	store.Store
	Unavailable bool // readings can't be kept, and targets seen not be read
}

// Goals is [store.Goals.Goals].
func (l *LateStore) Goals(ctx context.Context) ([]aht.Goal, error) {
	defer time.Sleep(time.Second)
	return l.Store.Goals(ctx)
}

// SeenTargets is [store.Readings.SeenTargets].
func (l *LateStore) SeenTargets(ctx context.Context, kind aht.Kind, most int) ([]string, error) {
	defer time.Sleep(time.Second)
	if l.Unavailable {
		return nil, store.ErrUnavailable
	}
	return l.Store.SeenTargets(ctx, kind, most)
}

// Alerts is [store.Alerts.Alerts].
func (l *LateStore) Alerts(ctx context.Context, removed time.Time) ([]store.AlertRule, error) {
	defer time.Sleep(time.Second)
	return l.Store.Alerts(ctx, removed)
}

// KeepReading is [store.Readings.KeepReading].
func (l *LateStore) KeepReading(ctx context.Context, t aht.Target, mean time.Duration, asked, received time.Time) error {
	if l.Unavailable {
		return store.ErrUnavailable
	}
	return l.Store.KeepReading(ctx, t, mean, asked, received)
}

// FreeAddr returns a loopback address nothing listens on at this moment.
func FreeAddr() (string, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Words from which a test can tell what was said of an alert.

// AlertCard says how an alert stands.
func AlertCard(c alert.Card, _ *time.Location) reply.Reply {
	return say(fmt.Sprintf("rule %d episode %d %s %s%s", c.Watch.ID, c.State.Episode, c.State.Phase, c.State.Ended, again(c.Repeated)))
}

// AlertTurn says what an alert did.
func AlertTurn(t alert.Update, _ *time.Location) reply.Reply {
	return say(fmt.Sprintf("%s at %d%s", t.Why, t.At.UnixMilli(), again(t.Repeated)))
}

// AlertStuck says that an alert is told nowhere, and why.
func AlertStuck(w alert.Watch, code string) reply.Reply {
	return say(fmt.Sprint("stuck ", w.ID, code))
}

// AlertOutage says whether an outage goes on.
func AlertOutage(_ error, o alert.Outage, _ *time.Location) reply.Reply {
	return say(fmt.Sprint("outage ", o.Until.IsZero()))
}

func say(text string) reply.Reply { return reply.Reply{Text: text, Lines: []string{text}} }

func again(repeated bool) string {
	if repeated {
		return " again"
	}
	return ""
}
