package ozonetel

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	assumedLife   = 55 * time.Minute // of a token that does not say (ozonetel.md §1A.3)
	renewAhead    = 3 * time.Minute  // before its end a token is renewed; over maxWait, so none ends while queueing
	issuesPerHour = 9                // the upstream allows ten; one is left for a human

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
	gen             uint64 // counts the tokens this process has had
	renewal         bool   // issued because the one before was refused
	proved          bool   // the upstream has taken it
}

// fresh reports whether t can be used without renewing it first.
func (t token) fresh(now time.Time) bool {
	ahead := min(renewAhead, t.expires.Sub(t.issued)/4)
	return t.value != "" && now.Before(t.expires.Add(-ahead))
}

// tokens holds the token in use, the log of issues, and what was learnt from refusals.
type tokens struct {
	flights flights[struct{}, token]
	account string

	mu      sync.Mutex
	cur     token
	gens    uint64
	refused string      // the last token refused: not to be taken from the store again
	issues  []time.Time // of the last hour, or not known to have failed
	auth    pause       // the upstream refuses our credentials
	issuing pause       // no token call for now
	told    bool        // of trouble with the store
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
	if t.gen == k.cur.gen {
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
		k.refused, k.cur = t.value, token{gen: t.gen, renewal: true}
	}
	return nil
}

func (k *tokens) secrets() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return []string{k.cur.value, k.refused}
}

func (k *tokens) figures(now time.Time) (age time.Duration, thisHour int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cur.value != "" {
		age = max(0, now.Sub(k.cur.issued))
	}
	k.forget(now)
	return age, len(k.issues)
}

// forget drops issues older than an hour. k.mu is held.
func (k *tokens) forget(now time.Time) {
	k.issues = slices.DeleteFunc(k.issues, func(at time.Time) bool { return now.Sub(at) >= time.Hour })
}

// get returns the token in use, if it needs no renewal.
func (k *tokens) get(now time.Time) (token, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.cur, k.cur.fresh(now)
}

// set makes value the token in use.
func (k *tokens) set(value string, issued, expires time.Time) token {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gens++
	k.cur = token{value: value, issued: issued, expires: expires, gen: k.gens, renewal: k.cur.renewal && k.cur.value == ""}
	k.issuing = pause{}
	return k.cur
}

// reserve logs an issue about to be made, or says why there may be none.
func (k *tokens) reserve(now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forget(now)
	if n := len(k.issues); n >= issuesPerHour {
		wait := k.issues[n-issuesPerHour].Add(time.Hour).Sub(now)
		return &Error{Op: opToken, Class: Limit, Reason: TokensSpent, Wait: wait, Detail: "nine tokens were issued in the last hour; not sent"}
	}
	k.issues = append(k.issues, now)
	return nil
}

// unlog takes back the last n issues, which are known not to have happened.
func (k *tokens) unlog(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.issues = k.issues[:max(0, len(k.issues)-n)]
}

// token returns a usable token: the one in use, or a new one, for which all share one call.
func (c *Client) token(wanted context.Context) (token, error) {
	held, ok := c.tokens.get(time.Now())
	if ok {
		return held, nil
	}
	next, err := c.tokens.flights.do(wanted, struct{}{}, c.issue)
	if err != nil && wanted.Err() == nil && held.value != "" && time.Now().Before(held.expires) {
		c.log.WarnContext(wanted, "token not renewed, using the old one to its end", "err", err)
		return held, nil
	}
	return next, err
}

// issue has a new token made, unless the store has one that another process made.
func (c *Client) issue(alive, wanted context.Context) (token, error) {
	c.recall(time.Now())
	if held, ok := c.tokens.get(time.Now()); ok {
		return held, nil
	}
	if err := c.tokens.waitsFor(time.Now()); err != nil {
		return token{}, err
	}
	if c.cfg.MayIssue != nil {
		if err := c.cfg.MayIssue(); err != nil {
			return token{}, err
		}
	}
	place := c.budget.first()
	defer c.budget.leave(place)
	k := call{
		op: opToken, method: http.MethodPost, path: []string{"ca_apis", "CAToken", "generateToken"},
		body: map[string]string{"userName": c.cfg.Username}, header: "apiKey", value: c.cfg.APIKey,
	}
	logged := 0
	ans, sent, err := c.exchange(alive, wanted, place, k, func() error {
		err := c.tokens.reserve(time.Now())
		if err == nil {
			logged++
			c.remember(wanted) // before the call: a crash in between must not lose it
		}
		return err
	})
	if err != nil {
		return token{}, c.notIssued(alive, err, sent, logged)
	}
	value, fault := c.judgeToken(ans)
	if fault != nil {
		c.finished(alive, k, ans.at, fault.Class.String(), "err", fault)
		return token{}, c.notIssued(alive, fault, fault.Class == Unreadable && ans.status < 300, logged)
	}
	now := time.Now()
	held := c.tokens.set(value, now, expiry(value, now))
	c.remember(wanted)
	c.finished(alive, k, ans.at, "ok", "status", ans.status)
	_, n := c.tokens.figures(now)
	c.log.InfoContext(alive, "token issued", "tokens_this_hour", n)
	return held, nil
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

// notIssued draws the lesson from a token call that gave none: an issue that surely did
// not happen is struck from the log, and trouble is remembered for a while.
func (c *Client) notIssued(ctx context.Context, err error, maybe bool, logged int) error {
	if !maybe && logged > 0 {
		c.tokens.unlog(logged)
		c.remember(ctx)
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	now := time.Now()
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	switch {
	case e.Reason == TokensSpent && e.Status != 0:
		c.tokens.issuing = pause{}
		return c.tokens.issuing.begin(e, spentPause, now)
	case e.Class == Auth:
		c.refuseAuth(true)
		return c.tokens.auth.begin(e, authPause, now)
	case maybe && e.Reason != TokensSpent:
		return c.tokens.issuing.begin(e, issuePause, now)
	}
	return err
}

// expiry is when the token ends: what it says itself (a JWT's exp, in the upstream's
// clock), else 55 minutes from now.
func expiry(value string, now time.Time) time.Time {
	var claims struct {
		Exp json.Number `json:"exp"`
	}
	if parts := strings.Split(value, "."); len(parts) == 3 {
		payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
		if err == nil && json.Unmarshal(payload, &claims) == nil {
			if f, err := claims.Exp.Float64(); err == nil && f > 0 && f < 1e11 {
				if at := time.Unix(int64(f), 0); at.After(now.Add(time.Minute)) && at.Before(now.Add(24*time.Hour)) {
					return at
				}
			}
		}
	}
	return now.Add(assumedLife)
}
