package scheduler

import (
	"context"
	"sync"
)

// maxChannels is how many channels are posted to at once.
const maxChannels = 16

// channelLocks let one post into a channel at a time, and few channels have theirs at once: a
// channel that is slow holds up itself alone.
type channelLocks struct {
	slots chan struct{}

	mu    sync.Mutex
	locks map[string]*channelLock
}

type channelLock struct {
	held  chan struct{}
	users int // who is in it or waits for it
}

func newChannelLocks() channelLocks {
	return channelLocks{slots: make(chan struct{}, maxChannels), locks: map[string]*channelLock{}}
}

// lock waits for the turn of channel. leave must be called when the error is nil.
func (l *channelLocks) lock(ctx context.Context, channel string) (leave func(), err error) {
	l.mu.Lock()
	mine := l.locks[channel]
	if mine == nil {
		mine = &channelLock{held: make(chan struct{}, 1)}
		l.locks[channel] = mine
	}
	mine.users++
	l.mu.Unlock()
	if err := acquire(ctx, mine.held); err != nil {
		l.release(channel, mine)
		return nil, err
	}
	if err := acquire(ctx, l.slots); err != nil {
		<-mine.held
		l.release(channel, mine)
		return nil, err
	}
	return func() { <-l.slots; <-mine.held; l.release(channel, mine) }, nil
}

// acquire waits for a place in turn.
func acquire(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *channelLocks) release(channel string, mine *channelLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if mine.users--; mine.users == 0 {
		delete(l.locks, channel)
	}
}
