package socketmode

import (
	"crypto/rand"
	"slices"
	"time"
)

// opensPerMinute is what apps.connections.open allows: tier 3 (slack.md §0.1).
const opensPerMinute = 50

// tickets are the ways in that apps.connections.open gave out, and its calls.
type tickets struct {
	open  map[string]bool
	calls []time.Time // of the last minute
	count int         // of all time
	peak  int         // most calls in any 60 s
}

// CountOpen counts a call of apps.connections.open, answered or not.
func (s *Server) CountOpen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, now := &s.tickets, time.Now()
	t.count++
	t.calls = append(slices.DeleteFunc(t.calls, func(at time.Time) bool { return now.Sub(at) >= time.Minute }), now)
	t.peak = max(t.peak, len(t.calls))
}

// Ticket returns a ticket that lets one connection in, and how many calls of
// apps.connections.open the last minute has. Where they are too many the ticket is empty, and
// wait is how long the caller has to.
func (s *Server) Ticket() (ticket string, calls int, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.tickets
	calls = len(t.calls)
	if calls > opensPerMinute {
		return "", calls, time.Until(t.calls[0].Add(time.Minute))
	}
	ticket = rand.Text()
	t.open[ticket] = true
	return ticket, calls, 0
}
