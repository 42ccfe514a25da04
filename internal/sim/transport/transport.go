// Package transport is what the simulated services share of how they are reached: a listener
// for pipes instead of sockets, so that a whole service fits into a testing/synctest bubble, and
// the ways in which a server can keep somebody waiting or leave them without an answer. It
// knows nothing of what the services say.
package transport

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Pipes is a [net.Listener] whose connections are the far ends of pipes. Make it with
// [NewPipes].
type Pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// NewPipes returns a listener for an [http.Server] to serve. In a bubble, call it there.
func NewPipes() *Pipes { return &Pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

// Dial returns the client's end of a new pipe, whatever network and address say. It fits
// http.Transport.DialContext. Once the listener is closed the error is [net.ErrClosed].
func (p *Pipes) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Accept waits for the next pipe.
func (p *Pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial; a second time is harmless.
func (p *Pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr says nothing; a listener must have one.
func (p *Pipes) Addr() net.Addr { return addr{} }

type addr struct{}

func (addr) Network() string { return "pipe" }
func (addr) String() string  { return "pipe" }

// Pause waits for d, or for ever if d is negative. It reports false when the caller of r has
// gone, or closed was closed, first. Zero does not wait.
func Pause(r *http.Request, closed <-chan struct{}, d time.Duration) bool {
	var over <-chan time.Time
	switch {
	case d == 0:
		return true
	case d > 0:
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-over:
		return true
	case <-r.Context().Done():
	case <-closed:
	}
	return false
}

// Forever has [Pause] wait until the caller has gone or the service is closed.
const Forever time.Duration = -1

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
