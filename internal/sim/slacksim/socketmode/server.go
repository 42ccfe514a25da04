// Package socketmode is Slack's side of Socket Mode's connections: tickets, greetings, PINGs,
// refreshes, and which connection an envelope goes out on. What the envelopes say is its
// caller's.
package socketmode

import (
	"cmp"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"ahtbot/internal/sim/transport"
)

// The reasons of a disconnect frame (slack.md §1.4); too_many_websockets the server also sends
// by itself to an eleventh connection.
const (
	Warning           = "warning"
	RefreshRequested  = "refresh_requested"
	LinkDisabled      = "link_disabled"
	TooManyWebsockets = "too_many_websockets"
)

const (
	maxConns = 10               // connections of one app (slack.md §1.5)
	lifetime = time.Hour        // what hello announces unless told otherwise (slack.md §1.2)
	grace    = 10 * time.Second // from a disconnect frame to the end, if the client does not go by itself (slack.md §1.4)
)

// Config says how connections behave, and who hears of them. The functions are called without
// a lock held and must not be nil, but for Moved.
type Config struct {
	AppID string
	// Lag, Settling and Lifetime are how long a frame to the client is on its way, how long after its hello a
	// connection gets its first envelope, and how long it is kept; the workspace's own say more.
	Lag, Settling, Lifetime time.Duration

	Log *slog.Logger

	Received func(c *Conn, data []byte)       // a frame came from the client
	Overlong func(c *Conn, size int)          // one of MaxFrame bytes or more came; the connection is closed next
	Joined   func()                           // a connection was greeted
	Violated func(format string, args ...any) // the client did what Slack does not allow
	Moved    func(transport.Frame)            // a text frame came, or goes out next; nil: nobody wants to know
}

// Server holds the connections of one app. Make it with [NewServer]; its methods may be called
// from any goroutine.
type Server struct {
	cfg    Config
	closed chan struct{}
	wg     sync.WaitGroup // writers and what ages connections

	mu        sync.Mutex // guards all below
	isClosed  bool
	conns     []*Conn // live ones, oldest first
	count     int     // connections ever made
	next      int
	waiting   []chan struct{} // closed when conns changes
	peak      int
	joined    []time.Time // when the latest connections were opened
	refreshes []time.Time
	tickets   tickets
}

// NewServer returns a server without connections.
func NewServer(cfg Config) *Server {
	return &Server{cfg: cfg, closed: make(chan struct{}), tickets: tickets{open: map[string]bool{}}}
}

// Close cuts every connection and waits for its goroutines. Closing twice is harmless.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.isClosed {
		s.isClosed = true
		close(s.closed)
	}
	conns := slices.Clone(s.conns)
	s.mu.Unlock()
	for _, c := range conns {
		c.cut(false)
	}
	s.wg.Wait()
}

// Accept serves a WebSocket whose ticket [Server.Ticket] gave out (slack.md §1.1), until it
// ends.
func (s *Server) Accept(rw http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	ok := s.tickets.open[ticket]
	delete(s.tickets.open, ticket) // it is good for one connection
	s.mu.Unlock()
	if !ok {
		s.cfg.Violated("WebSocket ticket unknown or already used (slack.md §1.1)")
		http.Error(rw, "invalid ticket", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(rw, r, nil)
	if err != nil {
		s.cfg.Log.WarnContext(r.Context(), "upgrade failed", "err", err)
		return
	}
	c := s.newConn(ws)
	if !s.join(c) {
		c.cut(false)
		return
	}
	s.cfg.Log.DebugContext(r.Context(), "connection opened")
	c.read(func(data []byte) { s.cfg.Received(c, data) }, func(size int) { s.refuseFrame(c, size) })
	if c.leaving.Load() && !c.silent.Load() {
		<-c.written // the closing frame goes out before the connection ends
	}
	c.cut(false)
	s.leave(c)
	s.cfg.Log.DebugContext(r.Context(), "connection ended")
}

func (s *Server) newConn(ws *websocket.Conn) *Conn {
	s.mu.Lock()
	s.count++
	number := s.count
	s.mu.Unlock()
	c := &Conn{ws: ws, number: number, moved: s.cfg.Moved, lag: s.cfg.Lag, ended: make(chan struct{}), wake: make(chan struct{}, 1), written: make(chan struct{})}
	ws.SetReadLimit(readLimit)
	ws.SetCloseHandler(func(code int, _ string) error {
		s.mu.Lock()
		c.closing = true // nothing more is sent to a client that goes
		s.mu.Unlock()
		c.close(code, "")
		return nil
	})
	ws.SetPingHandler(func(data string) error {
		if !c.silent.Load() {
			_ = ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeTimeout)) // a dead connection ends by itself
		}
		return nil
	})
	return c
}

