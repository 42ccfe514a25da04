// Package transport is what the simulated services share of how they are reached: a server on
// ports and on pipes instead of sockets, so that a whole service fits into a testing/synctest
// bubble, and the ways in which it can keep somebody waiting or leave them without an answer.
// It knows nothing of what the services say.
package transport

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server serves a handler on loopback ports, pipes, or neither. Make it with [NewServer].
type Server struct {
	http     *http.Server
	pipes    pipes
	closed   chan struct{}
	closing  sync.Once
	piping   sync.Once
	serving  sync.WaitGroup // Serve calls
	underWay sync.WaitGroup // connections, and requests on them
}

// NewServer returns a server that listens nowhere yet. In a bubble, call it there.
func NewServer(h http.Handler, log *slog.Logger) *Server {
	closed := make(chan struct{})
	s := &Server{closed: closed, pipes: pipes{conns: make(chan net.Conn), closed: closed}}
	s.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.underWay.Add(1)
			defer s.underWay.Done()
			h.ServeHTTP(w, r)
		}),
		ConnState:         s.track,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ReadHeaderTimeout: time.Minute,
	}
	return s
}

// Listen serves on a free port of 127.0.0.1 until Close and returns the base URL, without
// a slash at the end. It cannot be used inside a synctest bubble.
func (s *Server) Listen(ctx context.Context) (baseURL string, err error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.serve(ln)
	return "http://" + ln.Addr().String(), nil
}

// Dial returns the client's end of a new pipe whose other end speaks plain HTTP, whatever
// network and address say. It fits http.Transport.DialContext and
// websocket.Dialer.NetDialContext, and needs no socket, so that time can be fake. After
// Close the error is [net.ErrClosed].
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	s.piping.Do(func() { s.serve(s.pipes) })
	client, server := net.Pipe()
	select {
	case s.pipes.conns <- server:
		return client, nil
	case <-s.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Close stops every listener and connection, ends the answers that are waiting, and
// returns when none of them is left. A second Close does nothing. The error is that of
// the listeners.
func (s *Server) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.closed)
		err = s.http.Close()
	})
	s.serving.Wait()
	s.underWay.Wait()
	return err
}

func (s *Server) serve(ln net.Listener) {
	s.serving.Go(func() { _ = s.http.Serve(ln) }) // always ErrServerClosed after Close
}

// track holds Close until the last connection is gone; one that is hijacked is its handler's.
func (s *Server) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.underWay.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.underWay.Done()
	case http.StateActive, http.StateIdle:
	}
}

// Pause waits for d, or for ever if d is negative. It reports false when the caller of r has
// gone, or the server was closed, first. Zero does not wait.
func (s *Server) Pause(r *http.Request, d time.Duration) bool {
	var over <-chan time.Time
	switch {
	case d == 0:
		return true
	case d > 0:
		over = time.After(d)
	}
	select {
	case <-over:
		return true
	case <-r.Context().Done():
	case <-s.closed:
	}
	return false
}

// Forever has [Server.Pause] wait until the caller has gone or the server is closed.
const Forever time.Duration = -1

// pipes is a [net.Listener] whose connections are the far ends of pipes.
type pipes struct {
	conns  chan net.Conn
	closed <-chan struct{}
}

// Accept waits for the next pipe.
func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close has nothing to end: the server's own Close does.
func (pipes) Close() error { return nil }

// Addr says nothing; a listener must have one.
func (pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// HangUp drops the connection of a request without an answer, with a TCP reset where there is
// TCP.
func HangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // the writer cannot be hijacked; net/http drops the connection
	}
	Reset(conn)
}

// Reset closes a connection, with a TCP reset where there is TCP.
func Reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // best effort: a plain close serves too
	}
	_ = conn.Close() // nothing to be done about a failed close
}
