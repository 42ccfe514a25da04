package bot

import (
	"context"
	"sync"
	"time"

	"ahtbot/bot/socket"
	"ahtbot/bot/webapi"
	"ahtbot/internal/wait"
)

// Run connects to Slack and serves until ctx ends, then finishes what is under way within grace,
// cuts the rest short with a word to the person, and returns nil. It returns a
// *webapi.FatalError when Slack refuses the app for good. A crash loses what was in the works:
// Slack redelivers events, a person whose command had no answer types it again.
func (b *Bot) Run(ctx context.Context) error {
	serve, end := context.WithCancelCause(ctx)
	defer end(nil)
	b.end = end
	connected, disconnect := context.WithCancel(context.WithoutCancel(ctx))
	defer disconnect()
	answering, cut := context.WithCancelCause(connected)
	defer cut(nil)

	var serving sync.WaitGroup
	serving.Go(func() { b.identify(connected) })
	serving.Go(func() { b.sockets.Run(connected, func(e *socket.Envelope) { b.receive(answering, e) }) })
	serving.Go(func() { b.serveHomes(connected) })
	<-serve.Done()
	b.stopping.Store(true)
	b.drain(cut)
	disconnect()
	serving.Wait()
	b.api.Close()
	if ctx.Err() != nil {
		return nil
	}
	return context.Cause(serve)
}

// identify asks Slack who we are, again and again until it says so or says never. Nothing
// is read from a connection before it has.
func (b *Bot) identify(ctx context.Context) {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := b.api.Identify(ctx)
		if err == nil {
			return
		}
		if f := webapi.Fatal(err); f != nil {
			b.end(f)
			return
		}
		if ctx.Err() != nil {
			return
		}
		b.Observe.Socket("refused")
		b.Log.WarnContext(ctx, "slack does not answer auth.test, trying again", "err", webapi.Redact(err), "wait_ms", pause.Milliseconds())
		if wait.For(ctx, pause) != nil {
			return
		}
	}
}

// drain waits until every answer in the works is sent, for at most grace; then it cuts
// the rest short and gives them a moment to say so.
func (b *Bot) drain(cut context.CancelCauseFunc) {
	idle := make(chan struct{})
	go func() { // who has all tokens knows that nothing is in the works
		for _, tokens := range []chan struct{}{b.workers, b.replies, b.windows} {
			for range cap(tokens) {
				tokens <- struct{}{}
			}
		}
		close(idle)
	}()
	for _, wait := range []time.Duration{grace, cutShortTimeout} {
		select {
		case <-idle:
			return
		case <-time.After(wait):
			cut(errDrained)
		}
	}
}
