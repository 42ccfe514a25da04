package wire

import (
	"context"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

const (
	dialLimit = 3 * time.Second // a proxy's tunnel included; with TLS it has less, by the time to write in
	tlsLimit  = 2 * time.Second
	idleLimit = 30 * time.Second // below what upstreams usually keep, so that stale connections are rare
)

// newTransport returns a transport that sends what it is told, once: HTTP/1.1 only, since
// HTTP/2 replays refused streams on its own.
func newTransport(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Transport {
	t := &http.Transport{
		TLSHandshakeTimeout:    tlsLimit,
		IdleConnTimeout:        idleLimit,
		MaxIdleConnsPerHost:    8,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialLimit)
		defer cancel()
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &deadlineConn{Conn: conn}, nil
	}
	return t
}

// deadlineConn looks at both clocks before each write. The timers behind an ordinary write
// deadline may fire a moment too late when a stopped process goes on, and do not run while
// the machine sleeps.
type deadlineConn struct {
	net.Conn
	writeBy atomic.Pointer[time.Time]
}

// SetWriteDeadline is kept, and kept for Write.
func (c *deadlineConn) SetWriteDeadline(t time.Time) error {
	c.writeBy.Store(&t)
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is SetWriteDeadline and SetReadDeadline.
func (c *deadlineConn) SetDeadline(t time.Time) error {
	c.writeBy.Store(&t)
	return c.Conn.SetDeadline(t)
}

// Write refuses when its deadline has passed.
func (c *deadlineConn) Write(p []byte) (int, error) {
	if until := c.writeBy.Load(); until != nil && !until.IsZero() {
		if now := time.Now(); !now.Before(*until) || !now.Round(0).Before(until.Round(0)) {
			return 0, os.ErrDeadlineExceeded
		}
	}
	return c.Conn.Write(p)
}
