package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ahtbot/bot"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
	"ahtbot/internal/store"
	"ahtbot/ozonetel"
)

// digestParts is what digests are made of.
type digestParts struct {
	db     store.Store
	recent *store.Recent
	client *ozonetel.Client
	bot    *bot.Bot
	words  digestWords
	admins func(context.Context) []string // ids of people to tell when a maker is gone
	names  func() []string                // of campaigns known; must not wait
	// watched are the campaigns that have an alert; nil: none.
	watched   func(context.Context) ([]aht.Target, error)
	goal      func(aht.Target) (aht.Goal, bool)
	perMinute func() int // requests there are for digests
	// changed is told of every digest that a person made or changed; nil: nobody.
	changed   func(context.Context)
	calendars digest.Calendars
	log       *slog.Logger
}

// digests is what commands about digests work on, and the loop that posts them.
type digests struct {
	digestBook
	loop    *scheduler.Scheduler
	changed func(context.Context)
}

var _ request.Digests = (*digests)(nil)

// newDigests connects p. Run the loop of what it returns.
func newDigests(p digestParts) (*digests, error) {
	book := digestBook{db: p.db, log: p.log}
	loop, err := scheduler.New(scheduler.Config{
		Store: book, Readings: digestReadings{client: p.client, kept: p.db, recent: p.recent},
		Poster:      digestPoster{bot: p.bot, words: p.words, admins: p.admins},
		Deactivated: p.bot.Deactivated, Names: p.names, Watched: p.watched, Goal: p.goal, PerMinute: p.perMinute,
		Calendars: p.calendars, Away: store.IsAway, Log: p.log,
	})
	if err != nil {
		return nil, err
	}
	if p.changed == nil {
		p.changed = func(context.Context) {}
	}
	return &digests{digestBook: book, loop: loop, changed: p.changed}, nil
}

// Add is [commands.Digests.Add].
func (s *digests) Add(ctx context.Context, d digest.Digest) (digest.Digest, error) {
	if d.Made.IsZero() {
		d.Made = time.Now()
	}
	row, err := asDigestRow(d)
	if err != nil {
		return d, err
	}
	if row, err = s.db.AddDigest(ctx, row, "made"); err != nil {
		return d, err
	}
	d.ID, d.Version = row.ID, row.Version
	s.log.InfoContext(ctx, "digest made", "digest", d.ID, "by", d.By)
	s.loop.Wake()
	s.changed(ctx)
	return d, nil
}

// Change is [commands.Digests.Change].
func (s *digests) Change(ctx context.Context, d digest.Digest, by, did string) (digest.Digest, error) {
	d, err := s.digestBook.Change(ctx, d, by, did)
	s.loop.Wake()
	s.changed(ctx)
	return d, err
}

// Ran is [commands.Digests.Ran].
func (s *digests) Ran(ctx context.Context, id int64, most int) ([]digest.SlotResult, error) {
	runs, err := s.Last(ctx, id, most+1) // one may not have ended
	var ran []digest.SlotResult
	for _, r := range runs {
		if !r.Ended.IsZero() && len(ran) < most {
			ran = append(ran, digest.SlotResult{Slot: r.Slot, Outcome: r.Outcome, Late: r.Late, Cause: r.Cause, TS: r.TS})
		}
	}
	return ran, err
}

// Preview is [commands.Digests.Preview].
func (s *digests) Preview(ctx context.Context, d digest.Digest) (digest.Report, error) {
	return s.loop.Preview(ctx, d)
}

// Send is [commands.Digests.Send].
func (s *digests) Send(ctx context.Context, d digest.Digest, by string) error {
	err := s.loop.Send(ctx, d, by)
	if place, ok := errors.AsType[*scheduler.ChannelError](err); ok {
		return &request.PlaceError{Code: place.Code, Channel: d.Channel}
	}
	return err
}

// Begin is [commands.Digests.Begin].
func (s *digests) Begin(due time.Time, n int) (time.Time, error) { return s.loop.ReadingStart(due, n) }

// Calendars is [commands.Digests.Calendars].
func (s *digests) Calendars() digest.Calendars { return s.loop.Calendars }

// Campaigns is [commands.Digests.Campaigns].
func (s *digests) Campaigns(ctx context.Context, w digest.Selection) ([]aht.Target, error) {
	return s.loop.Targets(ctx, w)
}

// digestReadings is where the figures of digests come from.
type digestReadings struct {
	client *ozonetel.Client
	kept   store.Readings
	recent *store.Recent
}

func (s digestReadings) Read(ctx context.Context, t aht.Target) (aht.Reading, error) {
	return s.client.AskBackground(ctx, t, ozonetel.DigestSlot)
}

// Latest returns what this process remembers when the database does not answer.
func (s digestReadings) Latest(ctx context.Context, t aht.Target) (aht.Reading, bool, error) {
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

func (s digestReadings) History(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error) {
	return s.kept.ReadingsBetween(ctx, t, from, to.Add(time.Millisecond), mostHistory)
}
