// Package token keeps the one bearer token that all processes of an account share: in use
// here, sealed in a row of the store, renewed by one process at a time and seldom. It also
// keeps what the upstream thinks of our credentials, and when to try them again.
package token

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/single"
)

const (
	assumedLife   = 55 * time.Minute // of a token that does not say (ozonetel.md §1A.3)
	renewAhead    = 3 * time.Minute  // before its end a token is renewed; over maxWait, so none ends while a person queues
	issuesPerHour = 9                // the upstream allows ten; one is left for a human
	rivalFor      = 10 * time.Minute // how long a rival is spoken of after it was seen

	issuePause = 5 * time.Second  // after a token call whose outcome is not known; doubles
	spentPause = 10 * time.Minute // after the upstream said its tokens are spent
	longPause  = 20 * time.Minute // where doubling ends
)

// Token is one issued token. The zero token is none.
type Token struct {
	Value           string
	Issued, expires time.Time
	renewal         bool // issued because the one before was refused
	proved          bool // the upstream has taken it
	adopted         bool // came from the row: another process had use for it
}

// fresh reports whether t can be used without renewing it first.
func (t Token) fresh(now time.Time) bool {
	ahead := min(renewAhead, t.expires.Sub(t.Issued)/4)
	return t.Value != "" && now.Before(t.expires.Add(-ahead))
}

// State is a snapshot of what is known of the token and the credentials.
type State struct {
	TokenAge       time.Duration // since the token in use was issued; zero without one
	TokensThisHour int           // issues in the last hour that we know of, at most nine
	Rival          bool          // something else issues tokens for the account, or the hour's are spent
	AuthRefused    bool          // the upstream refuses our credentials, as far as we last heard
	AuthRest       time.Duration // over zero: the upstream refuses our credentials, and nothing is asked for this long; then one question finds out
}

// Config is what a [Source] needs to know.
type Config struct {
	BaseURL, APIKey, Username string        // the account's
	Row                       Row           // shares the token with other processes and over restarts
	Leases                    single.Leases // let one process at a time find out whether refused credentials still are
	Process                   string        // names this process, of those that share the leases
	// Request has a token issued. It calls before when it has its turn, just before it sends,
	// and sends nothing if that fails. perhaps says that a token may have been issued although
	// there is none.
	Request func(alive, wanted context.Context, before func(context.Context) error) (value string, perhaps bool, err error)
	// MayIssue is asked before a new token is made. Its error refuses. Nil never refuses.
	MayIssue     func() error
	Store        Store         // that Row and Leases are kept in
	RequestLimit time.Duration // how long a request may take
	StoreLimit   time.Duration // … and one step of the store
	Log          *slog.Logger  // gets what the operator must know; required
}

// Store is what is known of the store, by all that use it.
type Store interface {
	// Degraded reports whether the store is away.
	Degraded() bool
	// Failed notes that the store failed with err, and reports whether it is away.
	Failed(err error) bool
	// Processes is how many share the account while the store is away.
	Processes() int
}

// Source holds the token in use, and what was learnt from the row and from refusals. It
// is safe for use by many goroutines.
type Source struct {
	cfg     Config
	calls   single.Group[struct{}, Token]
	Account string    // names the account without naming it: a hash
	lastRow MemoryRow // what the row said last, for when it is away
	seal    sealer

	mu            sync.Mutex
	inUse         Token
	dead          []string    // the last tokens refused or replaced: not to be taken from the row again
	issues        []time.Time // of the last hour, as far as we know
	issuedAlone   []time.Time // of those, the ones made while the row was away
	lostWorking   bool        // the last refusal was of a token that had worked
	rival         time.Time   // when something else was last seen to issue tokens
	refused       bool        // our credentials, as far as we last heard
	doubt         doubt       // the upstream refuses our credentials
	issuing       backoff     // no token call for now
	troubleLogged bool        // of trouble with the row
}

// New returns an account's tokens. They ask nothing before they are asked for.
func New(cfg Config) (*Source, error) {
	seal, err := newSealer(cfg.BaseURL, cfg.APIKey, cfg.Username)
	if err != nil {
		return nil, err
	}
	s := &Source{cfg: cfg, Account: accountOf(cfg.BaseURL, cfg.Username), seal: seal}
	s.calls.Log = cfg.Log
	return s, nil
}

