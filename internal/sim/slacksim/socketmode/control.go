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

// Counts is what became of an app's connections so far.
type Counts struct {
	MostConnections int         // open at once
	Opens           int         // calls of apps.connections.open, refused ones included
	OpensPerMinute  int         // the most of them in any 60 s; about 50 are allowed (slack.md §0.1)
	Joined          []time.Time // when the latest connections, a thousand at most, were opened, oldest first
	Refreshed       []time.Time // when connections were, by [Control.Refresh] or at the end of [Config.Lifetime]
}

// Counts returns what was counted so far.
func (c Control) Counts() Counts {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	t := &c.s.tickets
	return Counts{c.s.peak, t.count, t.peak, slices.Clone(c.s.joined), slices.Clone(c.s.refreshes)}
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
	c.live(func(live []*Conn) {
		if reason != LinkDisabled {
			live = live[:1]
		}
		for _, conn := range live {
			c.s.dismiss(conn, reason)
		}
	})
}

// Refresh sends away the oldest connection as Slack does (slack.md §1.4): a warning, the request
// ten seconds later, the end ten seconds after that. The warning may not come: without
// notice the request is the first word, and the connection takes nothing from then on.
func (c Control) Refresh(notice bool) {
	c.live(func(live []*Conn) { c.s.refresh(live[0], notice) })
}

// RefreshNewest is [Control.Refresh] of the newest connection.
func (c Control) RefreshNewest(notice bool) {
	c.live(func(live []*Conn) { c.s.refresh(live[len(live)-1], notice) })
}

// Cut drops the oldest connection without a closing frame.
func (c Control) Cut() {
	c.live(func(live []*Conn) { live[0].cut(true) })
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
	c.live(func(live []*Conn) { live[0].silent.Store(true) })
}

// live hands over the connections that move and have not been told to go, oldest first, if
// there are any.
func (c Control) live(do func(live []*Conn)) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	gone := func(conn *Conn) bool { return conn.silent.Load() || conn.retiring || conn.closing }
	if live := slices.DeleteFunc(slices.Clone(c.s.conns), gone); len(live) > 0 {
		do(live)
	}
}
