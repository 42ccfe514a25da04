package socket

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/internal/wait"
)

const (
	// secondBelow is how many connections the app has when a process opens no second one, so
	// that old and new processes of a deploy stay within Slack's ten.
	secondBelow     = 8
	addressLifetime = 10 * time.Second // of what apps.connections.open says; Slack names none
)

// Run keeps the connections until ctx ends, and returns when the last of them has ended. handle is
// called with each envelope, one at a time for a connection, which waits for it.
func (s *Connections) Run(ctx context.Context, handle func(*Envelope)) {
	s.handle = handle
	for i := range s.seats {
		s.readers.Go(func() { s.keep(ctx, i) })
	}
	s.readers.Wait()
}

// keep keeps a connection in the i-th seat until ctx ends. The next one is opened before the old
// one is left, when Slack announces its end and when its life is nearly over (ADR 0011).
func (s *Connections) keep(ctx context.Context, i int) {
	pause := time.Duration(0)
	for {
		old := s.serving(i)
		c := s.openNext(ctx, i, pause)
		if c == nil {
			return
		}
		if c != old {
			s.replace(ctx, i, c, old)
		}
		if pause = s.awaitHandover(ctx, i, c); ctx.Err() != nil {
			return
		}
	}
}

// replace puts c into the i-th seat and has old closed later, if there is one.
func (s *Connections) replace(ctx context.Context, i int, c, old *connection) {
	s.fill(i, c)
	if old == nil || happened(old.ended) {
		return
	}
	s.total.Add(-1) // hello counted both
	if !happened(old.ending) {
		s.Observe("renewed")
		s.Log.InfoContext(ctx, "slack connection renewed before slack asked")
	}
	s.readers.Go(func() { closeLater(ctx, old) })
}

// openNext opens a connection for the i-th seat, trying again and again; nil when ctx ends. Where
// Slack has no room for one, the connection in the seat stays and is returned, unless Slack has
// announced its end.
func (s *Connections) openNext(ctx context.Context, i int, pause time.Duration) *connection {
	for wait.For(ctx, pause) == nil {
		c, err := s.open(ctx, i)
		if err == nil {
			return c
		}
		if ctx.Err() != nil {
			return nil
		}
		s.Observe("refused")
		if f := webapi.Fatal(err); f != nil {
			s.Fail(f)
			return nil
		}
		pause = s.backoff.failed(asksFor(err))
		if old := s.serving(i); old != nil && errors.Is(err, errTooMany) {
			s.total.Store(maxConnections)
			if !happened(old.ending) {
				return old
			}
			pause = 0
		}
		s.Log.WarnContext(ctx, "no socket mode connection, trying again", "err", webapi.Redact(err), "wait_ms", pause.Milliseconds())
	}
	return nil
}

// asksFor returns the least wait Slack asks for with err.
func asksFor(err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return limited.RetryAfter
	}
	if errors.Is(err, errTooMany) {
		return tooManyWait
	}
	return 0
}

// open opens one connection for the i-th seat and returns it once it has said hello. The address is
// asked for while the seat still waits for its turn, which saves time at the start.
func (s *Connections) open(ctx context.Context, i int) (*connection, error) {
	address, err := s.requestAddress(ctx)
	if err != nil {
		return nil, err
	}
	asked := time.Now()
	if !s.awaitTurn(ctx, i) {
		return nil, ctx.Err()
	}
	if time.Since(asked) > addressLifetime {
		if address, err = s.requestAddress(ctx); err != nil {
			return nil, err
		}
	}
	c, err := dial(ctx, address, s.API.Dial)
	if err != nil {
		return nil, err
	}
	s.readers.Go(func() {
		stop := context.AfterFunc(ctx, c.close)
		defer stop()
		c.read(func(frame []byte) { s.handleFrame(ctx, c, frame) })
		s.empty(i, c)
	})
	return c, c.awaitHello()
}

// requestAddress asks Slack for the address of a new connection.
func (s *Connections) requestAddress(ctx context.Context) (string, error) {
	if err := s.openings.Wait(ctx); err != nil {
		return "", err
	}
	_, address, err := s.API.Once.StartSocketModeContext(ctx)
	return address, err
}

// awaitTurn waits until the i-th seat may open a connection; false when ctx ends. The first
// connection of a seat waits for that of the seat before, since Slack refuses crowds
// (slack.md §1.1), and while the app has so many already that a further one would be in
// the way of others. Where Slack's ten are reached, an old connection makes room.
func (s *Connections) awaitTurn(ctx context.Context, i int) bool {
	before := s.API.Identified()
	if i > 0 {
		before = s.seats[i-1].first
	}
	select {
	case <-before:
	case <-ctx.Done():
		return false
	}
	for i > 0 && !happened(s.seats[i].first) && s.total.Load() >= secondBelow {
		if wait.For(ctx, time.Second+rand.N(time.Second)) != nil {
			return false
		}
	}
	if old := s.serving(i); old != nil && s.total.Load() >= maxConnections {
		old.close()
		select {
		case <-old.ended:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
