package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ahtbot/bot"
	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/poll"
	"ahtbot/internal/store"
)

const (
	restorable = 10 * time.Minute // how long a removed alert can come back
	goneAlerts = time.Hour        // how long the loop looks at one, to end what it says
)

// alertWords are the sentences of alerts.
type alertWords struct {
	card   func(alert.Card, *time.Location) commands.Reply
	turn   func(alert.Turn, *time.Location) commands.Reply
	stuck  func(w alert.Watch, code string) commands.Reply // to who made w; code as alert.Poster has it
	outage func(cause error, o alert.Outage, zone *time.Location) commands.Reply
}

// alertParts is what alerts are made of.
type alertParts struct {
	db    store.Store
	bot   *bot.Bot
	words alertWords
	goal  func(aht.Target) aht.Goal
	// read asks the upstream about a target, behind everybody else.
	read func(context.Context, aht.Target) error
	// room is how many requests a minute polling may use.
	room func() int
	// others are watched targets beside those of alerts; nil: none.
	others func(context.Context) ([]aht.Target, error)
	admins func(context.Context) []string // Slack ids of people who hear that no readings come
	asked  time.Duration                  // POLL_INTERVAL
	zone   *time.Location
	id     string // of this process
	log    *slog.Logger
}

// alerts are kept, watched, judged and told: commands.Alerts, with its loops.
type alerts struct {
	alertParts
	loop *alert.Loop
	poll *poll.Loop

	mu   sync.Mutex
	seen watchedAlerts
}

// watchedAlerts are the targets of alerts as they were a moment ago.
type watchedAlerts struct {
	versions []store.AlertVersion // of the rules, without their states
	at       time.Time
	targets  []aht.Target
}

// targetsAgain is when targets are looked up although no rule was changed: some other
// process may have paused one.
const targetsAgain = time.Minute

// newAlerts connects the parts. run does the work.
func newAlerts(p alertParts) *alerts {
	a := &alerts{alertParts: p}
	a.poll = poll.New(poll.Config{
		Asked: p.asked, Room: p.room, Targets: a.watched, Newest: a.newest, Read: a.asking, Unknown: a.unknown,
		Claim: p.db.Claim, Unclaim: p.db.Unclaim, Holder: p.id, Log: p.log,
	})
	a.loop = alert.New(a.config())
	return a
}

// config is what the loop is made of.
func (a *alerts) config() alert.Config {
	return alert.Config{
		Book: alertBook{a.db}, Poster: alertPoster{a}, Readings: a.db.ReadingsSince, History: a.db.ReadingsBetween, Goal: a.goal,
		Interval: func() time.Duration { return a.poll.Plan().Interval }, Zone: a.zone,
		Claim: a.db.Claim, Unclaim: a.db.Unclaim, Holder: a.id, Log: a.log,
	}
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

// changed says that what is watched may have changed.
func (a *alerts) changed() {
	a.mu.Lock()
	a.seen = watchedAlerts{}
	a.mu.Unlock()
	a.poll.Wake()
	a.loop.Wake()
}

// watched are the targets of all alerts that are judged and of others, each once.
func (a *alerts) watched(ctx context.Context) ([]aht.Target, error) {
	targets, err := a.targets(ctx)
	if err != nil || a.others == nil {
		return targets, err
	}
	others, err := a.others(ctx)
	return distinct(slices.Concat(targets, others)), err
}

// targets are those of all alerts that are judged, each once.
func (a *alerts) targets(ctx context.Context) ([]aht.Target, error) {
	versions, err := a.db.AlertVersions(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	for i := range versions {
		versions[i].Judged = 0
	}
	a.mu.Lock()
	seen := a.seen
	a.mu.Unlock()
	if slices.Equal(versions, seen.versions) && time.Since(seen.at) < targetsAgain {
		return seen.targets, nil
	}
	all, err := a.All(ctx)
	if err != nil {
		return nil, err
	}
	var targets []aht.Target
	for _, s := range all {
		if !s.State.Paused {
			targets = append(targets, s.Watch.Target)
		}
	}
	targets = distinct(targets)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = watchedAlerts{versions, time.Now(), targets}
	return targets, nil
}

// distinct returns each target once, in the order in which they came.
func distinct(targets []aht.Target) (once []aht.Target) {
	seen := make(map[aht.Target]bool, len(targets))
	for _, t := range targets {
		if !seen[t] {
			once = append(once, t)
		}
		seen[t] = true
	}
	return once
}

// newest is when any process read t last.
func (a *alerts) newest(ctx context.Context, t aht.Target) time.Time {
	r, _, err := a.db.LatestReading(ctx, t)
	if err != nil {
		return time.Time{} // asking once too often does no harm
	}
	return r.At
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
	a.changed()
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
		return w, commands.ErrChanged
	}
	a.log.InfoContext(ctx, "alert changed", "rule", w.ID, "target", w.Target, "did", did, "by", by)
	a.changed()
	w.Version++
	return w, nil
}

// Amend is commands.Alerts.Amend.
func (a *alerts) Amend(ctx context.Context, id int64, by, did string, change func(alert.Standing) (alert.State, alert.Turn, bool)) (alert.Standing, error) {
	s, err := a.loop.Amend(ctx, id, alert.By{Who: by, Did: did}, change)
	if errors.Is(err, alert.ErrMoved) || errors.Is(err, alert.ErrNone) {
		return s, commands.ErrChanged
	}
	a.changed()
	return s, err
}

// Changes is commands.Alerts.Changes.
func (a *alerts) Changes(ctx context.Context, id int64, most int) (changes []commands.Change, err error) {
	found, err := a.db.AlertChanges(ctx, id, most)
	for _, c := range found {
		changes = append(changes, commands.Change(c))
	}
	return changes, err
}

// Post is commands.Alerts.Post.
func (a *alerts) Post(ctx context.Context, c alert.Card) error {
	_, err := a.bot.Post(ctx, bot.Post{Channel: c.Watch.Channel, Reply: a.words.card(c, a.zone)})
	if refused, ok := errors.AsType[*bot.PostError](err); ok && refused.Kind == bot.FaultPlace {
		return &commands.PlaceError{Code: refused.Code, Channel: c.Watch.Channel}
	}
	return err
}

// Plan is commands.Alerts.Plan.
func (a *alerts) Plan(ctx context.Context, extra ...aht.Target) (commands.Polling, error) {
	targets, err := a.watched(ctx)
	if err != nil {
		return commands.Polling{}, err
	}
	now := a.poll.Plan().Interval
	since := time.Now().Add(-min(4*now, 2*poll.Slowest))
	readings, err := a.db.ReadingsSince(ctx, since, 10_000)
	if err != nil {
		return commands.Polling{}, err
	}
	watched := map[aht.Target]bool{}
	for _, t := range targets {
		watched[t] = true
	}
	var of []aht.Reading
	for _, r := range readings {
		if watched[r.Target] {
			of = append(of, r)
		}
	}
	return asPolling(poll.NewPlan(a.asked, len(distinct(slices.Concat(targets, extra))), a.room()), poll.Reached(of)), nil
}

// asPolling is a plan, and the interval reached, as commands word it.
func asPolling(p poll.Plan, reached time.Duration) commands.Polling {
	return commands.Polling{
		Targets: p.Targets, Asked: p.Asked, Interval: p.Interval, Reached: reached, Room: p.Room, Most: p.Most, TooMany: p.TooMany(),
	}
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

var _ commands.Alerts = (*alerts)(nil)
