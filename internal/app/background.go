package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/directory"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/alerts"
	"ahtbot/internal/app/campaigns"
	"ahtbot/internal/app/database"
	"ahtbot/internal/app/digests"
	"ahtbot/internal/digest"
	"ahtbot/internal/poll"
	"ahtbot/internal/view"
	"ahtbot/ozonetel"
)

// background is what works without being asked each time: names of campaigns, digests,
// alerts, and the polling for both.
type background struct {
	names   *campaigns.Names
	digests *digests.Digests
	alerts  *alerts.Alerts
	reached atomic.Int64 // the interval readings really came in, for answers that may not wait
	log     *slog.Logger
}

// newBackground connects them, and makes h answer for them.
func newBackground(a *App, people *directory.Directory, h *commands.Handler) *background {
	s, log := a.settings, database.Quietly(a.log)
	st := &background{log: log}
	db := countingStore{a.db, a.metrics}
	admins := func(ctx context.Context) []string { return people.Everyone(ctx, s.Access.Admins) }
	st.names = campaigns.New(a.upstream.Campaigns, a.db, a.db.ID, log)
	st.alerts = alerts.New(alerts.Config{
		DB: db, Bot: a.bot,
		Words: alerts.Words{Card: alertpost.Card, Turn: alertpost.Turn, Stuck: alertpost.Stuck, Outage: alertpost.Outage},
		Goal: func(t aht.Target) (aht.Goal, bool) {
			read := a.goals.Read() // before the goal, which may come in between
			g, _ := a.goals.Goal(t)
			return g, read
		},
		Read: func(ctx context.Context, t aht.Target) error {
			_, err := a.upstream.AskBackground(ctx, t, ozonetel.Polling)
			return err
		},
		Room: func() int { return poll.Capacity(a.upstream.Status().Ceiling) }, AlsoWatched: st.digestCampaigns, Admins: admins,
		CatchUp: a.readings.CatchUp, Interval: s.Poll, Zone: s.Zone, ID: a.db.ID, Log: log,
	})
	st.digests = digests.New(digests.Config{
		DB: db, Recent: a.readings.Recent(), Client: a.upstream, Bot: a.bot,
		Words:  digests.Words{Message: digestpost.Message, Stuck: digestpost.Stuck, Orphan: digestpost.Orphan},
		Admins: admins, Names: func() []string { all, _ := st.names.Campaigns(); return all }, Watched: st.alerts.Campaigns,
		Goal: a.goals.Goal, PerMinute: func() int { return digestCapacity(s.PerMinute) }, Calendars: s.Days, Log: log,
		Changed: func(ctx context.Context) { st.alerts.Replan(ctx) },
	})
	h.Names, h.Digests, h.Alerts, h.Places = st.names, st.digests, st.alerts, places{a.bot}
	return st
}

// digestCapacity is how many requests a minute digests may take of an allowance: what is left
// keeps people from waiting.
func digestCapacity(perMinute int) int { return max(1, perMinute*8/10) }

// digestCampaigns are the campaigns of all digests that come again, to be polled: their figures at
// other hours make what is usual, and what a digest finds read costs it nothing.
func (s *background) digestCampaigns(ctx context.Context) (all []aht.Target, err error) {
	digests, err := s.digests.All(ctx)
	for _, d := range digests {
		if err != nil || d.Paused || d.Next == (digest.Slot{}) || d.Order.Selection.Watched {
			continue // those of "watched" are polled for their alerts
		}
		var campaigns []aht.Target
		campaigns, err = s.digests.Campaigns(ctx, d.Order.Selection)
		all = append(all, campaigns...)
	}
	return all, err
}

// serve does all of it until the returned function is called, which waits until what was
// under way is done.
func (s *background) serve(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	for _, part := range []func(context.Context){s.names.Serve, s.digests.Run, s.alerts.Run, s.followPolling} {
		all.Go(func() { part(ctx) })
	}
	return func() { cancel(); all.Wait() }
}

// followPolling keeps up to date in which interval watched campaigns were read, until ctx ends.
func (s *background) followPolling(ctx context.Context) {
	tick := time.NewTicker(view.Every)
	defer tick.Stop()
	for {
		if p, err := s.alerts.Plan(ctx); err == nil {
			s.reached.Store(int64(p.Reached))
		} else if ctx.Err() == nil {
			s.log.DebugContext(ctx, "interval of polling not known", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// polling is how watched campaigns are read. It asks nobody.
func (s *background) polling() request.Polling {
	return s.alerts.Polling(time.Duration(s.reached.Load()))
}

// places posts what nobody waits for, for commands.
type places struct{ bot *bot.Bot }

// Announce is [request.Places.Announce].
func (p places) Announce(ctx context.Context, channel string, r reply.Reply) error {
	_, err := p.bot.Post(ctx, posts.Post{Channel: channel, Reply: r})
	if refused, ok := errors.AsType[*webapi.CallError](err); ok && refused.Kind != webapi.FaultLater {
		return &request.PlaceError{Code: refused.Code, Channel: channel}
	}
	return err
}
