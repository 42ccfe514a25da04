package database

import (
	"context"
	"log/slog"

	"ahtbot/internal/store"
)

type saidOnce struct{ slog.Handler }

// Quietly returns log for what works on the store in the background: that the store is away is said once, by [Database],
// and whoever only meets that says it at the level of debugging.
func Quietly(log *slog.Logger) *slog.Logger { return slog.New(saidOnce{log.Handler()}) }

// Handle is [slog.Handler.Handle].
func (s saidOnce) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && store.IsAway(err) {
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
