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

	mu   sync.Mutex
	held map[string]chan struct{} // by channel; kept for as long as the process runs
}

func newChannelLocks() channelLocks {
	return channelLocks{slots: make(chan struct{}, maxChannels), held: map[string]chan struct{}{}}
}

// lock waits until the channel is free and locks it. The caller must call unlock when the
// error, which is that of ctx, is nil.
func (l *channelLocks) lock(ctx context.Context, channel string) (unlock func(), err error) {
	l.mu.Lock()
	held := l.held[channel]
	if held == nil {
		held = make(chan struct{}, 1)
		l.held[channel] = held
	}
	l.mu.Unlock()
	if err := acquire(ctx, held); err != nil {
		return nil, err
	}
	if err := acquire(ctx, l.slots); err != nil {
		<-held
		return nil, err
	}
	return func() { <-l.slots; <-held }, nil
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
