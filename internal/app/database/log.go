package database

import (
	"context"
	"log/slog"
	"time"

	"ahtbot/internal/store"
)

type saidOnce struct{ slog.Handler }

// Quietly returns log for what works on the store in the background: that the store is unavailable is said once, by [Database],
// and whoever only meets that says it at the level of debugging.
func Quietly(log *slog.Logger) *slog.Logger { return slog.New(saidOnce{log.Handler()}) }

// Handle is [slog.Handler.Handle].
func (s saidOnce) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && store.IsUnavailable(err) {
			r.Level = slog.LevelDebug
			return false
		}
		return true
	})
	if !s.Enabled(ctx, r.Level) {
		return nil
	}
	return s.Handler.Handle(ctx, r)
}

// WithAttrs is [slog.Handler.WithAttrs].
func (s saidOnce) WithAttrs(attrs []slog.Attr) slog.Handler {
	return saidOnce{s.Handler.WithAttrs(attrs)}
}

// WithGroup is [slog.Handler.WithGroup].
func (s saidOnce) WithGroup(name string) slog.Handler { return saidOnce{s.Handler.WithGroup(name)} }

// changed tells whoever runs ahtbot that the store became unavailable, or is back. The store calls it, and it does not call the store.
func (d *Database) changed(c store.Condition) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.Unavailable() {
		d.since = c.Since
		d.times[c.Cause]++
		d.log.Warn("the store is away: people are answered, less is asked of Ozonetel, and nothing can be changed",
			"cause", string(c.Cause), "reason", c.Cause.What(), "room", c.RoomLeft(), "mend", c.Cause.Mend(), "err", c.Err)
	} else {
		d.log.Info("the store is back", "away_s", int64(c.Since.Sub(d.since).Seconds()))
		d.since = time.Time{}
	}
	select {
	case d.change <- struct{}{}:
	default:
	}
}

// TimesUnavailable returns how often the store became unavailable since the start, by cause.
func (d *Database) TimesUnavailable() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]int{}
	for _, c := range store.Causes() {
		out[string(c)] = d.times[c]
	}
	return out
}
