package ozonetel

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
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

// token is one issued token. The zero token is none.
type token struct {
	value           string
	issued, expires time.Time
	renewal         bool // issued because the one before was refused
	proved          bool // the upstream has taken it
	adopted         bool // came from the row: another process had use for it
}

// fresh reports whether t can be used without renewing it first.
func (t token) fresh(now time.Time) bool {
	ahead := min(renewAhead, t.expires.Sub(t.issued)/4)
	return t.value != "" && now.Before(t.expires.Add(-ahead))
}

// tokenState is a snapshot of what is known of the token and the credentials.
type tokenState struct {
	TokenAge       time.Duration // since the token in use was issued; zero without one
	TokensThisHour int           // issues in the last hour that we know of, at most nine
	Rival          bool          // something else issues tokens for the account, or the hour's are spent
	AuthRefused    bool          // the upstream refuses our credentials, as far as we last heard
	AuthRest       time.Duration // over zero: the upstream refuses our credentials, and nothing is asked for this long; then one question finds out
}

// tokenConfig is what [tokens] need to know.
type tokenConfig struct {
	// BaseURL, APIKey and Username are the account's.
	BaseURL, APIKey, Username string
	// Row shares the token with other processes and over restarts.
	Row TokenRow
	// Leases let one process at a time find out whether refused credentials still are.
	Leases Leases
	// Process names this process, of those that share the leases.
	Process string
	// Request has a token issued. It calls before when it has its turn, just before it sends,
	// and sends nothing if that fails. perhaps says that a token may have been issued although
	// there is none.
	Request func(alive, wanted context.Context, before func(context.Context) error) (value string, perhaps bool, err error)
	// MayIssue is asked before a new token is made. Its error refuses. Nil never refuses.
	MayIssue func() error
	// Store is the state of the store that Row and Leases are kept in.
	Store storeState
	// RequestLimit is how long a request may take, and StoreLimit one step of the store.
	RequestLimit, StoreLimit time.Duration
	// Log gets what the operator must know.
	Log *slog.Logger
}

// storeState is what is known of the store, by all that use it.
type storeState interface {
	// Degraded reports whether the store is away.
	degraded() bool
	// Failed notes that the store failed with err, and reports whether it is away.
	trouble(err error) bool
	// Processes is how many share the account while the store is away.
	live() int
}

// tokens holds the token in use, and what was learnt from the row and from refusals. It
// is safe for use by many goroutines.
type tokens struct {
	cfg     tokenConfig
	flights flights[struct{}, token]
	account string
	spare   MemoryTokenRow // what the row said last, for when it is away
	seal    sealer

	mu      sync.Mutex
	cur     token
	dead    []string    // the last tokens refused or replaced: not to be taken from the row again
	issues  []time.Time // of the last hour, as far as we know
	outside []time.Time // of those, the ones made while the row was away
	taken   bool        // the last refusal was of a token that had worked
	rival   time.Time   // when something else was last seen to issue tokens
	refused bool        // our credentials, as far as we last heard
	doubt   doubt       // the upstream refuses our credentials
	issuing backoff     // no token call for now
	told    bool        // of trouble with the row
}

// newTokens returns an account's tokens. They ask nothing before they are asked for.
func newTokens(cfg tokenConfig) (*tokens, error) {
	seal, err := newSealer(cfg.BaseURL, cfg.APIKey, cfg.Username)
	if err != nil {
		return nil, err
	}
	k := &tokens{cfg: cfg, account: accountOf(cfg.BaseURL, cfg.Username), seal: seal}
	k.flights.log = cfg.Log
	return k, nil
}

// close ends every token call with [ErrClosed], and waits for them to end.
func (k *tokens) close() { k.flights.close() }

// backoff is a pause whose length doubles with each beginning. The zero backoff has none.
type backoff struct {
	pause
	streak int
}

// grow begins the pause for e; length is that of the first.
func (b *backoff) grow(e *Error, length time.Duration, now time.Time) *Error {
	length = min(length<<min(b.streak, 10), longPause)
	b.streak++
	return b.begin(e, length, now)
}

