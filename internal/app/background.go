package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/app/alerts"
	"ahtbot/internal/app/campaigns"
	"ahtbot/internal/app/digests"
	"ahtbot/internal/digest"
	"ahtbot/internal/ops"
	"ahtbot/internal/store"
	"ahtbot/internal/view"
)

// background is what works without being asked each time: names of campaigns, digests,
// alerts, and the polling for both.
type background struct {
	names   *campaigns.Names
	digests *digests.Digests
	alerts  *alerts.Alerts
	reached atomic.Int64                            // the interval readings really came in, for answers that may not wait
	ordered atomic.Pointer[map[string][]aht.Target] // the campaigns of digests by who set them up, likewise
	log     *slog.Logger
}

// digestCampaigns are the campaigns of all digests that come again, to be polled: their figures at
// other hours make what is usual, and what a digest finds read costs it nothing.
func (s *background) digestCampaigns(ctx context.Context) (all []aht.Target, err error) {
	digests, err := s.digests.All(ctx)
	of := map[string][]aht.Target{}
	for _, d := range digests {
		if err != nil || d.Paused || d.Next == (digest.Slot{}) || d.Order.Selection.Watched {
			continue // those of "watched" are polled for their alerts
		}
		var campaigns []aht.Target
		campaigns, err = s.digests.Campaigns(ctx, d.Order.Selection)
		all, of[d.By] = append(all, campaigns...), append(of[d.By], campaigns...)
	}
	if err == nil {
		s.ordered.Store(&of)
	}
	return all, err
}

// watchedBy are the campaigns of the alerts and digests that a person set up, as of a moment ago. It asks nobody.
func (s *background) watchedBy(person string) []aht.Target {
	own := s.alerts.Of(person)
	if of := s.ordered.Load(); of != nil {
		own = slices.Concat(own, (*of)[person])
	}
	return own[:min(len(own), mostOwn)]
}

// mostOwn is how many campaigns of one person come before all others where one is chosen: more are no help to who looks for one.
const mostOwn = 50

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

// countingStore is a store that counts for the metrics what became of digests and alerts, where
// it is kept: once each, whatever was tried before.
type countingStore struct {
	store.Store
	metrics *ops.Metrics
}

// KeepRun counts a slot that has ended.
func (c countingStore) KeepRun(ctx context.Context, r store.RunRow, d time.Duration, name bool) (bool, error) {
	ok, err := c.Store.KeepRun(ctx, r, d, name)
	if ok && err == nil && !r.Open() {
		c.metrics.Slot(r.State)
	}
	return ok, err
}

// FinishOutbox counts a message of an alert that was told.
func (c countingStore) FinishOutbox(ctx context.Context, holder string, r store.OutboxRow, at time.Time) error {
	err := c.Store.FinishOutbox(ctx, holder, r, at)
	if err == nil {
		c.metrics.Alert(r.Edit)
	}
	return err
}
