// Package ozonetel asks Ozonetel CloudAgent for the Average Handling Time of an agent or a campaign,
// and lists the account's campaigns. It hurts no account: one question per target at a time, never
// more requests than the allowance, few tokens. An answer is a figure, "no calls", or an [Error] that
// says what to do about it. It knows nothing of Slack, of storage, or of sentences for people.
//
// Below it are rooms that do not know each other: wire (what is sent and what an answer
// means), allowance (when a request may go), token (the credential), and what they share:
// fault (why there is no answer) and single (once for all who want it).
package ozonetel

import (
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/token"
	"ahtbot/ozonetel/wire"
)

// What callers name of the packages below.
type (
	// Error is why a question has no answer.
	Error = fault.Error
	// Campaign is one campaign as the account lists it.
	Campaign = wire.Campaign
	// Priority orders background questions.
	Priority = allowance.Priority
)

// The priorities of background questions.
const (
	DigestSlot = allowance.DigestSlot // a digest that is due, which goes first
	Polling    = allowance.Polling    // readings for later
)

// The classes and reasons that callers act upon; package fault has them all.
const (
	Refused     = fault.Refused     // ask another question
	Auth        = fault.Auth        // the operator must act
	Unreachable = fault.Unreachable // ask again later

	BadAgent       = fault.BadAgent       // there is no such agent
	BadCampaign    = fault.BadCampaign    // there is no such campaign
	BadCredentials = fault.BadCredentials // user name and API key do not fit
	NoList         = fault.NoList         // the account does not list its campaigns
	Timeout        = fault.Timeout        // connected, but no whole answer in time
)

// The reasons why a [Status] may use less than its Allowance, or is Degraded.
const (
	WhyRefused = allowance.WhyRefused // something else uses the account
	WhyAway    = allowance.WhyAway    // the store is away
	WhyHeld    = allowance.WhyHeld    // the clock stepped
	WhyBack    = allowance.WhyBack    // the store came back
)

// ErrClosed is returned for questions asked of, or still open in, a closed [Client].
var ErrClosed = fault.ErrClosed

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
