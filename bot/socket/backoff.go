package socket

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// minLifetime is the age from which a lost connection counts as one that was well: two that live
	// no longer are opened twelve times a minute, of the fifty Slack allows an app (slack.md §0.1).
	minLifetime = 10 * time.Second
	// longestWait is the most the back-off asks for, plus a fifth of it at random: ten connections
	// that can't be opened make 40 calls a minute.
	longestWait = 15 * time.Second
	tooManyWait = 10 * time.Second // at least, after too_many_websockets (slack.md §1.4)
)

// backoff spaces what does not work, over all connections of a process: openings that failed, and
// connections lost before they were as old as minLifetime. The zero backoff knows of none.
type backoff struct {
	mu    sync.Mutex
	fails int // in a row
	last  time.Time
	wait  time.Duration // after the last
}

// failed notes a failure and returns how long to wait before trying again, at least least: nothing
// after the first, so that of two connections lost at once one is opened at once; then a second,
// doubled each time up to longestWait. What fails while such a wait lasts waits as long and doubles
// nothing. Failures are forgotten when none came for minLifetime longer than the wait.
func (f *backoff) failed(least time.Duration) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if now.Before(f.last.Add(f.wait)) {
		return max(least, f.wait)
	}
	if now.Sub(f.last) > minLifetime+f.wait {
		f.fails = 0
	}
	f.fails++
	f.last, f.wait = now, least
	if f.fails > 1 {
		f.wait = max(least, min(longestWait, time.Second<<min(f.fails-2, 6)))
	}
	if f.wait > 0 {
		f.wait += rand.N(f.wait / 5)
	}
	return f.wait
}
