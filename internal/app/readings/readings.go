// Package readings keeps what was read of agents and campaigns: in memory, and in the database, at once or when that is
// back. It is a view (docs/design.md): what this process reads is known at once, and what others read within
// [view.Every].
package readings

import (
	"context"
	"log/slog"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// Store is what readings are kept in.
type Store interface {
	store.Readings
	Condition() store.Condition
}

// Readings are those of the last day in memory, those of longer in a store, and those that wait for it. Make them with
// [New].
type Readings struct {
	db      Store
	recent  *store.Recent
	backlog *backlog
	log     *slog.Logger
}

// New returns readings that are kept in db, with none in memory.
func New(db Store, log *slog.Logger) *Readings {
	return &Readings{db: db, recent: new(store.Recent), backlog: &backlog{db: db}, log: log}
}

// Recent returns the readings of the last day in memory.
func (r *Readings) Recent() *store.Recent { return r.recent }

// Keep keeps a reading, asked for at a time, in memory and in the store: at once, or when that is back. Its error is one
// that does not pass by waiting, or that an older reading was lost to make room for this one.
func (r *Readings) Keep(reading aht.Reading, asked time.Time) error {
	r.recent.Keep(reading)
	ctx, cancel := context.WithTimeout(context.Background(), store.Patience)
	defer cancel()
	err := r.db.KeepReading(ctx, reading.Target, reading.Mean, asked, reading.At)
	if store.IsUnavailable(err) {
		return r.backlog.add(reading, asked)
	}
	return err
}

// Waiting returns how many readings wait for the store.
func (r *Readings) Waiting() int { return r.backlog.count() }

// Waits reports whether a reading of t waits for the store.
func (r *Readings) Waits(t aht.Target) bool { return r.backlog.has(t) }

// CatchUp has the store keep what was read while it was unavailable, in order. What it does not keep goes on waiting.
func (r *Readings) CatchUp(ctx context.Context) error {
	n, err := r.backlog.write(ctx)
	if n > 0 {
		r.log.InfoContext(ctx, "readings of the time without a store are kept", "readings", n, "waiting", r.backlog.count())
	}
	return err
}

// Close has the store keep what waits, for the last time: what it does not keep is lost, and the log says so. It does
// not close the store.
func (r *Readings) Close(ctx context.Context) {
	if r.backlog.count() == 0 {
		return
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), store.Patience)
	defer cancel()
	if err := r.CatchUp(last); err != nil {
		r.log.WarnContext(ctx, "readings are lost: the store is away at the end", "readings", r.backlog.count(), "err", err)
	}
}

// Latest returns the newest reading of t that any process has kept, and brings it into memory.
func (r *Readings) Latest(ctx context.Context, t aht.Target) (aht.Reading, bool, error) {
	reading, ok, err := r.db.LatestReading(ctx, t)
	if ok && err == nil {
		r.recent.Keep(reading)
	}
	return reading, ok, err
}

// mostHistory is a week of a reading every five minutes, and some more.
const mostHistory = 2500

// History returns the readings of t from a time to another, both included, the oldest first, with those that wait for
// the store. With an error they are those.
func (r *Readings) History(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error) {
	kept, err := r.db.ReadingsBetween(ctx, t, from, to.Add(time.Millisecond), mostHistory)
	return r.backlog.with(kept, t, from, to.Add(time.Millisecond)), err
}

// warm reads the last day into memory, so that a restart forgets no change.
func (r *Readings) warm(ctx context.Context) {
	since := time.Now().Add(-24 * time.Hour)
	newest, err := r.db.RecentReadings(ctx, since, 2000)
	if err != nil {
		r.log.WarnContext(ctx, "readings of the last day not read", "err", err)
		return
	}
	for _, latest := range newest {
		past, err := r.db.ReadingsBetween(ctx, latest.Target, since, latest.At.Add(time.Millisecond), 200)
		if err != nil {
			return
		}
		for _, p := range past {
			r.recent.Keep(p)
		}
	}
}
