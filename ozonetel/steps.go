package ozonetel

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

// steps notices steps of the wall clock, which a store may count by. What it compares with
// stands still while the machine sleeps, so that waking up is a step too.
type steps struct {
	mu    sync.Mutex
	begin time.Time
	drift func() time.Duration // how far the wall clock is ahead of the monotonic one since begin
	ref   time.Duration        // drift that counts as none
	since time.Time
}

func newSteps(now time.Time) *steps {
	s := &steps{begin: now, since: now}
	s.drift = func() time.Duration {
		now := time.Now()
		return now.Round(0).Sub(s.begin.Round(0)) - now.Sub(s.begin)
	}
	return s
}

// noticed reports whether the clock has stepped since the last time it said so.
func (s *steps) noticed(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	drift := s.drift()
	stepped := (drift - s.ref).Abs() > stepLimit
	if stepped || now.Sub(s.since) >= slewTime {
		s.ref, s.since = drift, now
	}
	return stepped
}