// refuse notes that the upstream refused t with e, and reports whether the question may be
// asked once more: with the same credential, since one refusal may be a slip; or with a new
// token, unless the last renewal was refused before it ever worked, which says that the mode
// is wrong or a rival takes our tokens away as fast as we make them. Words that are not about
// the token are no reason to renew a young one.
func (k *tokens) refuse(t token, s *tries, e *Error, now time.Time) (again bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ofToken := e.Reason == TokenRefused && t.value != ""
	switch current := t.value == k.cur.value; {
	case k.doubt.resting(now) != nil:
		return false
	case !ofToken && !s.repeated && !s.probing:
		s.repeated = true
		return true
	case t.value == "" || s.renewed:
		k.hopeless(ofToken, now)
		return false
	case !current: // it was renewed or dropped meanwhile
		s.renewed = true
		return true
	case !k.mayRenew(ofToken, now):
		k.hopeless(ofToken, now)
		return false
	}
	s.renewed, k.doubt.renewed = true, k.doubt.renewed || !ofToken
	k.taken = ofToken && (k.cur.proved || k.cur.adopted) && now.Before(k.cur.expires)
	k.bury(t.value)
	k.cur = token{renewal: true}
	return true
}

// mayRenew reports whether the token in use, just refused, may be renewed. k.mu is held.
func (k *tokens) mayRenew(ofToken bool, now time.Time) bool {
	vain := k.cur.renewal && !k.cur.proved
	if ofToken {
		return !vain || !k.doubt.renewable.IsZero() && !now.Before(k.doubt.renewable)
	}
	return !vain && !k.doubt.renewed && now.Sub(k.cur.issued) >= renewAge
}

// hopeless notes that no renewal helped. k.mu is held.
func (k *tokens) hopeless(ofToken bool, now time.Time) {
	if ofToken && !now.Before(k.doubt.renewable) {
		k.doubt.gap(now)
	}
}

// drop is refuse for a request that is not about a figure: t is renewed, and nothing is
// concluded about rivals or about the mode, which questions are stopped for.
func (k *tokens) drop(t token) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t.value == k.cur.value {
		k.bury(t.value)
		k.cur = token{}
	}
}

// bury remembers a token that is of no use any more. k.mu is held.
func (k *tokens) bury(value string) {
	const most = issuesPerHour + 1
	if value != "" && !slices.Contains(k.dead, value) {
		k.dead = append(k.dead, value)
		k.dead = k.dead[max(0, len(k.dead)-most):]
	}
}

func (k *tokens) secrets() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string{k.cur.value}, k.dead...)
}

// state returns a snapshot. It does not wait for input or output.
func (k *tokens) state() (s tokenState) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cur.value != "" {
		s.TokenAge = max(0, now.Sub(k.cur.issued))
	}
	k.issues = lastHour(k.issues, now)
	s.TokensThisHour = len(k.issues)
	s.AuthRefused, s.AuthRest = k.refused, max(0, k.doubt.until.Sub(now))
	s.Rival = s.TokensThisHour >= issuesPerHour || !k.rival.IsZero() && now.Sub(k.rival) < rivalFor
	return s
}

// get returns the token in use, if it needs no renewal.
func (k *tokens) get(now time.Time) (token, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.cur, k.cur.fresh(now)
}

// current reports whether t is still the token in use and has not ended.
func (k *tokens) current(t token, now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return t.value == "" || t.value == k.cur.value && now.Before(t.expires)
}

// set makes value the token in use. k.mu is held.
func (k *tokens) set(value string, issued, expires time.Time) token {
	k.cur = token{value: value, issued: issued, expires: expires, renewal: k.cur.renewal && k.cur.value == ""}
	k.issuing, k.taken = backoff{}, false
	return k.cur
}

// waitsFor is why no token call may be made now, or nil.
func (k *tokens) waitsFor(now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := cmp.Or(k.doubt.resting(now), k.issuing.active(now)); e != nil {
		return e
	}
	return nil
}
