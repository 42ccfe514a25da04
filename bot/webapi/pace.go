package webapi

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The methods that [Client.Call] is for.
const (
	MethodPost    = "chat.postMessage"
	MethodEdit    = "chat.update"
	MethodDelete  = "chat.delete"
	MethodHistory = "conversations.history"
	MethodReplies = "conversations.replies"
	MethodOpen    = "conversations.open"
)

// tierFour is how many calls of a method Slack's fourth tier takes in a minute.
const tierFour = 100

// busyChannels is how many channels have a limiter before idle ones are dropped.
const busyChannels = 4096

// pace keeps posts to what Slack allows (slack.md §4.1): one a second in a channel, five in the
// workspace, just under fifty calls a minute of each method of the third tier, and a hundred of the
// fourth. It counts this process alone: where several post, Slack's refusals slow them down.
type pace struct {
	mu       sync.Mutex
	channels map[string]*rate.Limiter
	methods  map[string]*rate.Limiter
	pauses   map[string]time.Time // until when, by method
}

func newPace() *pace {
	p := &pace{
		channels: map[string]*rate.Limiter{}, pauses: map[string]time.Time{},
		methods: map[string]*rate.Limiter{MethodPost: rate.NewLimiter(5, 20)},
	}
	// A hundred calls in any minute (slack.md §4.1; it is silent about bursts). Windows come in bursts, and who presses waits;
	// Home tabs in floods, through which the bot goes by itself.
	for m, burst := range map[string]int{MethodOpenView: 40, MethodUpdateView: 40, MethodPublishView: 20} {
		p.methods[m] = rate.NewLimiter(rate.Every(time.Minute/time.Duration(tierFour-burst)), burst)
	}
	for _, m := range []string{MethodEdit, MethodDelete, MethodHistory, MethodReplies, MethodOpen} {
		p.methods[m] = rate.NewLimiter(rate.Every(1250*time.Millisecond), 2)
	}
	return p
}

// wait waits until a call of method may go out; channel is where a post goes. It fails when ctx ends
// first, or surely would. Who publishes a Home tab has waited for its turn before it was drawn.
func (p *pace) wait(ctx context.Context, method, channel string) error {
	if method == MethodPublishView {
		return ctx.Err()
	}
	if method == MethodPost {
		if err := p.channel(channel).Wait(ctx); err != nil {
			return err
		}
	}
	return p.methods[method].Wait(ctx)
}

// channel returns the limiter of one channel. Idle ones are like new, and may be forgotten.
func (p *pace) channel(id string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.channels[id]; l != nil {
		return l
	}
	if len(p.channels) >= busyChannels {
		for other, l := range p.channels {
			if l.Tokens() >= 1 {
				delete(p.channels, other)
			}
		}
	}
	p.channels[id] = rate.NewLimiter(1, 1)
	return p.channels[id]
}

// pause notes that Slack wants no call of method for d.
func (p *pace) pause(method string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.pauses[method]) {
		p.pauses[method] = until
	}
}

// pauseLeft returns how long method still pauses.
func (p *pace) pauseLeft(method string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, time.Until(p.pauses[method]))
}
