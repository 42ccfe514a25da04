// Package alerts is what commands about alerts work on, and the loops that read, judge and tell: between package monitor
// and the store, Slack and Ozonetel.
package alerts

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/internal/poll"
	"ahtbot/internal/store"
)

// restoreFor is how long a removed alert can come back.
const restoreFor = 10 * time.Minute

// Config is what alerts are made of.
type Config struct {
	Poster // but for Trouble, which New sets
	DB     store.Store
	Goal   func(aht.Target) (g aht.Goal, read bool) // as monitor.Config has it
	// Read asks the upstream about a target, behind everybody else.
	Read func(context.Context, aht.Target) error
	// Room is how many requests a minute polling may use.
	Room func() int
	// AlsoWatched are watched targets beside those of alerts; nil: none.
	AlsoWatched func(context.Context) ([]aht.Target, error)
	// CatchUp has the store keep what was read while it was away, which is judged before what
	// comes later; nil: nothing is.
	CatchUp  func(context.Context) error
	Interval time.Duration // POLL_INTERVAL
	ID       string        // of this process
	Log      *slog.Logger
}

// Alerts are kept, watched, judged and told: request.Alerts, with its loops.
type Alerts struct {
	config Config
	loop   *monitor.Monitor
	poll   *poll.Poller

	mu            sync.Mutex
	watchedBefore watchedTargets
	changes       int // of this process, so that what was read before one is not remembered after it
}

// New connects the parts. run does the work.
func New(p Config) *Alerts {
	a := &Alerts{config: p}
	a.poll = poll.New(poll.Config{
		Interval: p.Interval, Capacity: p.Room, Targets: a.watched, LastRead: a.newest, Read: a.readTarget, Unknown: a.unknown,
		Claim: p.DB.Claim, Unclaim: p.DB.Unclaim, Holder: p.ID, Away: store.IsUnavailable, Log: p.Log,
	})
	a.config.Trouble = a.poll.LastError
	a.loop = monitor.New(monitor.Config{
		Store: Book{p.DB}, Poster: a.config.Poster,
		Readings: a.readings, History: p.DB.ReadingsBetween, Goal: p.Goal,
		Interval: func() time.Duration { return a.poll.Plan().Interval }, Zone: p.Zone,
		Claim: p.DB.Claim, Unclaim: p.DB.Unclaim, Holder: p.ID, Away: store.IsUnavailable, Log: p.Log,
	})
	return a
}

// readings are those received after a time, with all that were read while the store was away.
func (a *Alerts) readings(ctx context.Context, since time.Time, most int) ([]aht.Reading, error) {
	if a.config.CatchUp != nil {
		if err := a.config.CatchUp(ctx); err != nil {
			return nil, err
		}
	}
	return a.config.DB.ReadingsSince(ctx, since, most)
}

// Run polls, judges and tells until ctx ends, and returns when all of it has stopped.
func (a *Alerts) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { a.poll.Run(ctx) })
	both.Go(func() { a.loop.Run(ctx) })
	both.Wait()
}

// Wake says that a reading was kept, which is judged soon.
func (a *Alerts) Wake() { a.loop.Wake() }

// Replan brings up to date what is watched, when something else than an alert has changed.
func (a *Alerts) Replan(ctx context.Context) { a.poll.Refresh(ctx) }

// changed brings up to date what is watched, which a person has just changed.
func (a *Alerts) changed(ctx context.Context) {
	a.mu.Lock()
	a.watchedBefore = watchedTargets{}
	a.changes++
	a.mu.Unlock()
	a.poll.Refresh(ctx)
	a.loop.Wake()
}

// All is request.Alerts.All.
func (a *Alerts) All(ctx context.Context) (all []alert.Standing, err error) {
	kept, err := Book{a.config.DB}.all(ctx, time.Now())
	for _, k := range kept {
		all = append(all, k.Standing)
	}
	return all, err
}

// Alert is request.Alerts.Alert.
func (a *Alerts) Alert(ctx context.Context, id int64) (alert.Standing, bool, error) {
	k, ok, err := Book{a.config.DB}.One(ctx, id)
	if err != nil || !ok || !k.Watch.Removed.IsZero() && time.Since(k.Watch.Removed) > restoreFor {
		return alert.Standing{}, false, err
	}
	return k.Standing, true, nil
}

// Add is request.Alerts.Add.
func (a *Alerts) Add(ctx context.Context, w alert.Watch) (alert.Watch, error) {
	row, err := Row(w)
	if err != nil {
		return w, err
	}
	row, err = a.config.DB.AddAlert(ctx, row, store.Change{At: w.Made, By: w.By, Did: "made"})
	if err != nil {
		return w, err
	}
	a.config.Log.InfoContext(ctx, "alert made", "rule", row.ID, "target", w.Target, "by", w.By)
	a.changed(ctx)
	w.ID, w.Version = row.ID, row.Version
	return w, nil
}

// Change is request.Alerts.Change.
func (a *Alerts) Change(ctx context.Context, w alert.Watch, by, did string) (alert.Watch, error) {
	row, err := Row(w)
	if err != nil {
		return w, err
	}
	ok, err := a.config.DB.ChangeAlert(ctx, row, store.Change{At: time.Now(), By: by, Did: did})
	switch {
	case err != nil:
		return w, err
	case !ok:
		return w, request.ErrChanged
	}
	a.config.Log.InfoContext(ctx, "alert changed", "rule", w.ID, "target", w.Target, "did", did, "by", by)
	a.changed(ctx)
	w.Version++
	return w, nil
}

// Amend is request.Alerts.Amend.
func (a *Alerts) Amend(ctx context.Context, id int64, by, did string, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error) {
	s, err := a.loop.Amend(ctx, id, monitor.ChangedBy{Who: by, Did: did}, change)
	if errors.Is(err, monitor.ErrConflict) || errors.Is(err, monitor.ErrNotFound) {
		return s, request.ErrChanged
	}
	a.changed(ctx)
	return s, err
}

// Changes is request.Alerts.Changes.
func (a *Alerts) Changes(ctx context.Context, id int64, most int) (changes []request.Change, err error) {
	found, err := a.config.DB.AlertChanges(ctx, id, most)
	for _, c := range found {
		changes = append(changes, request.Change(c))
	}
	return changes, err
}

// Post is request.Alerts.Post.
func (a *Alerts) Post(ctx context.Context, c alert.Card) error {
	_, err := a.config.Bot.Post(ctx, posts.Post{Channel: c.Watch.Channel, Reply: a.config.Words.Card(c, a.config.Zone)})
	if refused, ok := errors.AsType[*webapi.CallError](err); ok && refused.Kind == webapi.FaultPlace {
		return &request.PlaceError{Code: refused.Code, Channel: c.Watch.Channel}
	}
	return err
}

var _ request.Alerts = (*Alerts)(nil)