// Close ends every token call with [fault.ErrClosed], and waits for them to end.
func (s *Source) Close() { s.calls.Close() }

// backoff is a pause whose length doubles with each beginning. The zero backoff has none.
type backoff struct {
	fault.Pause
	streak int
}

// grow begins the pause for e; length is that of the first.
func (b *backoff) grow(e *fault.Error, length time.Duration, now time.Time) *fault.Error {
	length = min(length<<min(b.streak, 10), longPause)
	b.streak++
	return b.Begin(e, length, now)
}

// refuse notes that the upstream refused t with e, and reports whether the question may be
// asked once more: with the same credential, since one refusal may be a slip; or with a new
// token, unless the last renewal was refused before it ever worked, which says that the mode
// is wrong or a rival takes our tokens away as fast as we make them. Words that are not about
// the token are no reason to renew a young one.
func (s *Source) refuse(t Token, tried *Tries, e *fault.Error, now time.Time) (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ofToken := e.Reason == fault.TokenRefused && t.Value != ""
	switch current := t.Value == s.inUse.Value; {
	case s.doubt.Active(now) != nil:
		return false
	case !ofToken && !tried.repeated && !tried.probing:
		tried.repeated = true
		return true
	case t.Value != "" && !tried.renewed && !current: // it was renewed or dropped meanwhile
		tried.renewed = true
		return true
	case t.Value == "" || tried.renewed || !s.mayRenew(ofToken, now): // no renewal helped
		if d := &s.doubt; ofToken && !now.Before(d.renewable) {
			d.renewable = now.Add(min(renewalGap<<min(d.gaps, 10), longestGap))
			d.gaps++
		}
		return false
	}
	tried.renewed, s.doubt.renewed = true, s.doubt.renewed || !ofToken
	s.lostWorking = ofToken && (s.inUse.proved || s.inUse.adopted) && now.Before(s.inUse.expires)
	s.markDead(t.Value)
	s.inUse = Token{renewal: true}
	return true
}

// mayRenew reports whether the token in use, just refused, may be renewed. s.mu is held.
func (s *Source) mayRenew(ofToken bool, now time.Time) bool {
	futile := s.inUse.renewal && !s.inUse.proved
	if ofToken {
		return !futile || !s.doubt.renewable.IsZero() && !now.Before(s.doubt.renewable)
	}
	return !futile && !s.doubt.renewed && now.Sub(s.inUse.Issued) >= renewAge
}

// Drop notes that the upstream refused t for a request that is not about a target: t is renewed, and nothing is
// concluded about rivals or about the mode, which questions are stopped for.
func (s *Source) Drop(t Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Value == s.inUse.Value {
		s.markDead(t.Value)
		s.inUse = Token{}
	}
}

// markDead remembers a token that is of no use any more. s.mu is held.
func (s *Source) markDead(value string) {
	const most = issuesPerHour + 1
	if value != "" && !slices.Contains(s.dead, value) {
		s.dead = append(s.dead, value)
		s.dead = s.dead[max(0, len(s.dead)-most):]
	}
}

// Secrets are the tokens that no text may hold: the one in use and the last ones before it.
func (s *Source) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{s.inUse.Value}, s.dead...)
}

// State returns a snapshot. It does not wait for input or output.
func (s *Source) State() (st State) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inUse.Value != "" {
		st.TokenAge = max(0, now.Sub(s.inUse.Issued))
	}
	s.issues = lastHour(s.issues, now)
	st.TokensThisHour = len(s.issues)
	st.AuthRefused, st.AuthRest = s.refused, max(0, s.doubt.Until.Sub(now))
	st.Rival = st.TokensThisHour >= issuesPerHour || !s.rival.IsZero() && now.Sub(s.rival) < rivalFor
	return st
}

// Current reports whether t is still the token in use and has not ended.
func (s *Source) Current(t Token, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return t.Value == "" || t.Value == s.inUse.Value && now.Before(t.expires)
}

// set makes value the token in use. s.mu is held.
func (s *Source) set(value string, issued, expires time.Time) Token {
	s.inUse = Token{Value: value, Issued: issued, expires: expires, renewal: s.inUse.renewal && s.inUse.Value == ""}
	s.issuing, s.lostWorking = backoff{}, false
	return s.inUse
}
