package scheduler

import (
	"context"
	"sync"
)

// maxChannels is how many channels are posted to at the same time.
const maxChannels = 16

// channelLocks let one post at a time into a channel, and posts into maxChannels channels
// at the same time. A slow channel delays only itself.
type channelLocks struct {
	slots chan struct{}

	mu    sync.Mutex
	locks map[string]*channelLock
}

// channelLock is the lock of one channel.
type channelLock struct {
	held  chan struct{}
	users int // how many hold it or wait for it
}

func newChannelLocks() channelLocks {
	return channelLocks{slots: make(chan struct{}, maxChannels), locks: map[string]*channelLock{}}
}

// lock waits until the channel is free and locks it. The caller must call unlock when the
// error, which is that of ctx, is nil.
func (l *channelLocks) lock(ctx context.Context, channel string) (unlock func(), err error) {
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

// acquire waits for room in slots. Its error is that of ctx.
func acquire(ctx context.Context, slots chan struct{}) error {
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release forgets the lock of a channel that nobody holds or waits for any more.
func (l *channelLocks) release(channel string, mine *channelLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if mine.users--; mine.users == 0 {
		delete(l.locks, channel)
	}
}
