package ozonetel

import (
	"net"
	"os"
	"sync/atomic"
	"time"
)

// timelyConn looks at both clocks before each write. The timers behind an ordinary write
// deadline may fire a moment too late when a stopped process goes on, and do not run while
// the machine sleeps.
type timelyConn struct {
	net.Conn
	until atomic.Pointer[time.Time]
}

// SetWriteDeadline is kept, and kept for Write.
func (c *timelyConn) SetWriteDeadline(t time.Time) error {
	c.until.Store(&t)
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is SetWriteDeadline and SetReadDeadline.
func (c *timelyConn) SetDeadline(t time.Time) error {
	c.until.Store(&t)
	return c.Conn.SetDeadline(t)
}

// Write refuses when its deadline has passed.
func (c *timelyConn) Write(p []byte) (int, error) {
	if until := c.until.Load(); until != nil && !until.IsZero() {
		if now := time.Now(); !now.Before(*until) || !now.Round(0).Before(until.Round(0)) {
			return 0, os.ErrDeadlineExceeded
		}
	}
	return c.Conn.Write(p)
}
