package ozonetel

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

const (
	leaseFor  = totalLimit + 5*time.Second // on the token row, for one token call
	leaseNap  = 250 * time.Millisecond     // at most between looks at a row somebody else renews
	spentText = "the tokens of the hour are issued; not sent"
)

// leasedError says that somebody else renews the token just now, or already has.
type leasedError struct{ wait time.Duration }

func (*leasedError) Error() string { return "ozonetel: the token is being renewed elsewhere" }

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

// issue takes over the row's token if that is usable, and else has a new one made.
func (c *Client) issue(alive, wanted context.Context) (token, error) {
	for asked := false; ; asked = true {
		row := c.loadRow(wanted)
		if held, ok := c.tokens.adopt(row, time.Now()); ok {
			return held, nil
		}
		if err := c.mayIssue(wanted, row, asked); err != nil {
			return token{}, err
		}
		held, err := c.renew(alive, wanted, row)
		leased, elsewhere := errors.AsType[*leasedError](err)
		if !elsewhere {
			return held, err
		}
		if err := sleep(wanted, min(max(leased.wait, shortNap), leaseNap)); err != nil {
			return token{}, err
		}
	}
}

// mayIssue is why no token may be issued, or nil. Whoever decides is asked once.
func (c *Client) mayIssue(ctx context.Context, row rowView, asked bool) error {
	now := time.Now()
	if c.tokens.robbed(now) {
		c.log.WarnContext(ctx, "something else issues tokens for this account: ours was taken away before its end")
	}
	if err := c.tokens.waitsFor(now); err != nil {
		return err
	}
	if wait := row.spent(now); wait > 0 {
		return &Error{Op: opToken, Class: Limit, Reason: TokensSpent, Wait: wait, Detail: spentText}
	}
	if c.cfg.MayIssue != nil && !asked {
		return c.cfg.MayIssue()
	}
	return nil
}

// renew makes one token call for everybody, under the lease of the row.
func (c *Client) renew(alive, wanted context.Context, row rowView) (token, error) {
	place := c.door.first()
	defer c.door.leave(place)
	k := call{
		op: opToken, method: http.MethodPost, path: []string{"ca_apis", "CAToken", "generateToken"},
		body: map[string]string{"userName": c.cfg.Username}, header: "apiKey", value: c.cfg.APIKey,
	}
	holder, leased := rand.Text(), false
	ans, sent, err := c.exchange(alive, wanted, place, k, func(ctx context.Context) error {
		if leased { // a repeat is an issue of its own, and the first may have been one
			c.release(ctx, row, holder, false)
		}
		if err := c.leaseProbe(ctx); err != nil {
			if stop := c.tokens.stopped(time.Now()); stop != nil {
				return stop
			}
			return &leasedError{} // the rest has ended meanwhile
		}
		err := c.lease(ctx, row, holder)
		leased = leased || err == nil
		return err
	})
	if err != nil {
		if leased {
			c.release(alive, row, holder, !sent)
		}
		return token{}, c.notIssued(alive, err, sent)
	}
	value, fault := c.judgeToken(ans)
	if fault != nil {
		c.finished(alive, k, ans.grant, fault.Class.String(), "err", fault)
		maybe := fault.Class == Unreadable && ans.status < 300
		c.release(alive, row, holder, !maybe)
		return token{}, c.notIssued(alive, fault, maybe)
	}
	now := time.Now()
	held := c.store(alive, row, holder, value, now)
	c.finished(alive, k, ans.grant, "ok", "status", ans.status)
	c.log.InfoContext(alive, "token issued", "generation", row.gen+1, "tokens_this_hour", len(row.issued)+1)
	return held, nil
}

// notIssued draws the lesson from a token call that gave none: trouble is remembered for a
// while, the longer when a token may have been issued all the same.
func (c *Client) notIssued(ctx context.Context, err error, maybe bool) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	if e.Class == Auth {
		return c.rest(ctx, e)
	}
	now := time.Now()
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	switch {
	case e.Reason == TokensSpent && e.Status != 0:
		return c.tokens.issuing.begin(e, spentPause, now)
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
