package bot

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/slack-go/slack"
)

const (
	// crowded is how many connections the app has when a process opens no second one, so
	// that old and new processes of a deploy stay within Slack's ten.
	crowded = 8
	// mostConnections is how many Slack allows an app (slack.md §1.5).
	mostConnections = 10
	// ticketFor is how long an address of apps.connections.open is used. Slack does not say
	// how long it is good for.
	ticketFor = 10 * time.Second
)

// keep keeps a connection in the i-th seat until open ends. The next one is opened before
// the old one is left, when Slack announces its end and when its life is nearly over
// (ADR 0011).
func (b *Bot) keep(open, hard context.Context, i int) {
	s, wait := b.seats[i], time.Duration(0)
	for {
		old := s.serving()
		c := b.succeed(open, hard, i, wait)
		if c == nil {
			return
		}
		if c != old {
			b.seat(open, i, c, old)
		}
		if wait = b.watch(open, i, c); open.Err() != nil {
			return
		}
	}
}

// seat puts c into the i-th seat and retires old, if there is one.
func (b *Bot) seat(open context.Context, i int, c, old *connection) {
	b.seats[i].take(c)
	if old == nil || is(old.ended) {
		return
	}
	b.crowd.Add(-1) // hello counted both
	if !is(old.asked) {
		b.Observe.Socket("renewed")
		b.Log.InfoContext(open, "slack connection renewed before slack asked")
	}
	b.readers.Go(func() { retire(open, old) })
}

// succeed opens a connection for the i-th seat, trying again and again; nil when open
// ends. Where Slack has no room for one, the connection in the seat stays and is returned,
// or, when Slack has announced its end, makes room itself.
func (b *Bot) succeed(open, hard context.Context, i int, wait time.Duration) *connection {
	for sleep(open, wait) {
		c, err := b.open(open, hard, i)
		if err == nil {
			return c
		}
		if open.Err() != nil {
			return nil
		}
		b.Observe.Socket("refused")
		if f := fatal(err); f != nil {
			b.end(f)
			return nil
		}
		wait = b.backoff.failed(asksFor(err))
		if old := b.seats[i].serving(); old != nil && errors.Is(err, errCrowd) {
			b.crowd.Store(mostConnections)
			if !is(old.asked) {
				return old
			}
			wait = 0
		}
		b.Log.WarnContext(open, "no socket mode connection, trying again", "err", clean(err), "wait_ms", wait.Milliseconds())
	}
	return nil
}

// asksFor returns the least wait Slack asks for with err.
func asksFor(err error) time.Duration {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return limited.RetryAfter
	}
	if errors.Is(err, errCrowd) {
		return crowdWait
	}
	return 0
}

// Why a connection that was opened is of no use.
var (
	errCrowd   = errors.New("slack has too many connections of this app")
	errAsked   = errors.New("slack ended the connection instead of saying hello")
	errNoHello = errors.New("slack said no hello")
)

// open opens one connection for the i-th seat and returns it once it has said hello. The
// address is asked for while the seat still waits for its turn, which saves time at the
// start.
func (b *Bot) open(open, hard context.Context, i int) (*connection, error) {
	address, err := b.ticket(open)
	if err != nil {
		return nil, err
	}
	asked := time.Now()
	if !b.queue(open, i) {
		return nil, open.Err()
	}
	if time.Since(asked) > ticketFor {
		if address, err = b.ticket(open); err != nil {
			return nil, err
		}
	}
	c, err := b.dial(open, address)
	if err != nil {
		return nil, err
	}
	b.readers.Go(func() {
		stop := context.AfterFunc(open, c.leave)
		defer stop()
		c.read(func(frame []byte) { b.take(hard, c, frame) })
		b.seats[i].empty(c)
	})
	return c, c.settle()
}

// settle waits until c has said hello. It ends c if that does not come.
func (c *connection) settle() error {
	late := time.NewTimer(helloWithin)
	defer late.Stop()
	select {
	case <-c.greeted:
		return nil
	case <-c.asked:
		if is(c.greeted) {
			return nil
		}
		c.leave()
		if c.reason == "too_many_websockets" {
			return errCrowd
		}
		return errAsked
	case <-c.ended:
	case <-late.C:
		c.leave()
	}
	return errNoHello
}

// ticket asks Slack for the address of a new connection.
func (b *Bot) ticket(ctx context.Context) (string, error) {
	if err := b.openings.Wait(ctx); err != nil {
		return "", err
	}
	_, address, err := b.opens.StartSocketModeContext(ctx)
	return address, err
}

// queue waits until the i-th seat may open a connection; false when open ends. The first
// connection of a seat waits for that of the seat before, since Slack refuses crowds
// (slack.md §1.1), and while the app has so many already that a further one would be in
// the way of others. Where Slack's ten are reached, an old connection makes room.
func (b *Bot) queue(open context.Context, i int) bool {
	before := b.known
	if i > 0 {
		before = b.seats[i-1].first
	}
	select {
	case <-before:
	case <-open.Done():
		return false
	}
	for i > 0 && !is(b.seats[i].first) && b.crowd.Load() >= crowded {
		if !sleep(open, time.Second+rand.N(time.Second)) {
			return false
		}
	}
	if old := b.seats[i].serving(); old != nil && b.crowd.Load() >= mostConnections {
		old.leave()
		select {
		case <-old.ended:
		case <-open.Done():
			return false
		}
	}
	return true
}
