package ozonetel

import (
	"slices"
	"sync"
	"time"
)

const (
	assumedLife   = 55 * time.Minute // of a token that does not say (ozonetel.md §1A.3)
	renewAhead    = 3 * time.Minute  // before its end a token is renewed; over maxWait, so none ends while a person queues
	issuesPerHour = 9                // the upstream allows ten; one is left for a human
	rivalFor      = 10 * time.Minute // how long a rival is spoken of after it was seen

	authPause  = 3 * time.Minute  // after a fresh token was refused; doubles
	basicPause = 30 * time.Second // after an API key was refused; doubles
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
	auth    pause       // the upstream refuses our credentials
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

// stopped is the remembered refusal of our credentials, while it lasts.
func (k *tokens) stopped(now time.Time) *Error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.auth.active(now)
}

// accept notes that the upstream took t, or the API key when t is zero.
func (k *tokens) accept(t token) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.auth = pause{}
	if t.value == k.cur.value {
		k.cur.proved = true
	}
}

// refuse notes that the upstream refused t with e. It returns nil when a renewal may cure
// it, and otherwise the error that stands from now on. A renewal that was itself refused
// before it ever worked is not renewed: the mode is wrong, or a rival takes our tokens
// away as fast as we make them.
func (k *tokens) refuse(t token, last bool, e *Error, now time.Time) *Error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if stop := k.auth.active(now); stop != nil {
		return stop
	}
	current := t.value == k.cur.value // else it was renewed or dropped meanwhile
	if last || current && k.cur.renewal && !k.cur.proved {
		k.cur.renewal = false // when the pause is over one more may be tried
		length := authPause
		if t.value == "" {
			length = basicPause
		}
		return k.auth.begin(e, length, now)
	}
	if current {
		k.taken = e.Reason == TokenRefused && (k.cur.proved || k.cur.adopted) && now.Before(k.cur.expires)
		k.bury(t.value)
		k.cur = token{renewal: true}
	}
	return nil
}

// doubt is refuse for a request that is not about a figure: t is renewed, and nothing is
// concluded about rivals or about the mode, which questions are stopped for.
func (k *tokens) doubt(t token) {
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
	s.TokensThisHour = len(k.issues)
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
	for _, p := range []*pause{&k.auth, &k.issuing} {
		if e := p.active(now); e != nil {
			return e
		}
	}
	return nil
}
