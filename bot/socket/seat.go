package socket

import (
	"sync"
	"time"
)

// seat is a connection that is to be kept, and the one that serves in it now. A successor
// takes the seat when it has said hello; the old one is read for a while longer.
type seat struct {
	first chan struct{} // closed once a connection has said hello

	mu  sync.Mutex
	now *connection // nil while there is none
	due time.Time   // when it is to be renewed
}

// serving returns the connection in s, or nil.
func (s *seat) serving() *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// take puts c into s.
func (s *seat) take(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now, s.due = c, (time.Time{}); happened(c.ended) {
		s.now = nil
	}
	if !happened(s.first) {
		close(s.first)
	}
}

// plan notes when the connection in s is to be renewed.
func (s *seat) plan(due time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due = due
}

// moments returns when the connection in s was opened and when its successor will be.
func (s *seat) moments() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == nil {
		return nil
	}
	return []time.Time{s.now.hello.at, s.due}
}

// empty takes c out of s, unless it has a successor there.
func (s *seat) empty(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == c {
		s.now = nil
	}
}
