package bot

import (
	"context"
	"crypto/tls"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"
	"golang.org/x/time/rate"
)

// socket is one Socket Mode connection and what can be seen of it from outside slack-go:
// whether hello was said, which acknowledgements are not yet written, why Slack ends it.
type socket struct {
	client  *socketmode.Client
	observe func(time.Duration)
	told    func(reason string) // why Slack is about to end the connection

	mu      sync.Mutex
	since   time.Time             // when hello was said; zero while there is no connection
	pending map[string]pendingAck // by envelope
}

// pendingAck is an acknowledgement queued and not yet seen on the wire.
type pendingAck struct {
	read    time.Time // when its envelope was read
	written func()    // called once it is on the wire
	lost    func()    // called when it never will be, or too late
}

// newSocket returns a connection of b, not yet opened. Reading is bounded at 8 MiB, since
// Slack sends envelopes of over 100 KB (slack.md §1.3).
func newSocket(b *Bot) *socket {
	s := &socket{observe: b.Observe.Acked, told: b.told, pending: map[string]pendingAck{}}
	api := b.newAPI(&opener{client: b.posts, pace: b.openings})
	s.client = socketmode.New(api, socketmode.OptionReadLimit(8<<20), socketmode.OptionDialer(s.dialer(b)))
	return s
}

// dialer replaces slack-go's, which it must match: a handshake limit, and a write buffer that keeps
// an acknowledgement in one frame (slack.md §1.3, §6.1). A proxy is the business of [Config.Dial], so
// that the wire can be watched behind one as well.
func (s *socket) dialer(b *Bot) *websocket.Dialer {
	d := &websocket.Dialer{HandshakeTimeout: 10 * time.Second, WriteBufferSize: 32 << 10}
	d.NetDialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := b.Dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &tap{Conn: conn, wrote: s.wrote, told: s.told}, nil
	}
	d.NetDialTLSContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := b.Dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		host, _, _ := net.SplitHostPort(addr)
		secure := tls.Client(conn, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, err
		}
		return &tap{Conn: secure, wrote: s.wrote, told: s.told}, nil
	}
	return d
}

// queued notes that an acknowledgement is about to be queued. It comes before AckCtx,
// which may return after the frame was written.
func (s *socket) queued(envelope string, p pendingAck) {
	s.mu.Lock()
	s.pending[envelope] = p
	s.mu.Unlock()
}

// wrote is told by the tap that the acknowledgement of envelope is on the wire.
func (s *socket) wrote(envelope string) {
	if p, ok := s.take(envelope); ok {
		s.observe(time.Since(p.read))
		p.written()
	}
}

// dropped gives up an acknowledgement that will not be written.
func (s *socket) dropped(envelope string) {
	if p, ok := s.take(envelope); ok {
		p.lost()
	}
}

func (s *socket) take(envelope string) (pendingAck, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.pending[envelope]
	delete(s.pending, envelope)
	return p, ok
}

// gone notes that the connection ended. What was queued for it may still go out on the
// next one, but whether Slack takes it there is not documented (slack.md §1.5): it counts
// as lost. It reports whether there was a connection.
func (s *socket) gone() bool {
	s.mu.Lock()
	pending, was := s.pending, !s.since.IsZero()
	s.pending, s.since = map[string]pendingAck{}, time.Time{}
	s.mu.Unlock()
	for _, p := range pending {
		p.lost()
	}
	return was
}

// flush waits until what is queued is written, for at most half a second: ending the
// socket drops the rest (slack.md §6.2).
func (s *socket) flush() {
	for range 50 {
		s.mu.Lock()
		left := len(s.pending)
		s.mu.Unlock()
		if left == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// hello notes that the connection serves since then.
func (s *socket) hello(since time.Time) {
	s.mu.Lock()
	s.since = since
	s.mu.Unlock()
}

// Connected returns how many connections have said hello and are open, and when the oldest
// of them did. One is what readiness means on Slack's side.
func (b *Bot) Connected() (n int, since time.Time) {
	for _, s := range b.sockets {
		s.mu.Lock()
		if !s.since.IsZero() {
			n++
			if since.IsZero() || s.since.Before(since) {
				since = s.since
			}
		}
		s.mu.Unlock()
	}
	return n, since
}

// opener is the HTTP client of the Web API. It holds back apps.connections.open when
// connections do not last, since slack-go asks again at once, thousands of times if it
// must (slack.md §0.1), and the method allows about fifty a minute.
type opener struct {
	client *http.Client
	pace   *rate.Limiter // of all connections of this process together

	mu   sync.Mutex
	last time.Time
	wait time.Duration
}

// A connection that was opened this long ago lasted: the next opening is not held back.
const lasted = 30 * time.Second

// Do sends req, after a wait when it opens a connection soon after the last one.
func (o *opener) Do(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/apps.connections.open") {
		if !sleep(req.Context(), o.hold()) {
			return nil, req.Context().Err()
		}
		if err := o.pace.Wait(req.Context()); err != nil {
			return nil, err
		}
		o.mu.Lock()
		o.last = time.Now()
		o.mu.Unlock()
	}
	return o.client.Do(req)
}

// hold returns how long the next opening waits: nothing after a connection that lasted,
// else a second, doubled each time up to a minute, with a fifth of it at random.
func (o *opener) hold() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last.IsZero() || time.Since(o.last) > lasted+o.wait {
		o.wait = 0
		return 0
	}
	o.wait = min(max(time.Second, 2*o.wait), time.Minute)
	return o.wait + rand.N(o.wait/5)
}

// loopback reports whether host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
