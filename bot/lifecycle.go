package bot

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// errDrained is why work was cut short: it outlived the grace period after the signal.
var errDrained = errors.New("cut short by the restart")

// Run connects to Slack and serves until ctx ends, then finishes what is under way for at
// most Grace, cuts the rest short with a word to the person, and returns nil. It returns
// a *FatalError when Slack refuses the app for good. A crash loses what was in the works:
// Slack redelivers events, a person whose command had no answer types it again.
func (b *Bot) Run(ctx context.Context) error {
	if err := b.identify(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	open, closeSocket := context.WithCancel(context.WithoutCancel(ctx))
	defer closeSocket()
	hard, cut := context.WithCancelCause(open)
	defer cut(nil)

	var sockets sync.WaitGroup
	for i, s := range b.sockets {
		sockets.Go(func() { b.connect(open, s, i) })
		sockets.Go(func() { b.receive(hard, s) })
	}
	var cause error
	select {
	case <-ctx.Done():
	case cause = <-b.ends:
	}
	b.stopping.Store(true)
	b.drain(cut)
	for _, s := range b.sockets {
		s.flush()
	}
	closeSocket()
	sockets.Wait()
	b.posts.CloseIdleConnections()
	if ctx.Err() != nil {
		return nil
	}
	if f := asFatal(cause); f != nil {
		return f
	}
	return cause
}

// end ends Run for a cause. Only the first counts.
func (b *Bot) end(cause error) {
	select {
	case b.ends <- cause:
	default:
	}
}

// connect opens s and keeps it open. The first connection opens at once. Each further one
// waits for its turn: until the app is connected, and while it has so many connections
// already that old and new processes together could pass the ten Slack allows
// (slack.md §1.4); a little apart, since Slack refuses crowds (slack.md §1.1).
func (b *Bot) connect(open context.Context, s *socket, i int) {
	for i > 0 {
		if !sleep(open, time.Duration(i)*time.Second+rand.N(time.Second)) {
			return
		}
		if n, _ := b.Connected(); n > 0 && b.crowd.Load() < crowded {
			break
		}
	}
	if err := s.client.RunContext(open); open.Err() == nil {
		b.end(err)
	}
}

// crowded is how many connections the app has when no further one is opened.
const crowded = 8

// farewells are the reasons Slack gives (slack.md §1.4).
var farewells = []string{"warning", "refresh_requested", "link_disabled", "too_many_websockets"}

// told notes why Slack ends a connection.
func (b *Bot) told(reason string) {
	if !slices.Contains(farewells, reason) {
		reason = "unknown"
	}
	b.Observe.Socket("disconnect_" + reason)
	if reason == "link_disabled" {
		b.end(&FatalError{Code: reason, Hint: hints[reason]})
	}
}

// asFatal finds the *FatalError in or behind err.
func asFatal(err error) error {
	if f, ok := errors.AsType[*FatalError](err); ok {
		return f
	}
	if f := fatal(err); f != nil {
		return f
	}
	return nil
}

// identify asks Slack who we are, again and again until it says so or says never.
func (b *Bot) identify(ctx context.Context) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		attempt, cancel := context.WithTimeout(ctx, sendWithin)
		who, err := b.api.AuthTestContext(attempt)
		cancel()
		if err == nil {
			b.self = identity{team: who.TeamID, enterprise: who.EnterpriseID, user: who.UserID, bot: who.BotID}
			b.People.home = b.self
			close(b.known)
			return nil
		}
		if f := fatal(err); f != nil {
			return f
		}
		b.Observe.Socket("refused")
		b.Log.WarnContext(ctx, "slack does not answer auth.test, trying again", "err", clean(err), "wait_ms", wait.Milliseconds())
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
	}
}

// drain waits until every answer in the works is sent, for at most Grace; then it cuts
// the rest short and gives them a moment to say so.
func (b *Bot) drain(cut context.CancelCauseFunc) {
	if b.idle(b.Grace) {
		return
	}
	cut(errDrained)
	b.idle(lastWord)
}

// idle takes every slot, so that nothing is in the works; false when that takes longer.
// It may be called again after a false.
func (b *Bot) idle(within time.Duration) bool {
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	if !fill(b.slots, timeout) {
		return false
	}
	if !fill(b.spare, timeout) {
		empty(b.slots)
		return false
	}
	return true
}

func empty(tokens chan struct{}) {
	for range cap(tokens) {
		<-tokens
	}
}

// fill takes every token of a semaphore, or none when the time is over first.
func fill(tokens chan struct{}, timeout *time.Timer) bool {
	for taken := range cap(tokens) {
		select {
		case tokens <- struct{}{}:
		case <-timeout.C:
			for range taken {
				<-tokens
			}
			return false
		}
	}
	return true
}

// receive reads what s brings until hard ends. It answers from memory itself and
// hands everything else to a worker, so it never waits for anything but a free line to
// acknowledge on.
func (b *Bot) receive(hard context.Context, s *socket) {
	for {
		select {
		case <-hard.Done():
			return
		case evt := <-s.client.Events:
			if err := b.take(hard, s, evt); err != nil {
				b.end(err)
			}
		}
	}
}
