package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ahtbot/internal/store"
)

// storeState is what whoever runs ahtbot is told of the store: one line in the log when it
// goes away and one when it is back, and how often it went for which cause.
type storeState struct {
	log    *slog.Logger
	change chan struct{} // something has changed

	mu    sync.Mutex
	since time.Time // when it went away; zero: it is not
	times map[store.Cause]int
}

func newStoreState(log *slog.Logger) *storeState {
	s := &storeState{log: log, change: make(chan struct{}, 1), times: map[store.Cause]int{}}
	for _, c := range store.Causes() {
		s.times[c] = 0
	}
	return s
}

// changed is called by the store at every change. It does not call the store.
func (s *storeState) changed(c store.Condition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Away() {
		s.since = c.Since
		s.times[c.Cause]++
		s.log.Warn("the store is away: people are answered, less is asked of Ozonetel, and nothing can be changed",
			"cause", string(c.Cause), "reason", c.Cause.What(), "room", c.RoomLeft(), "mend", c.Cause.Mend(), "err", c.Err)
	} else {
		s.log.Info("the store is back", "away_s", int64(c.Since.Sub(s.since).Seconds()))
		s.since = time.Time{}
	}
	select {
	case s.change <- struct{}{}:
	default:
	}
}

// timesAway is how often the store went away since the start, by cause.
func (s *storeState) timesAway() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]int, len(s.times))
	for cause, n := range s.times {
		out[string(cause)] = n
	}
	return out
}

// saidOnce is a log for what works on the store in the background: that the store is away is
// said once, by storeState, so whoever only meets that says it for debugging.
type saidOnce struct{ slog.Handler }

// quietly returns log without what is said once.
func quietly(log *slog.Logger) *slog.Logger { return slog.New(saidOnce{log.Handler()}) }

// Handle is [slog.Handler.Handle].
func (s saidOnce) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok && errors.Is(err, store.ErrAway) {
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

// isAway reports whether err says that the store is away.
func isAway(err error) bool { return errors.Is(err, store.ErrAway) }

// storeTodo is what to do about an error of the database.
func storeTodo(err error) string {
	if away, ok := errors.AsType[*store.AwayError](err); ok {
		return away.Cause.What() + "; " + away.Cause.Mend()
	}
	return "check that it is there and may be written"
}
