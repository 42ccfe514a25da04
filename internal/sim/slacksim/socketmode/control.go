package socketmode

import (
	"context"
	"net"
	"slices"
	"time"
)

// Control is what somebody may see of an app's connections, and what may happen to them. A
// workspace embeds it.
type Control struct{ s *Server }

// NewControl returns the control of a server's connections.
func NewControl(s *Server) Control { return Control{s} }

// Connections returns how many connections are open, half-open ones included.
func (c Control) Connections() int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return len(c.s.conns)
}

// MostConnections returns the most connections that were open at once.
func (c Control) MostConnections() int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.s.peak
}

// Joined returns when the latest connections, a thousand at most, were opened, oldest first.
func (c Control) Joined() []time.Time {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return slices.Clone(c.s.joined)
}

// Opens returns how many times apps.connections.open was called, refused calls included.
func (c Control) Opens() int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.s.tickets.count
}

// OpensPerMinute returns the most calls of apps.connections.open in any 60 s so far; the
// method's allowance is about 50 (slack.md §0.1).
func (c Control) OpensPerMinute() int {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.s.tickets.peak
}

// WaitConnections waits until at least n connections are open.
func (c Control) WaitConnections(ctx context.Context, n int) error {
	for {
		c.s.mu.Lock()
		have, changed := len(c.s.conns), make(chan struct{})
		c.s.waiting = append(c.s.waiting, changed)
		c.s.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-changed:
		case <-c.s.closed:
			return net.ErrClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Disconnect sends a disconnect frame on the oldest connection, or on every connection for
// [LinkDisabled], and closes it 10 s later. After a [Warning] the connection still takes
// envelopes when no other can; after other reasons it takes none.
func (c Control) Disconnect(reason string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for i, conn := range c.s.live() {
		if i == 0 || reason == LinkDisabled {
			c.s.dismiss(conn, reason)
		}
	}
}

// Refresh sends away the oldest connection as Slack does (slack.md §1.4): a warning, the request
// ten seconds later, the end ten seconds after that. The warning may not come: without
// notice the request is the first word, and the connection takes nothing from then on.
func (c Control) Refresh(notice bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if live := c.s.live(); len(live) > 0 {
		c.s.refresh(live[0], notice)
	}
}

// RefreshNewest is [Control.Refresh] of the newest connection.
func (c Control) RefreshNewest(notice bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if live := c.s.live(); len(live) > 0 {
		c.s.refresh(live[len(live)-1], notice)
	}
}

// Refreshes returns when connections were refreshed, by [Control.Refresh] or at the end of
// [Config.Lifetime].
func (c Control) Refreshes() []time.Time {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return slices.Clone(c.s.refreshes)
}

// Cut drops the oldest connection without a closing frame.
func (c Control) Cut() {
	if conn := c.oldest(); conn != nil {
		conn.cut(true)
	}
}

// CutAll drops every connection without a closing frame.
func (c Control) CutAll() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, conn := range c.s.conns {
		conn.cut(true)
	}
}

// HalfOpen silences the oldest connection: nothing is sent, PINGs neither, and what arrives is
// thrown away, but it stays open and keeps its turn, so that envelopes are lost on it
// until the client gives up (slack.md §1.4).
func (c Control) HalfOpen() {
	if conn := c.oldest(); conn != nil {
		conn.silent.Store(true)
	}
}

// oldest returns the oldest connection that still moves and has not been told to go, or nil.
func (c Control) oldest() *Conn {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if live := c.s.live(); len(live) > 0 {
		return live[0]
	}
	return nil
}
