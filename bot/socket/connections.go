// Package socket is Slack's Socket Mode: it keeps the connections of a process, renews each before
// Slack ends it (ADR 0011), and hands on envelopes, which it acknowledges. It does not know what
// they are about.
package socket

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"ahtbot/bot/webapi"
)

// maxConnections is how many Slack allows an app (slack.md §1.5).
const maxConnections = 10

// Config is what Connections run with.
type Config struct {
	API     *webapi.Client
	Number  int // of connections to keep, at least 1; a handover takes one more for a while
	Log     *slog.Logger
	Observe func(event string)       // hello, renewed, lost, refused, and disconnect_ with Slack's reason
	Fail    func(*webapi.FatalError) // Slack will have no connection until a person changes something; once or more
}

// Connections are those of a process. Make them with New and run them once.
type Connections struct {
	Config
	handle func(*Envelope)
	app    atomic.Value // string: the app's id, as hello says
	total  atomic.Int64 // connections of the app, all processes together, as the last hello said

	readers  sync.WaitGroup // all that serves connections
	openings *rate.Limiter  // of apps.connections.open, all connections together
	backoff  backoff

	mu    sync.Mutex // held while seats are read or changed
	seats []*seat
}

// seat is a connection that is to be kept. A successor takes the seat when it has said hello; the
// old one is read for a while longer.
type seat struct {
	first chan struct{} // closed once a connection has said hello
	now   *connection   // nil while there is none
	due   time.Time     // when it is to be renewed
}

// New returns the Connections of a process. None is open yet.
func New(c Config) *Connections {
	s := &Connections{Config: c, openings: rate.NewLimiter(rate.Every(3*time.Second), 4)}
	for range c.Number {
		s.seats = append(s.seats, &seat{first: make(chan struct{})})
	}
	return s
}

// serving returns the connection in the i-th seat, or nil.
func (s *Connections) serving(i int) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seats[i].now
}

// fill puts c into the i-th seat.
func (s *Connections) fill(i int, c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seat := s.seats[i]
	if seat.now, seat.due = c, (time.Time{}); happened(c.ended) {
		seat.now = nil
	}
	if !happened(seat.first) {
		close(seat.first)
	}
}

// empty takes c out of the i-th seat, unless it has a successor there.
func (s *Connections) empty(i int, c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seats[i].now == c {
		s.seats[i].now = nil
	}
}

// App returns the app's id, as Slack says it; empty before the first connection.
func (s *Connections) App() string {
	app, _ := s.app.Load().(string)
	return app
}

// Connected returns how many connections have said hello and are open, and when the oldest of them
// did. One that is kept beside its successor does not count.
func (s *Connections) Connected() (n int, since time.Time) {
	for i := range s.seats {
		if c := s.serving(i); c != nil {
			n++
			if since.IsZero() || c.hello.at.Before(since) {
				since = c.hello.at
			}
		}
	}
	return n, since
}

// other returns a connection other than c on which Slack can be told something, or nil.
func (s *Connections) other(c *connection) *connection {
	var found *connection
	for i := range s.seats {
		if o := s.serving(i); o != nil && o != c && (found == nil || happened(found.ending)) {
			found = o
		}
	}
	return found
}