// join takes c in and greets it, or sends it away when the app has ten already. It reports
// false when the server is closed.
func (s *Server) join(c *Conn) bool {
	s.mu.Lock()
	if s.isClosed {
		s.mu.Unlock()
		return false
	}
	s.wg.Go(c.write)
	n := len(s.conns) + 1
	if n > maxConns {
		c.closing = true
		s.mu.Unlock()
		s.sendDisconnect(c, TooManyWebsockets)
		c.close(websocket.CloseNormalClosure, "")
		s.cfg.Violated("connection %d of one app; Slack allows %d (slack.md §1.5)", n, maxConns)
		return true
	}
	s.greet(c, n)
	s.mu.Unlock()
	s.cfg.Joined()
	return true
}

// greet makes c the n-th connection; mu is held.
func (s *Server) greet(c *Conn, n int) {
	now := time.Now()
	c.settled = now.Add(s.cfg.Settling)
	s.conns = append(s.conns, c)
	s.peak = max(s.peak, n)
	if len(s.joined) >= 2000 {
		s.joined = slices.Clone(s.joined[1000:])
	}
	s.joined = append(s.joined, now)
	c.Send(map[string]any{
		"type": "hello", "num_connections": n, "connection_info": map[string]any{"app_id": s.cfg.AppID},
		"debug_info": map[string]any{
			"host": "applink-sim", "started": now.UTC().Format("2006-01-02 15:04:05.000"),
			"build_number": 1, "approximate_connection_time": int(cmp.Or(s.cfg.Lifetime, lifetime).Seconds()),
		},
	})
	s.age(c)
	s.changed()
}

// leave forgets c.
func (s *Server) leave(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = slices.DeleteFunc(s.conns, func(o *Conn) bool { return o == c })
	s.changed()
}

// changed wakes who waits for connections; mu is held.
func (s *Server) changed() {
	for _, c := range s.waiting {
		close(c)
	}
	s.waiting = nil
}

// refuseFrame ends a connection on which a frame was too long (slack.md §0.5).
func (s *Server) refuseFrame(c *Conn, size int) {
	s.mu.Lock()
	c.closing = true
	s.mu.Unlock()
	s.cfg.Overlong(c, size)
	c.close(websocket.CloseMessageTooBig, "Max frame length of 20480 has been exceeded")
}

// Next returns the connection whose turn it is to take an envelope, or nil if there is none
// (slack.md §1.5: any one, in turn).
func (s *Server) Next() *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, now := len(s.conns), time.Now()
	for _, retiring := range []bool{false, true} {
		for i := range n {
			at := (s.next + i) % n
			if c := s.conns[at]; !c.closing && c.retiring == retiring && !now.Before(c.settled) {
				s.next = at + 1
				return c
			}
		}
	}
	return nil
}

// age has c refreshed at the end of its life, every second time without notice; mu is held.
func (s *Server) age(c *Conn) {
	if s.cfg.Lifetime <= 0 {
		return
	}
	life := s.cfg.Lifetime - s.cfg.Lifetime/20 + rand.N(s.cfg.Lifetime/10)
	t := time.AfterFunc(life, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !c.retiring && !c.closing && !s.isClosed {
			s.refresh(c, len(s.refreshes)%2 == 0)
		}
	})
	s.wg.Go(func() {
		<-c.ended
		t.Stop()
	})
}

// refresh is [Control.Refresh] of c; mu is held.
func (s *Server) refresh(c *Conn, notice bool) {
	s.refreshes = append(s.refreshes, time.Now())
	if !notice {
		s.dismiss(c, RefreshRequested)
		return
	}
	c.retiring = true
	s.sendDisconnect(c, Warning)
	time.AfterFunc(grace, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !c.closing && !s.isClosed {
			s.dismiss(c, RefreshRequested)
		}
	})
}

// dismiss sends c away; mu is held.
func (s *Server) dismiss(c *Conn, reason string) {
	c.retiring, c.closing = true, reason != Warning
	s.sendDisconnect(c, reason)
	time.AfterFunc(grace, func() { c.close(websocket.CloseNormalClosure, "") })
}

// sendDisconnect sends a disconnect frame.
func (s *Server) sendDisconnect(c *Conn, reason string) {
	msg := map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-sim"}}
	if reason == TooManyWebsockets {
		msg["num_connections"] = maxConns + 1
		msg["connection_info"] = map[string]any{"app_id": s.cfg.AppID}
	}
	c.Send(msg)
}
