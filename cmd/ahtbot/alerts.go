package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/posts"
	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/internal/poll"
	"ahtbot/internal/store"
)

const (
	restorable = 10 * time.Minute // how long a removed alert can come back
	goneAlerts = time.Hour        // how long the loop looks at one, to end what it says
)

// alertWords are the sentences of alerts.
type alertWords struct {
	card   func(alert.Card, *time.Location) reply.Reply
	turn   func(alert.Update, *time.Location) reply.Reply
	stuck  func(w alert.Watch, code string) reply.Reply // to who made w; code as alert.Poster has it
	outage func(cause error, o alert.Outage, zone *time.Location) reply.Reply
}

// alertParts is what alerts are made of.
type alertParts struct {
	db    store.Store
	bot   *bot.Bot
	words alertWords
	goal  func(aht.Target) (g aht.Goal, read bool) // as alert.Config has it
	// read asks the upstream about a target, behind everybody else.
	read func(context.Context, aht.Target) error
	// room is how many requests a minute polling may use.
	room func() int
	// others are watched targets beside those of alerts; nil: none.
	others func(context.Context) ([]aht.Target, error)
	admins func(context.Context) []string // Slack ids of people who hear that no readings come
	// catchUp has the store keep what was read while it was away, which is judged before what
	// comes later; nil: nothing is.
	catchUp func(context.Context) error
	asked   time.Duration // POLL_INTERVAL
	zone    *time.Location
	id      string // of this process
	log     *slog.Logger
}

// alerts are kept, watched, judged and told: commands.Alerts, with its loops.
type alerts struct {
	alertParts
	loop *monitor.Monitor
	poll *poll.Poller

	mu      sync.Mutex
	seen    watchedAlerts
	changes int // of this process, so that what was read before one is not remembered after it
}

// newAlerts connects the parts. run does the work.
func newAlerts(p alertParts) *alerts {
	a := &alerts{alertParts: p}
	a.poll = poll.New(poll.Config{
		Interval: p.asked, Capacity: p.room, Targets: a.watched, LastRead: a.newest, Read: a.asking, Unknown: a.unknown,
		Claim: p.db.Claim, Unclaim: p.db.Unclaim, Holder: p.id, Away: store.IsAway, Log: p.log,
	})
	a.loop = monitor.New(a.config())
	return a
}

// config is what the loop is made of.
func (a *alerts) config() monitor.Config {
	return monitor.Config{
		Store: alertBook{a.db}, Poster: alertPoster{a}, Readings: a.readings, History: a.db.ReadingsBetween, Goal: a.goal,
		Interval: func() time.Duration { return a.poll.Plan().Interval }, Zone: a.zone,
		Claim: a.db.Claim, Unclaim: a.db.Unclaim, Holder: a.id, Away: store.IsAway, Log: a.log,
	}
}

// readings are those received after a time, with all that were read while the store was away.
func (a *alerts) readings(ctx context.Context, since time.Time, most int) ([]aht.Reading, error) {
	if a.catchUp != nil {
		if err := a.catchUp(ctx); err != nil {
			return nil, err
		}
	}
	return a.db.ReadingsSince(ctx, since, most)
}

// run polls, judges and tells until ctx ends, and returns when all of it has stopped.
func (a *alerts) run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { a.poll.Run(ctx) })
	both.Go(func() { a.loop.Run(ctx) })
	both.Wait()
}

// came says that a reading was kept.
func (a *alerts) came() { a.loop.Wake() }

// changed brings up to date what is watched, which a person has just changed.
func (a *alerts) changed(ctx context.Context) {
	a.mu.Lock()
	a.seen = watchedAlerts{}
	a.changes++
	a.mu.Unlock()
	a.poll.Refresh(ctx)
	a.loop.Wake()
}

// All is commands.Alerts.All.
func (a *alerts) All(ctx context.Context) (all []alert.Standing, err error) {
	kept, err := alertBook{a.db}.all(ctx, time.Now())
	for _, k := range kept {
		all = append(all, k.Standing)
	}
	return all, err
}

// Alert is commands.Alerts.Alert.
func (a *alerts) Alert(ctx context.Context, id int64) (alert.Standing, bool, error) {
	k, ok, err := alertBook{a.db}.One(ctx, id)
	if err != nil || !ok || !k.Watch.Removed.IsZero() && time.Since(k.Watch.Removed) > restorable {
		return alert.Standing{}, false, err
	}
	return k.Standing, true, nil
}

// Add is commands.Alerts.Add.
func (a *alerts) Add(ctx context.Context, w alert.Watch) (alert.Watch, error) {
	row, err := alertRow(w)
	if err != nil {
		return w, err
	}
	row, err = a.db.AddAlert(ctx, row, store.Change{At: w.Made, By: w.By, Did: "made"})
	if err != nil {
		return w, err
	}
	a.log.InfoContext(ctx, "alert made", "rule", row.ID, "target", w.Target, "by", w.By)
	a.changed(ctx)
	w.ID, w.Version = row.ID, row.Version
	return w, nil
}

// Change is commands.Alerts.Change.
func (a *alerts) Change(ctx context.Context, w alert.Watch, by, did string) (alert.Watch, error) {
	row, err := alertRow(w)
	if err != nil {
		return w, err
	}
	ok, err := a.db.ChangeAlert(ctx, row, store.Change{At: time.Now(), By: by, Did: did})
	switch {
	case err != nil:
		return w, err
	case !ok:
		return w, request.ErrChanged
	}
	a.log.InfoContext(ctx, "alert changed", "rule", w.ID, "target", w.Target, "did", did, "by", by)
	a.changed(ctx)
	w.Version++
	return w, nil
}

// Amend is commands.Alerts.Amend.
func (a *alerts) Amend(ctx context.Context, id int64, by, did string, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error) {
	s, err := a.loop.Amend(ctx, id, monitor.ChangedBy{Who: by, Did: did}, change)
	if errors.Is(err, monitor.ErrConflict) || errors.Is(err, monitor.ErrNotFound) {
		return s, request.ErrChanged
	}
	a.changed(ctx)
	return s, err
}

// Changes is commands.Alerts.Changes.
func (a *alerts) Changes(ctx context.Context, id int64, most int) (changes []request.Change, err error) {
	found, err := a.db.AlertChanges(ctx, id, most)
	for _, c := range found {
		changes = append(changes, request.Change(c))
	}
	return changes, err
}

// Post is commands.Alerts.Post.
func (a *alerts) Post(ctx context.Context, c alert.Card) error {
	_, err := a.bot.Post(ctx, posts.Post{Channel: c.Watch.Channel, Reply: a.words.card(c, a.zone)})
	if refused, ok := errors.AsType[*webapi.CallError](err); ok && refused.Kind == webapi.FaultPlace {
		return &request.PlaceError{Code: refused.Code, Channel: c.Watch.Channel}
	}
	return err
}

// alertRow is a watch as the store keeps it.
func alertRow(w alert.Watch) (store.AlertRule, error) {
	rule, err := json.Marshal(w.Rule)
	if err != nil {
		return store.AlertRule{}, fmt.Errorf("the rule of an alert: %w", err)
	}
	return store.AlertRule{
		ID: w.ID, Version: w.Version, Target: w.Target, Rule: string(rule), Channel: w.Channel, By: w.By, Made: w.Made, Removed: w.Removed,
	}, nil
}

var _ request.Alerts = (*alerts)(nil)
