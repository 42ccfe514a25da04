package ozonetel

import (
	"time"

	"ahtbot/internal/aht"
)

// Wait is a question's place in the line for the allowance.
type Wait struct {
	Target aht.Target
	Place  int           // within its class; 1 is next
	For    time.Duration // about how long until it is sent
	Askers int           // how many wait for its answer
}

// Waiting reports whether t's question still waits for its turn, and how long it will.
func (c *Client) Waiting(t aht.Target) (Wait, bool) {
	w, ok := c.door.wait(t, time.Now())
	if ok {
		w.Askers = c.questions.askers(t)
	}
	return w, ok
}

// Status is a snapshot of how the client stands with the upstream.
type Status struct {
	Allowance         int           // requests in any 60 s
	Used60            int           // requests this process sent in the last 60 s, tokens and repeats included
	People60          int           // of those, for people; tokens count here
	Background60      int           // of those, for digests and polling
	Refused60         int           // of those, refused by the upstream for its limit
	Shared60          int           // slots not free over all processes, a few seconds ago
	Ceiling           int           // how many of the allowance this process uses now
	Why               string        // WhyRefused, WhyAway, WhyHeld, WhyBack; empty when there is nothing to say
	Degraded          bool          // the store is away
	Waiting           []Wait        // people's questions waiting for their turn, next first
	WaitingBackground int           // background questions waiting
	Held              time.Duration // over zero: the upstream refused for its limit, and nothing is sent for this long
	Patient           bool          // … in the first minutes of a ledger: people's questions wait for that, and are sent by themselves
	Opening           time.Duration // over zero: the ledger is new or larger than before, and background work has this long to wait
	TokenAge          time.Duration // since the token in use was issued; zero without one
	TokensThisHour    int           // issues in the last hour that we know of, at most nine
	Rival             bool          // something else issues tokens for the account, or the hour's are spent
	AuthRefused       bool          // the upstream refuses our credentials, as far as we last heard
	AuthRest          time.Duration // … and nothing is asked for this long; then one question finds out
	LastOK            time.Time     // when the last reading came; zero: none yet
	NotKept           int           // readings since the start that Config.Keep failed to keep
}

// Status returns a snapshot. It does not wait for input or output.
func (c *Client) Status() Status {
	now := time.Now()
	s := Status{Allowance: c.cfg.PerMinute, Waiting: c.door.waits(people, now)}
	c.door.figures(&s, now)
	for i := range s.Waiting {
		s.Waiting[i].Askers = c.questions.askers(s.Waiting[i].Target)
	}
	c.tokens.figures(&s, now)
	c.mu.Lock()
	defer c.mu.Unlock()
	s.AuthRefused, s.LastOK, s.NotKept = c.authRefused, c.lastOK, c.notKept
	return s
}
