package ozonetel

import (
	"cmp"
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

// tokens holds the token in use, and what was learnt from the row and from refusals.
type tokens struct {
	flights   flights[struct{}, token]
	account   string
	row       TokenRow
	spare     MemoryTokenRow // what the row said last, for when it is away
	seal      sealer
	processes func() int

	mu      sync.Mutex
	cur     token
	dead    []string    // the last tokens refused or replaced: not to be taken from the row again
	issues  []time.Time // of the last hour, as far as we know
	outside []time.Time // of those, the ones made while the row was away
	taken   bool        // the last refusal was of a token that had worked
	rival   time.Time   // when something else was last seen to issue tokens
	doubt   doubt       // the upstream refuses our credentials
	issuing pause       // no token call for now
	told    bool        // of trouble with the row
}

func (k *tokens) init(cfg *Config, seal sealer) {
	k.account, k.row, k.seal, k.processes = accountOf(cfg), cfg.Tokens, seal, cfg.Processes
}

// pause is an error remembered, and answered at once until a time. Each renewal of it
// doubles its length, until cleared.
type pause struct {
	err    *Error
	until  time.Time
	streak int
}

func (p *pause) begin(e *Error, length time.Duration, now time.Time) *Error {
	length = min(length<<min(p.streak, 10), longPause)
	p.err, p.until, p.streak = e, now.Add(length), p.streak+1
	return p.active(now)
}

func (p *pause) active(now time.Time) *Error {
	if p.err == nil || !now.Before(p.until) {
		return nil
	}
	e := *p.err
	e.Wait = p.until.Sub(now)
	return &e
}

// accept notes that the upstream took t, or the API key when t is zero.
func (k *tokens) accept(t token) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t.value == k.cur.value {
		k.cur.proved = true
	}
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

// figures fills in what the tokens know.
func (k *tokens) figures(s *Status, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cur.value != "" {
		s.TokenAge = max(0, now.Sub(k.cur.issued))
	}
	k.issues = lastHour(k.issues, now)
	s.TokensThisHour, s.AuthRest = len(k.issues), max(0, k.doubt.until.Sub(now))
	s.Rival = s.TokensThisHour >= issuesPerHour || !k.rival.IsZero() && now.Sub(k.rival) < rivalFor
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
	k.issuing, k.taken = pause{}, false
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
