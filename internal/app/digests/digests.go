// Package digests is what commands about digests work on, and the loop that reads and posts: between package scheduler
// and the store, Slack and Ozonetel.
package digests

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
)

// Config is what digests are made of.
type Config struct {
	Poster
	DB     store.Store
	Recent *store.Recent
	Client *ozonetel.Client
	Names  func() []string // of campaigns known; must not wait
	// Watched are the campaigns that have an alert; nil: none.
	Watched   func(context.Context) ([]aht.Target, error)
	Goal      func(aht.Target) (aht.Goal, bool)
	PerMinute func() int // requests there are for digests
	// Changed is told of every digest that a person made or changed; nil: nobody.
	Changed   func(context.Context)
	Calendars digest.Calendars
	Log       *slog.Logger
}

// Digests is what commands about digests work on, and the loop that posts them.
type Digests struct {
	Book
	loop    *scheduler.Scheduler
	changed func(context.Context)
}

var _ request.Digests = (*Digests)(nil)

// New connects p. Run what it returns.
func New(p Config) *Digests {
	book := Book{DB: p.DB, Log: p.Log}
	loop := scheduler.New(scheduler.Config{
		Store: book, Readings: readings{client: p.Client, kept: p.DB, recent: p.Recent},
		Poster:      p.Poster,
		Deactivated: p.Bot.Deactivated, Names: p.Names, Watched: p.Watched, Goal: p.Goal, PerMinute: p.PerMinute,
		Calendars: p.Calendars, Away: store.IsUnavailable, Log: p.Log,
	})
	if p.Changed == nil {
		p.Changed = func(context.Context) {}
	}
	return &Digests{Book: book, loop: loop, changed: p.Changed}
}

// Run posts digests at their slots until ctx ends.
func (s *Digests) Run(ctx context.Context) { s.loop.Run(ctx) }

// Add is [request.Digests.Add].
func (s *Digests) Add(ctx context.Context, d digest.Digest) (digest.Digest, error) {
	if d.Made.IsZero() {
		d.Made = time.Now()
	}
	row, err := Row(d)
	if err != nil {
		return d, err
	}
	if row, err = s.DB.AddDigest(ctx, row, "made"); err != nil {
		return d, err
	}
	d.ID, d.Version = row.ID, row.Version
	s.Log.InfoContext(ctx, "digest made", "digest", d.ID, "by", d.By)
	s.loop.Wake()
	s.changed(ctx)
	return d, nil
}

// Change is [request.Digests.Change].
func (s *Digests) Change(ctx context.Context, d digest.Digest, by, did string) (digest.Digest, error) {
	d, err := s.Book.Change(ctx, d, by, did)
	s.loop.Wake()
	s.changed(ctx)
	return d, err
}

// Ran is [request.Digests.Ran].
func (s *Digests) Ran(ctx context.Context, id int64, most int) ([]digest.SlotResult, error) {
	runs, err := s.Last(ctx, id, most+1) // one may not have ended
	var ran []digest.SlotResult
	for _, r := range runs {
		if !r.Ended.IsZero() && len(ran) < most {
			ran = append(ran, digest.SlotResult{Slot: r.Slot, Outcome: r.Outcome, Late: r.Late, Cause: r.Cause, TS: r.TS})
		}
	}
	return ran, err
}

// Preview is [request.Digests.Preview].
func (s *Digests) Preview(ctx context.Context, d digest.Digest) (digest.Report, error) {
	return s.loop.Preview(ctx, d)
}

// Send is [request.Digests.Send].
func (s *Digests) Send(ctx context.Context, d digest.Digest, by string) error {
	err := s.loop.Send(ctx, d, by)
	if place, ok := errors.AsType[*scheduler.ChannelError](err); ok {
		return &request.PlaceError{Code: place.Code, Channel: d.Channel}
	}
	return err
}

// Begin is [request.Digests.Begin].
func (s *Digests) Begin(due time.Time, n int) (time.Time, error) { return s.loop.ReadingStart(due, n) }

// Calendars is [request.Digests.Calendars].
func (s *Digests) Calendars() digest.Calendars { return s.loop.Calendars }

// Campaigns is [request.Digests.Campaigns].
func (s *Digests) Campaigns(ctx context.Context, w digest.Selection) ([]aht.Target, error) {
	return s.loop.Targets(ctx, w)
}

// readings is where the figures of digests come from.
type readings struct {
	client *ozonetel.Client
	kept   store.Readings
	recent *store.Recent
}

func (s readings) Read(ctx context.Context, t aht.Target) (aht.Reading, error) {
	return s.client.AskBackground(ctx, t, ozonetel.DigestSlot)
}

// Latest returns what this process remembers when the database does not answer.
func (s readings) Latest(ctx context.Context, t aht.Target) (aht.Reading, bool, error) {
	mine, ok := s.recent.Latest(t)
	kept, found, err := s.kept.LatestReading(ctx, t)
	if found && kept.At.After(mine.At) {
		return kept, true, nil
	}
	if ok {
		err = nil
	}
	return mine, ok, err
}

// mostHistory is how many readings of a campaign a digest looks back on: four weeks of one
// every five minutes, and people's.
const mostHistory = 10_000

func (s readings) History(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error) {
	return s.kept.ReadingsBetween(ctx, t, from, to.Add(time.Millisecond), mostHistory)
}
