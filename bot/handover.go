package bot

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
func (b *Bot) watch(open context.Context, i int, c *connection) time.Duration {
	for {
		due := b.plan(i, c)
		if due <= 0 {
			return 0
		}
		timer := time.NewTimer(due)
		select {
		case <-timer.C:
			continue // much may have changed since it was planned
		case <-open.Done():
		case <-c.asked:
		case <-c.ended:
		}
		timer.Stop()
		return b.ending(open, c)
	}
}

// plan returns how long it is until c, in the i-th seat, is to be renewed by ourselves.
// Where the app's connections leave no room for a successor, Slack will have to ask for it.
func (b *Bot) plan(i int, c *connection) time.Duration {
	if b.crowd.Load() >= mostConnections-1 {
		return usualLifetime
	}
	b.planning.Lock() // no two seats choose the same moment
	defer b.planning.Unlock()
	var others []time.Time
	for j, s := range b.seats {
		if j != i {
			others = append(others, s.moments()...)
		}
	}
	now := time.Now()
	due := renewal(c.hello, now, len(b.seats), others)
	b.seats[i].plan(due)
	return due.Sub(now)
}

// ending accounts for a connection that has ended or will, and returns how long to wait
// before opening the next. Only what Slack did not ask for counts against it.
func (b *Bot) ending(open context.Context, c *connection) time.Duration {
	switch {
	case open.Err() != nil:
		return 0
	case is(c.asked):
		b.Log.InfoContext(open, "slack ends a connection, opening the next", "reason", c.reason)
		if c.reason == "too_many_websockets" {
			return b.backoff.failed(crowdWait)
		}
		return 0
	}
	b.Observe.Socket("lost")
	b.Log.InfoContext(open, "slack connection lost, opening another")
	if time.Since(c.hello.at) >= lasted {
		return 0
	}
	return b.backoff.failed(0)
}

// retire leaves old, which has a successor, a while later: what Slack still sends over it
// is answered.
func retire(open context.Context, old *connection) {
	late := overlaps
	if is(old.asked) {
		late = lingers
	}
	timer := time.NewTimer(late)
	defer timer.Stop()
	select {
	case <-old.ended:
	case <-timer.C:
		old.leave()
	case <-open.Done():
	}
}
