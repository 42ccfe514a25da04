package allowance

import (
	"sync"
	"time"
)

const (
	// stepLimit is how far the wall clock may run from the monotonic one in a minute
	// before that is a step. Two of them are within the 0.1 s a slot rests over a minute.
	stepLimit = 50 * time.Millisecond
	slewTime  = time.Minute
)

// ClockDrift tells how far the wall clock has run ahead of the monotonic one since begin. The
// monotonic one stands still while the machine sleeps.
func ClockDrift(begin time.Time) func() time.Duration {
	return func() time.Duration {
		now := time.Now()
		return now.Round(0).Sub(begin.Round(0)) - now.Sub(begin)
	}
}

// stepDetector notices steps of the wall clock, which a store may count by; waking up is one too.
type stepDetector struct {
	mu    sync.Mutex
	drift func() time.Duration
	ref   time.Duration // drift that counts as none
	since time.Time
}

// stepped reports whether the clock has stepped since the last time it said so.
func (s *stepDetector) stepped(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	drift := s.drift()
	stepped := (drift - s.ref).Abs() > stepLimit
	if stepped || now.Sub(s.since) >= slewTime {
		s.ref, s.since = drift, now
	}
	return stepped
}
