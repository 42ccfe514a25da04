package socket

import (
	"context"
	"time"
)

const (
	// lingers is how long a connection Slack has announced the end of is kept beside its
	// successor; Slack ends it after about ten seconds (slack.md §1.4).
	lingers = 30 * time.Second
	// overlaps is the same for one we renew by ourselves: until Slack has surely begun to use
	// the successor.
	overlaps = 5 * time.Second
)

// watch waits until c needs a successor, and returns how long to wait before opening it.
func (s *Connections) watch(ctx context.Context, i int, c *connection) time.Duration {
	for {
		due := s.plan(i, c)
		if due <= 0 {
			return 0
		}
		timer := time.NewTimer(due)
		select {
		case <-timer.C:
			continue // much may have changed since it was planned
		case <-ctx.Done():
		case <-c.ending:
		case <-c.ended:
		}
		timer.Stop()
		return s.waitAfter(ctx, c)
	}
}

// plan returns how long it is until c, in the i-th seat, is to be renewed by ourselves.
// Where the app's connections leave no room for a successor, Slack will have to ask for it.
func (s *Connections) plan(i int, c *connection) time.Duration {
	if s.total.Load() >= mostConnections-1 {
		return usualLifetime
	}
	s.planning.Lock() // no two seats choose the same moment
	defer s.planning.Unlock()
	var others []time.Time
	for j, seat := range s.seats {
		if j != i {
			others = append(others, seat.moments()...)
		}
	}
	now := time.Now()
	due := renewal(c.hello, now, len(s.seats), others)
	s.seats[i].plan(due)
	return due.Sub(now)
}

// waitAfter accounts for a connection that has ended or will, and returns how long to wait
// before opening the next. Only what Slack did not ask for counts against it.
func (s *Connections) waitAfter(ctx context.Context, c *connection) time.Duration {
	switch {
	case ctx.Err() != nil:
		return 0
	case happened(c.ending):
		s.Log.InfoContext(ctx, "slack ends a connection, opening the next", "reason", c.reason)
		if c.reason == "too_many_websockets" {
			return s.backoff.failed(tooManyWait)
		}
		return 0
	}
	s.Observe("lost")
	s.Log.InfoContext(ctx, "slack connection lost, opening another")
	if time.Since(c.hello.at) >= lasted {
		return 0
	}
	return s.backoff.failed(0)
}

// retire leaves old, which has a successor, a while later: what Slack still sends over it
// is answered.
func retire(ctx context.Context, old *connection) {
	late := overlaps
	if happened(old.ending) {
		late = lingers
	}
	timer := time.NewTimer(late)
	defer timer.Stop()
	select {
	case <-old.ended:
	case <-timer.C:
		old.close()
	case <-ctx.Done():
	}
}
