// Package fault says why the upstream gave no answer, in the few classes that what to do next
// hangs on. It knows nothing of how the upstream is asked.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The operations of [Error.Op]: what was asked of the upstream.
const (
	OpAHT       = "aht"
	OpToken     = "token"
	OpCampaigns = "campaigns"
)

// Class says what can be done about an [Error] (design.md §7). The zero Class is none.
type Class uint8

// The classes of error.
const (
	Refused     Class = iota + 1 // the question was understood and refused: ask another
	Auth                         // the credentials or the way of using them: the operator must act
	Limit                        // too much was asked: wait Error.Wait and ask again
	Unreachable                  // no answer came: ask again later
	Unreadable                   // an answer came that cannot be trusted as a figure
)

// String returns the stable lower-case word of the class, for metrics and for matching.
func (c Class) String() string {
	words := [...]string{"none", "refused", "auth", "limit", "unreachable", "unreadable"}
	if int(c) >= len(words) {
		c = 0
	}
	return words[c]
}

// Reason is the finer cause of an [Error], as a stable kebab-case name that a sentence can
// be chosen by.
type Reason string

// The reasons, with the class each comes under.
const (
	BadAgent       Reason = "bad-agent"        // refused: no such agent
	BadCampaign    Reason = "bad-campaign"     // refused: no such campaign
	BothGiven      Reason = "both-given"       // refused: agent and campaign in one question
	NoneGiven      Reason = "none-given"       // refused: neither agent nor campaign
	MethodRefused  Reason = "method-refused"   // refused: HTTP 405; the other Config.Method may work
	BadRequestBody Reason = "bad-request-body" // refused: the upstream saw no JSON in the request
	NoList         Reason = "no-list"          // refused: the account does not list its campaigns
	UnknownRefusal Reason = "unknown-refusal"  // refused (auth for token calls and HTTP 403): words we do not know

	EmptyUser      Reason = "empty-user"      // auth: the upstream saw no user name
	EmptyKey       Reason = "empty-key"       // auth: the upstream saw no API key
	BadCredentials Reason = "bad-credentials" // auth: user name and API key do not fit
	TokenRefused   Reason = "token-refused"   // auth: a token issued for this very question was refused; something else renews it too
	WrongMode      Reason = "wrong-mode"      // auth: the account wants the other AuthMode

	LimitExceeded Reason = "limit-exceeded" // limit: the upstream refuses
	AccountShared Reason = "account-shared" // limit: the upstream refuses twice in the first minutes of a ledger: something else uses the account
	QueueFull     Reason = "queue-full"     // limit: our own queue is too long; nothing was sent
	StoreAway     Reason = "store-away"     // limit: it is, since the store is away; nothing was sent
	TokensSpent   Reason = "tokens-spent"   // limit: no token may be issued for Error.Wait

	Timeout       Reason = "timeout"        // unreachable: connected, but no whole answer in time
	ConnectFailed Reason = "connect-failed" // unreachable: no connection (name, route, TLS)
	HungUp        Reason = "hung-up"        // unreachable: the connection ended before the answer did
	ServerError   Reason = "server-error"   // unreachable: HTTP 5xx
	Redirected    Reason = "redirected"     // unreachable: HTTP 3xx, not followed
	StoreFailed   Reason = "store-failed"   // unreachable: our own store is broken; nothing was sent

	NotJSON     Reason = "not-json"     // unreadable: HTML, nothing, or broken JSON
	TooLarge    Reason = "too-large"    // unreadable: over 1 MiB
	NoFigure    Reason = "no-figure"    // unreadable: JSON without an AHT, or a list, that can be relied on
	OtherTarget Reason = "other-target" // unreadable: the answer is about somebody else
)

// Class is the class a reason comes under wherever it is met.
func (r Reason) Class() Class {
	switch r {
	case BadAgent, BadCampaign, BothGiven, NoneGiven, MethodRefused, BadRequestBody, NoList, UnknownRefusal:
		return Refused
	case EmptyUser, EmptyKey, BadCredentials, TokenRefused, WrongMode:
		return Auth
	case LimitExceeded, AccountShared, QueueFull, StoreAway, TokensSpent:
		return Limit
	case Timeout, ConnectFailed, HungUp, ServerError, Redirected, StoreFailed:
		return Unreachable
	case NotJSON, TooLarge, NoFigure, OtherTarget:
	}
	return Unreadable
}

// ErrClosed is returned for questions asked of, or still open in, a client that is closed.
var ErrClosed = errors.New("ozonetel: client is closed")

// Error is why a question has no answer. Its text is for the operator's log and holds no
// secret, no token, no user name, no target's name, no query string and no markup.
type Error struct {
	Op     string        // "aht", "campaigns" or "token"
	Class  Class         // what to do about it
	Reason Reason        // the finer cause
	Wait   time.Duration // for class Limit and while a refusal is remembered: ask again after this. Zero: not known.
	Status int           // HTTP status; zero when no answer came
	Detail string        // the upstream's or the network's own words, cleaned, at most 120 characters; may be empty
	Err    error         // the network error underneath, for errors.Is and As; its own text is not cleaned. May be nil.

	Renewable bool // a new token might cure it
	AskAgain  bool // the question is asked again when the hold is over
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ozonetel %s: %s: %s", e.Op, e.Class, e.Reason)
	if e.Status != 0 {
		fmt.Fprintf(&b, " (http %d)", e.Status)
	}
	if e.Wait > 0 {
		fmt.Fprintf(&b, " (wait %s)", e.Wait.Round(time.Second))
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Unwrap returns the network error underneath, or nil.
func (e *Error) Unwrap() error { return e.Err }

// ErrorClass returns Class as its stable word: refused, auth, limit, unreachable or
// unreadable. Other packages find it by an interface of their own.
func (e *Error) ErrorClass() string { return e.Class.String() }

// ErrorReason returns Reason as a string.
func (e *Error) ErrorReason() string { return string(e.Reason) }

// RetryIn returns how long to wait before the same question can do better; zero when that
// is not known.
func (e *Error) RetryIn() time.Duration { return e.Wait }

// Pause is an error remembered, and answered at once until a time. The zero pause has none.
type Pause struct {
	Err   *Error    // nil: none is remembered
	Until time.Time // until when
}

// Begin remembers e for length from now, and returns what Active does.
func (p *Pause) Begin(e *Error, length time.Duration, now time.Time) *Error {
	p.Err, p.Until = e, now.Add(length)
	return p.Active(now)
}

// Active is the error remembered, with what is left of its time as its Wait, or nil.
func (p *Pause) Active(now time.Time) *Error {
	if p.Err == nil || !now.Before(p.Until) {
		return nil
	}
	e := *p.Err
	e.Wait = p.Until.Sub(now)
	return &e
}
