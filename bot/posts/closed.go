package posts

import (
	"sync"
	"time"
)

const (
	closedFor = time.Hour // after which a closed history is tried again
	maxClosed = 4096      // channels whose closed history is remembered
)

// closedChannels remembers the channels whose history is closed to us. Which scope opens one
// depends on its kind, which its id does not tell. The zero closedChannels is empty.
type closedChannels struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (l *closedChannels) has(channel string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.until[channel])
}

func (l *closedChannels) add(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until == nil || len(l.until) >= maxClosed {
		l.until = map[string]time.Time{}
	}
	l.until[channel] = time.Now().Add(closedFor)
}
