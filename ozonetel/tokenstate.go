package ozonetel

import (
	"context"
	"slices"
	"time"
)

// TokenStore keeps the token and the log of its issues over restarts. Only one call is
// made at a time. An error does not stop the client; it goes on from memory.
type TokenStore interface {
	// Load returns what was saved last; the zero TokenState when there is nothing.
	Load() (TokenState, error)
	// Save replaces it.
	Save(s TokenState) error
}

// TokenState is what a [TokenStore] keeps. Token is a secret.
type TokenState struct {
	Token   string      `json:"token"` // empty: none
	Expires time.Time   `json:"expires"`
	Issued  []time.Time `json:"issued"`  // issues of the last hour, oldest first
	Account string      `json:"account"` // a fingerprint of base URL, user name and API key: a state of another account counts as none
}

// recall takes over what the store has: the issues, and the token if it is usable, not
// the one in use, and not one that was refused.
func (c *Client) recall(now time.Time) {
	if c.cfg.Tokens == nil {
		return
	}
	s, err := c.cfg.Tokens.Load()
	if err != nil {
		c.storeTrouble(err)
	}
	if s.Account != c.tokens.account {
		return
	}
	k := &c.tokens
	k.mu.Lock()
	for _, at := range s.Issued {
		if at.After(now) {
			at = now // the clock was set back
		}
		if !slices.ContainsFunc(k.issues, at.Equal) {
			k.issues = append(k.issues, at)
		}
	}
	slices.SortFunc(k.issues, time.Time.Compare)
	k.forget(now)
	found := token{value: s.Token, expires: s.Expires, issued: s.Expires.Add(-time.Hour)}
	if n := len(s.Issued); n > 0 {
		found.issued = s.Issued[n-1]
	}
	use := found.fresh(now) && validToken(found.value) && found.value != k.cur.value && found.value != k.refused &&
		found.expires.Before(now.Add(24*time.Hour))
	k.mu.Unlock()
	if use {
		k.set(found.value, found.issued, found.expires)
	}
}

// remember saves the token in use and the issues.
func (c *Client) remember(ctx context.Context) {
	if c.cfg.Tokens == nil {
		return
	}
	k := &c.tokens
	k.mu.Lock()
	s := TokenState{Token: k.cur.value, Expires: k.cur.expires, Issued: slices.Clone(k.issues), Account: k.account}
	k.mu.Unlock()
	if err := c.cfg.Tokens.Save(s); err != nil {
		c.log.DebugContext(ctx, "token store failed", "err", err)
		c.storeTrouble(err)
	}
}

// storeTrouble tells the operator once that tokens will not survive a restart.
func (c *Client) storeTrouble(err error) {
	c.tokens.mu.Lock()
	told := c.tokens.told
	c.tokens.told = true
	c.tokens.mu.Unlock()
	if !told {
		c.log.Warn("token store is not usable: tokens may not survive a restart", "err", err)
	}
}
