package ozonesim

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"ahtbot/internal/sim/transport"
)

// network is how requests reach the server: loopback ports, pipes, or neither.
type network struct {
	server *http.Server
	done   chan struct{} // closed by Close
	pipes  *transport.Pipes

	closing  sync.Once
	piping   sync.Once
	serving  sync.WaitGroup // Serve calls
	mu       sync.Mutex
	underWay int // connections the server owns and answers under way
	ended    *sync.Cond
}

func (n *network) init(s *Server) {
	n.done = make(chan struct{})
	n.pipes = transport.NewPipes()
	n.ended = sync.NewCond(&n.mu)
	n.server = &http.Server{
		Handler:   s,
		ConnState: n.track,
		ErrorLog:  slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// Listen serves on a free port of 127.0.0.1 until Close and returns the base URL, without
// a slash at the end. It cannot be used inside a synctest bubble.
func (s *Server) Listen(ctx context.Context) (baseURL string, err error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.net.serve(ln)
	return "http://" + ln.Addr().String(), nil
}

// Dial returns the client's end of a net.Pipe whose other end speaks plain HTTP. It fits
// http.Transport.DialContext; network and address are ignored, so any http URL reaches
// this server.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	s.net.piping.Do(func() { s.net.serve(s.net.pipes) })
	return s.net.pipes.Dial(ctx, "", "")
}

// Close stops every listener and connection, ends the answers that are waiting, and
// returns when none of them is left. A second Close does nothing. The error is that of
// the listeners.
func (s *Server) Close() error {
	n := &s.net
	var err error
	n.closing.Do(func() {
		close(n.done)
		err = n.server.Close()
	})
	n.serving.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	for n.underWay > 0 {
		n.ended.Wait()
	}
	return err
}

func (n *network) serve(ln net.Listener) {
	n.serving.Go(func() { _ = n.server.Serve(ln) }) // always ErrServerClosed after Close
}

// track holds Close until the last connection is gone.
func (n *network) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		n.begin()
	case http.StateClosed, http.StateHijacked:
		n.end()
	case http.StateActive, http.StateIdle:
	}
}

func (n *network) begin() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.underWay++
}

func (n *network) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.underWay--
	n.ended.Broadcast()
}
