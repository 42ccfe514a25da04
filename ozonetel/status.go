package ozonetel

import (
	"time"

	"ahtbot/internal/aht"
)

// Waiting reports whether t's question still waits for its turn, and how long it will.
func (c *Client) Waiting(t aht.Target) (Wait, bool) {
	w, ok := c.door.wait(t)
	if ok {
		w.Askers = c.questions.askers(t)
	}
	return w, ok
}

// Status is a snapshot of how the client stands with the upstream.
type Status struct {
	allowanceUsage
	tokenState
	LastOK  time.Time // when the last reading came; zero: none yet
	NotKept int       // readings since the start that Config.Keep failed to keep
}

// Status returns a snapshot. It does not wait for input or output.
func (c *Client) Status() Status {
	s := Status{allowanceUsage: c.door.usage(), tokenState: c.tokens.state()}
	for i := range s.Waiting {
		s.Waiting[i].Askers = c.questions.askers(s.Waiting[i].Target)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.LastOK, s.NotKept = c.lastOK, c.notKept
	return s
}
