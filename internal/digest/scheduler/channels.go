package scheduler

import (
	"context"
	"sync"
)

// mostLanes is how many channels are posted to at once.
const mostLanes = 16

// lanes let one post into a channel at a time, and few channels have theirs at once: a
// channel that is slow holds up itself alone.
type lanes struct {
	all chan struct{}

	mu    sync.Mutex
	lanes map[string]*lane
}

type lane struct {
	turn  chan struct{}
	wants int // who is in it or waits for it
}

func newLanes() lanes { return lanes{all: make(chan struct{}, mostLanes), lanes: map[string]*lane{}} }

// enter waits for the turn of channel. leave must be called when the error is nil.
func (l *lanes) enter(ctx context.Context, channel string) (leave func(), err error) {
	l.mu.Lock()
	mine := l.lanes[channel]
	if mine == nil {
		mine = &lane{turn: make(chan struct{}, 1)}
		l.lanes[channel] = mine
	}
	mine.wants++
	l.mu.Unlock()
	if err := wait(ctx, mine.turn); err != nil {
		l.forget(channel, mine)
		return nil, err
	}
	if err := wait(ctx, l.all); err != nil {
		<-mine.turn
		l.forget(channel, mine)
		return nil, err
	}
	return func() { <-l.all; <-mine.turn; l.forget(channel, mine) }, nil
}

// wait waits for a place in turn.
func wait(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *lanes) forget(channel string, mine *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if mine.wants--; mine.wants == 0 {
		delete(l.lanes, channel)
	}
}
