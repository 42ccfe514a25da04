package alerts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/poll"
	"ahtbot/internal/store"
	"ahtbot/internal/view"
	"ahtbot/ozonetel"
)

// watchedTargets are the targets of alerts as they were a moment ago.
type watchedTargets struct {
	versions []store.AlertVersion
	at       time.Time
	targets  []aht.Target
	of       map[string][]aht.Target // by who set the alert up
}

// isCurrent reports whether the alerts are watched as they were, or as good as: of rules that
// nobody edited only the state has moved on, which another process may have paused, and that
// is looked up again after view.Every.
func (w watchedTargets) isCurrent(versions []store.AlertVersion) bool {
	sameRule := func(a, b store.AlertVersion) bool { return a.ID == b.ID && a.Version == b.Version }
	return slices.Equal(versions, w.versions) || slices.EqualFunc(versions, w.versions, sameRule) && time.Since(w.at) < view.Every
}

// watched are the targets of all alerts that are judged and of others, each once.
func (a *Alerts) watched(ctx context.Context) ([]aht.Target, error) {
	targets, err := a.targets(ctx)
	if err != nil || a.config.AlsoWatched == nil {
		return targets, err
	}
	others, err := a.config.AlsoWatched(ctx)
	return distinct(slices.Concat(targets, others)), err
}

// Campaigns returns the targets that have an alert, paused ones included, each once.
func (a *Alerts) Campaigns(ctx context.Context) ([]aht.Target, error) {
	all, err := a.All(ctx)
	var targets []aht.Target
	for _, s := range all {
		targets = append(targets, s.Watch.Target)
	}
	return distinct(targets), err
}

// targets are those of all alerts that are judged, each once.
func (a *Alerts) targets(ctx context.Context) ([]aht.Target, error) {
	a.mu.Lock()
	seen, changes := a.watchedBefore, a.changes
	a.mu.Unlock()
	versions, err := a.config.DB.AlertVersions(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	if seen.isCurrent(versions) {
		return seen.targets, nil
	}
	all, err := a.All(ctx)
	if err != nil {
		return nil, err
	}
	var targets []aht.Target
	of := map[string][]aht.Target{}
	for _, s := range all {
		if w := s.Watch; !s.State.Paused {
			targets, of[w.By] = append(targets, w.Target), append(of[w.By], w.Target)
		}
	}
	targets = distinct(targets)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changes == changes {
		a.watchedBefore = watchedTargets{versions, time.Now(), targets, of}
	}
	return targets, nil
}

// Of returns the targets of the alerts that a person set up and that are judged, as they were when that was looked at last. It
// asks nobody.
func (a *Alerts) Of(person string) []aht.Target {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.watchedBefore.of[person]
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
func (a *Alerts) newest(ctx context.Context, t aht.Target) time.Time {
	r, _, err := a.config.DB.LatestReading(ctx, t)
	if err != nil {
		return time.Time{} // asking once too often does no harm
	}
	return r.At
}

// readTarget is Config.Read as package poll wants its errors: a campaign that Ozonetel does
// not know is told apart.
func (a *Alerts) readTarget(ctx context.Context, t aht.Target) error {
	err := a.config.Read(ctx, t)
	if refused, ok := errors.AsType[*ozonetel.Error](err); ok && refused.Reason == ozonetel.BadCampaign {
		return fmt.Errorf("%w: %w", poll.ErrUnknown, err)
	}
	return err
}

// unknown has the makers of all alerts on a campaign told that Ozonetel does not know it.
func (a *Alerts) unknown(ctx context.Context, t aht.Target) {
	all, err := a.All(ctx)
	for _, s := range all {
		if s.Watch.Target == t {
			err = errors.Join(err, a.loop.Unknown(ctx, s.Watch.ID, time.Now()))
		}
	}
	if err != nil && ctx.Err() == nil { // again after the next question
		a.config.Log.WarnContext(ctx, "makers of alerts not told that their campaign is not known", "target", t, "err", err)
	}
}

// Plan is request.Alerts.Plan.
func (a *Alerts) Plan(ctx context.Context, extra ...aht.Target) (request.Polling, error) {
	targets, err := a.watched(ctx)
	if err != nil {
		return request.Polling{}, err
	}
	now := a.poll.Plan().Interval
	since := time.Now().Add(-min(4*now, 2*poll.MaxInterval))
	readings, err := a.config.DB.ReadingsSince(ctx, since, 10_000)
	if err != nil {
		return request.Polling{}, err
	}
	watched := map[aht.Target]bool{}
	for _, t := range targets {
		watched[t] = true
	}
	of := slices.DeleteFunc(readings, func(r aht.Reading) bool { return !watched[r.Target] })
	return asPolling(poll.NewPlan(a.config.Interval, len(distinct(slices.Concat(targets, extra))), a.config.Room()), poll.MeasuredInterval(of)), nil
}

// Polling returns how watched targets are read, with the interval that was reached. It asks nobody.
func (a *Alerts) Polling(reached time.Duration) request.Polling {
	return asPolling(a.poll.Plan(), reached)
}

// asPolling is a plan, and the interval reached, as commands word it.
func asPolling(p poll.Plan, reached time.Duration) request.Polling {
	return request.Polling{
		Targets: p.Targets, Asked: p.Configured, Interval: p.Interval, Reached: reached, Room: p.Capacity, Most: p.MaxTargets, TooMany: p.TooMany(),
	}
}
