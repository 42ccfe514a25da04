package token

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/single"
)

const (
	leaseOver  = 5 * time.Second        // longer than its request the lease on the token row lasts
	leasePause = 250 * time.Millisecond // at most between looks at a row somebody else renews
	spentText  = "the tokens of the hour are issued; not sent"
)

// leasedError says that somebody else renews the token just now, or already has.
type leasedError struct{ wait time.Duration }

func (*leasedError) Error() string { return "ozonetel: the token is being renewed elsewhere" }

// Token returns a usable token: the one in use, or a new one, for which all share one call.
func (s *Source) Token(wanted context.Context) (Token, error) {
	s.mu.Lock()
	held := s.inUse
	s.mu.Unlock()
	if held.fresh(time.Now()) {
		return held, nil
	}
	next, err := s.calls.Do(wanted, struct{}{}, s.issue)
	if err != nil && wanted.Err() == nil && held.Value != "" && time.Now().Before(held.expires) {
		s.cfg.Log.WarnContext(wanted, "token not renewed, using the old one to its end", "err", err)
		return held, nil
	}
	return next, err
}

// issue takes over the row's token if that is usable, and else has a new one made.
func (s *Source) issue(alive, wanted context.Context) (Token, error) {
	for asked := false; ; asked = true {
		row := s.loadRow(wanted)
		if held, ok := s.adopt(row, time.Now()); ok {
			return held, nil
		}
		if err := s.mayIssue(wanted, row, asked); err != nil {
			return Token{}, err
		}
		held, err := s.renew(alive, wanted, row)
		leased, elsewhere := errors.AsType[*leasedError](err)
		if !elsewhere {
			return held, err
		}
		if err := single.Sleep(wanted, min(leased.wait, leasePause)); err != nil {
			return Token{}, err
		}
	}
}

// mayIssue is why no token may be issued, or nil. Whoever decides is asked once.
func (s *Source) mayIssue(ctx context.Context, row rowSnapshot, asked bool) error {
	now := time.Now()
	s.mu.Lock()
	paused, lost := cmp.Or(s.doubt.Active(now), s.issuing.Active(now)), s.lostWorking
	if lost { // and none of our own processes has replaced it
		s.lostWorking, s.rival = false, now
	}
	s.mu.Unlock()
	if lost {
		s.cfg.Log.WarnContext(ctx, "something else issues tokens for this account: ours was taken away before its end")
	}
	if paused != nil {
		return paused
	}
	if wait := row.spent(now); wait > 0 {
		return &fault.Error{Op: fault.OpToken, Class: fault.Limit, Reason: fault.TokensSpent, Wait: wait, Detail: spentText}
	}
	if s.cfg.MayIssue != nil && !asked {
		return s.cfg.MayIssue()
	}
	return nil
}

// renew makes one token call for everybody, under the lease of the row.
func (s *Source) renew(alive, wanted context.Context, row rowSnapshot) (Token, error) {
	holder, leased := rand.Text(), false
	value, perhaps, err := s.cfg.Request(alive, wanted, func(ctx context.Context) error {
		if leased { // a repeat is an issue of its own, and the first may have been one
			s.release(ctx, row, holder, false)
		}
		if err := s.leaseProbe(ctx); err != nil {
			if stop := s.Stopped(time.Now()); stop != nil {
				return stop
			}
			return &leasedError{} // the rest has ended meanwhile
		}
		err := s.lease(ctx, row, holder)
		leased = leased || err == nil
		return err
	})
	if err != nil {
		if leased {
			s.release(alive, row, holder, !perhaps)
		}
		return Token{}, s.notIssued(alive, err, perhaps)
	}
	held := s.store(alive, row, holder, value, time.Now())
	s.cfg.Log.InfoContext(alive, "token issued", "generation", row.gen+1, "tokens_this_hour", len(row.issued)+1)
	return held, nil
}

// notIssued draws the lesson from a token call that gave none: trouble is remembered for a
// while, the longer when a token may have been issued all the same.
func (s *Source) notIssued(ctx context.Context, err error, perhaps bool) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	if e.Class == fault.Auth {
		return s.rest(ctx, e)
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case e.Reason == fault.TokensSpent && e.Status != 0:
		return s.issuing.grow(e, spentPause, now)
	case perhaps && e.Reason != fault.TokensSpent:
		return s.issuing.grow(e, issuePause, now)
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
