package socket

import (
	"context"
	"slices"
	"time"
)

const (
	// lingerAnnounced is how long a connection is kept beside its successor when Slack announced its
	// end, which comes after about ten seconds (slack.md §1.4).
	lingerAnnounced = 30 * time.Second
	lingerRenewed   = 5 * time.Second // the same for one we renew: Slack has surely begun to use the successor
)

// awaitHandover waits until c needs a successor, and returns how long to wait before opening it.
func (s *Connections) awaitHandover(ctx context.Context, i int, c *connection) time.Duration {
	for {
		due := s.renewIn(i, c)
		if due <= 0 {
			return 0
		}
		select {
		case <-time.After(due):
			continue // much may have changed since it was planned
		case <-ctx.Done():
		case <-c.ending:
		case <-c.ended:
		}
		return s.waitAfter(ctx, c)
	}
}

// renewIn returns how long it is until we renew c, in the i-th seat. Where the app's connections
// leave no room for a successor, Slack will have to ask for it.
func (s *Connections) renewIn(i int, c *connection) time.Duration {
	if s.total.Load() >= maxConnections-1 {
		return usualLifetime
	}
	s.mu.Lock() // no two seats choose the same moment
	defer s.mu.Unlock()
	var others []time.Time
	for j, seat := range s.seats {
		if j != i && seat.now != nil {
			others = append(others, seat.now.hello.at, seat.due)
		}
	}
	now := time.Now()
	s.seats[i].due = renewal(c.hello, now, len(s.seats), others)
	return s.seats[i].due.Sub(now)
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
	if time.Since(c.hello.at) >= minLifetime {
		return 0
	}
	return s.backoff.failed(0)
}

// closeLater closes old, which has a successor, when Slack has had time to send over it.
func closeLater(ctx context.Context, old *connection) {
	late := lingerRenewed
	if happened(old.ending) {
		late = lingerAnnounced
	}
	select {
	case <-old.ended:
	case <-time.After(late):
		old.close()
	case <-ctx.Done():
	}
}

// spacing is how far from each other the connections of a process are to be renewed: ten
// minutes, and one more for what comes in between. Four that live for an hour still fit.
const spacing = 11 * time.Minute

// renewal returns when we renew the connection that said h: when four fifths of its life are over.
// Where that is too near to one of others, the moments at which further connections of the process
// were or will be opened, it is a share of that time earlier: a half with two connections of ours, a
// third with three. If nothing is far enough from all of them, it is what is farthest; in any case
// it is not so soon after one was opened.
func renewal(h hello, now time.Time, ours int, others []time.Time) time.Time {
	whole := h.lifetime / 5 * 4
	best, farthest := h.at.Add(whole), time.Duration(-1)
	for k := range max(1, ours) {
		t := h.at.Add(whole - time.Duration(k)*whole/time.Duration(ours))
		if k > 0 && t.Before(now) || farthest >= spacing {
			break
		}
		if d := nearest(t, others); d > farthest {
			best, farthest = t, d
		}
	}
	for _, o := range others {
		if after := o.Add(min(spacing, whole/2)); !o.After(now) && after.After(best) {
			best = after
		}
	}
	return best
}

// nearest returns how far the nearest of others is from t; a day, if there is none.
func nearest(t time.Time, others []time.Time) time.Duration {
	distances := []time.Duration{24 * time.Hour}
	for _, o := range others {
		distances = append(distances, t.Sub(o).Abs())
	}
	return slices.Min(distances)
}
