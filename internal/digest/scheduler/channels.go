package scheduler

import (
	"context"
	"sync"

	"ahtbot/internal/wait"
)

// maxChannels is how many channels are posted to at the same time.
const maxChannels = 16

// channelLocks let one post at a time into a channel, and posts into maxChannels channels
// at the same time. A slow channel delays only itself.
type channelLocks struct {
	slots wait.Slots

	mu   sync.Mutex
	held map[string]wait.Slots // by channel; kept for as long as the process runs
}

func newChannelLocks() channelLocks {
	return channelLocks{slots: wait.NewSlots(maxChannels), held: map[string]wait.Slots{}}
}

// lock waits until the channel is free and locks it. The caller must call unlock when the
// error, which is the cause of the end of ctx, is nil.
func (l *channelLocks) lock(ctx context.Context, channel string) (unlock func(), err error) {
	l.mu.Lock()
	held := l.held[channel]
	if held == nil {
		held = wait.NewSlots(1)
		l.held[channel] = held
	}
	l.mu.Unlock()
	if err := held.Take(ctx); err != nil {
		return nil, err
	}
	if err := l.slots.Take(ctx); err != nil {
		held.Leave()
		return nil, err
	}
	return func() { l.slots.Leave(); held.Leave() }, nil
}
