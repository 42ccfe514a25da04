package app

import (
	"cmp"
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/commands/request"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/secret"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store"
)

// company is one account and one workspace in a bubble, with processes of the whole program
// that share a database.
type company struct {
	*testing.T
	slack    *slacksim.Workspace
	upstream *ozonesim.Server
	database string
	access   request.Access
	keeps    time.Duration // readings for so long; zero: a day
}

// dialledByHand is a campaign whose calls are dialled by hand: the account's list lacks it.
const dialledByHand = "Inbound_912240000001"

// found runs f in a bubble with a company of its own, on a SQLite file.
func found(t *testing.T, f func(company)) {
	t.Helper()
	database := "sqlite://" + filepath.Join(t.TempDir(), "ahtbot.db")
	synctest.Test(t, func(t *testing.T) {
		c := company{T: t, slack: slacksim.New(slacksim.Config{}), upstream: ozonesim.New(ozonesim.Config{Latency: 100 * time.Millisecond}), database: database}
		c.upstream.Set(quirk.CampaignFilter.As("outbound"))
		c.withStore(func(db store.Store) {
			if err := db.Resize(t.Context(), 50, true); err != nil {
				t.Fatal(err)
			}
		})
		f(c)
		for _, closed := range []error{c.slack.Close(), c.upstream.Close()} {
			if closed != nil {
				t.Error(closed)
			}
		}
	})
}

// withStore opens the database as another program would.
func (c company) withStore(do func(store.Store)) {
	c.Helper()
	db, err := database.OpenStore(c.Context(), c.database, "test")
	if err != nil {
		c.Fatal(err)
	}
	do(db)
	if err := db.Close(); err != nil {
		c.Error(err)
	}
}

// running is one process of the company, as main starts it.
type running struct {
	company
	*App
}

// start starts a process, and waits until it is at rest. The returned function stops it.
func (c company) start() (running, func()) {
	c.Helper()
	base, err := url.Parse("http://localhost")
	if err != nil {
		c.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		c.Fatal(err)
	}
	s := Settings{
		Release: "test", SlackApp: secret.New("xapp-1-A0DEMO-demo"), SlackBot: secret.New("xoxb-demo"), SlackURL: c.slack.APIURL(), Connections: 1,
		APIKey: secret.New("demo-key"), Username: "demo_user", BaseURL: base, PerMinute: 50, Database: secret.New(c.database),
		MaxAge: time.Minute, Retention: cmp.Or(c.keeps, 24*time.Hour), Poll: 5 * time.Minute, Zone: zone, Access: c.access,
	}
	a, err := Open(c.Context(), s, Options{DialSlack: c.slack.Dial, DialUpstream: c.upstream.Dial}, slog.New(slog.DiscardHandler))
	if err != nil {
		c.Fatal(err)
	}
	ctx, cancel := context.WithCancel(c.Context())
	stop := a.Start(ctx)
	var bot sync.WaitGroup
	bot.Go(func() {
		if err := a.Run(ctx); err != nil {
			c.Error(err)
		}
	})
	time.Sleep(apptest.Quiet)
	return running{c, a}, func() {
		cancel()
		bot.Wait()
		stop()
		a.Close(c.Context())
	}
}

// told is what who types a line in #floor reads.
func (r running) told(who, line string) string {
	r.Helper()
	reply, err := r.bot.Handler.Answer(r.Context(), request.Question{User: who, Text: line, At: time.Now(), Ref: "abc234", Channel: true, Place: "C1"})
	if err != nil {
		r.Logf("%s: %v", line, err)
	}
	return reply.Text
}

// reads fails unless what who types a line reads has all of want in it.
func (r running) reads(who, line string, want ...string) {
	r.Helper()
	said := r.told(who, line)
	for _, w := range want {
		if !strings.Contains(said, w) {
			r.Errorf("%s types %s and reads %q, which lacks %q", who, line, said, w)
		}
	}
}
