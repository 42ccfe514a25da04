package database

import (
	"log/slog"
	"sync"
	"time"

	"ahtbot/internal/store"
)

// awayLog is what whoever runs ahtbot is told of the store: one line in the log when it
// goes away and one when it is back, and how often it went for which cause.
type awayLog struct {
	log    *slog.Logger
	change chan struct{} // something has changed

	mu    sync.Mutex
	since time.Time // when it went away; zero: it is not
	times map[store.Cause]int
}

func newAwayLog(log *slog.Logger) *awayLog {
	s := &awayLog{log: log, change: make(chan struct{}, 1), times: map[store.Cause]int{}}
	for _, c := range store.Causes() {
		s.times[c] = 0
	}
	return s
}

// changed is called by the store at every change. It does not call the store.
func (s *awayLog) changed(c store.Condition) {
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
func (s *awayLog) timesAway() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]int, len(s.times))
	for cause, n := range s.times {
		out[string(cause)] = n
	}
	return out
}
