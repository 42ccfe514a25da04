package ozonetel

import (
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/token"
)

// Waiting reports whether t's question still waits for its turn, and how long it will.
func (c *Client) Waiting(t aht.Target) (allowance.Wait, bool) {
	w, ok := c.allowance.Wait(t)
	if ok {
		w.Askers = c.questions.Askers(t)
	}
	return w, ok
}

// Status is a snapshot of how the client stands with the upstream.
type Status struct {
	allowance.Usage
	token.State
	LastOK  time.Time // when the last reading came; zero: none yet
	NotKept int       // readings since the start that Config.Keep failed to keep
}

// Status returns a snapshot. It does not wait for input or output.
func (c *Client) Status() Status {
	s := Status{Usage: c.allowance.Usage(), State: c.tokens.State()}
	for i := range s.Waiting {
		s.Waiting[i].Askers = c.questions.Askers(s.Waiting[i].Target)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.LastOK, s.NotKept = c.lastOK, c.notKept
	return s
}
