package socket

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// minLifetime is the age from which a connection that is lost counts as one that was well: two
	// connections that live no longer are opened twelve times a minute, of the fifty Slack
	// allows an app (slack.md §0.1).
	minLifetime = 10 * time.Second
	// longestWait is the most the back-off asks for, but for a fifth of it at random: ten
	// connections that can't be opened make 40 calls a minute.
	longestWait = 15 * time.Second
	// tooManyWait is the least wait after too_many_websockets (slack.md §1.4).
	tooManyWait = 10 * time.Second
)

// backoff spaces what does not work, over all connections of a process: an opening that
// failed, and a connection that was lost before it was as old as minLifetime. What Slack asked for is no
// failure. The zero backoff knows of none.
type backoff struct {
	mu    sync.Mutex
	fails int // in a row
	last  time.Time
	wait  time.Duration // after the last
}

// failed notes a failure and returns how long to wait before trying again: nothing after
// the first, so that of two connections lost at once one is opened at once; then a second,
// doubled each time up to longestWait, with a fifth of it at random; at least as long as
// least. What fails while such a wait lasts waits as long and doubles nothing. A failure is
// forgotten when none came for ten seconds longer than the wait.
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
