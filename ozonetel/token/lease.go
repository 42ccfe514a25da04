package token

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"ahtbot/ozonetel/fault"
)

// rowSnapshot is the token row as it was read, and where a new token is to be put.
type rowSnapshot struct {
	row     Row
	gen     int64
	value   string // empty: none, or it cannot be opened
	expires time.Time
	issued  []time.Time   // of the last hour, oldest first
	most    int           // issues an hour that the row may log
	pause   time.Duration // before the next, when the row cannot be read
}

// spent is how long until another token may be issued; zero: now.
func (v rowSnapshot) spent(now time.Time) time.Duration {
	if n := len(v.issued); n >= issuesPerHour {
		return max(time.Second, v.issued[n-issuesPerHour].Add(time.Hour).Sub(now))
	}
	return v.pause
}

// shareAlone is what a process may do without the row, which it cannot see the others' issues
// in: its share of the hour's, and, when there are others, not one upon the other, since
// each ends the token of everybody else.
func shareAlone(before int, outside []time.Time, live int, now time.Time) (most int, pause time.Duration) {
	share := (issuesPerHour - before) / live
	if n := len(outside); n > 0 && live > 1 && share > 0 {
		pause = max(0, outside[n-1].Add(time.Hour/time.Duration(share)).Sub(now))
	}
	return before + share, pause
}

// loadRow reads the row, or what it said last when it cannot be read.
func (s *Source) loadRow(ctx context.Context) rowSnapshot {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreLimit)
	defer cancel()
	v := rowSnapshot{row: s.cfg.Row}
	gen, sealed, expires, issued, err := v.row.LoadToken(ctx, s.Account)
	now := time.Now()
	s.mu.Lock()
	s.issuedAlone = lastHour(s.issuedAlone, now)
	outside, known := slices.Clone(s.issuedAlone), lastHour(slices.Clone(s.issues), now)
	s.mu.Unlock()
	if err != nil {
		s.logRowTrouble(ctx, err)
		issued = known
		gen, sealed, expires, _, _ = s.lastRow.LoadToken(ctx, s.Account) // in memory: no error
	} else {
		issued = lastHour(append(issued, outside...), now)
		slices.SortFunc(issued, time.Time.Compare)
	}
	s.lastRow.put(s.Account, gen, sealed, expires, issued)
	v.most = issuesPerHour - len(outside)
	if err != nil || s.cfg.Store.Degraded() { // it takes nothing, though it may be read
		v.row = &s.lastRow
		v.most, v.pause = shareAlone(len(issued)-len(outside), outside, s.cfg.Store.Processes(), now)
	}
	v.gen, v.value, v.expires, v.issued = gen, s.seal.open(sealed), expires, issued
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issues, s.troubleLogged = slices.Clone(issued), err != nil && s.troubleLogged
	return v
}

// adopt makes the row's token the one in use, unless it is about to end or known to be of
// no use.
func (s *Source) adopt(v rowSnapshot, now time.Time) (Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.value != "" && v.value == s.inUse.Value {
		return s.inUse, s.inUse.fresh(now)
	}
	found := Token{Value: v.value, expires: v.expires, Issued: v.expires.Add(-time.Hour)}
	if n := len(v.issued); n > 0 {
		found.Issued = v.issued[n-1]
	}
	if !found.fresh(now) || slices.Contains(s.dead, found.Value) || found.expires.After(now.Add(24*time.Hour)) {
		return Token{}, false
	}
	s.set(found.Value, found.Issued, found.expires)
	s.inUse.adopted = true
	return s.inUse, true
}

// leaseFor is how long the lease on the row is taken for, for one token call.
func (s *Source) leaseFor() time.Duration { return s.cfg.RequestLimit + leaseOver }

// lease takes the row's lease and logs the issue, before the call is made: a crash in
// between must not lose it.
func (s *Source) lease(ctx context.Context, v rowSnapshot, holder string) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.StoreLimit)
	defer cancel()
	got, wait, err := v.row.LeaseToken(ctx, s.Account, holder, v.gen, v.most, s.leaseFor())
	switch {
	case err != nil:
		s.logRowTrouble(ctx, err)
		s.cfg.Store.Failed(err) // a store that takes no lease takes no slot either
		return &leasedError{}   // read it again, which says what to do without
	case !got && wait > s.leaseFor():
		return &fault.Error{Op: fault.OpToken, Class: fault.Limit, Reason: fault.TokensSpent, Wait: wait, Detail: spentText}
	case !got:
		return &leasedError{wait}
	}
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issues = append(s.issues, now)
	if v.row == &s.lastRow {
		s.issuedAlone = append(s.issuedAlone, now)
	}
	return nil
}

// release ends the lease without a token. unlog: surely none was issued.
func (s *Source) release(ctx context.Context, v rowSnapshot, holder string, unlog bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.StoreLimit)
	defer cancel()
	if err := v.row.ReleaseToken(ctx, s.Account, holder, v.gen, unlog); err != nil {
		s.logRowTrouble(ctx, err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if unlog && len(s.issues) > 0 {
		s.issues = s.issues[:len(s.issues)-1]
		if v.row == &s.lastRow {
			s.issuedAlone = s.issuedAlone[:max(0, len(s.issuedAlone)-1)]
		}
	}
}

// store puts a new token into the row and in use. Should the row not take it, it serves
// this process alone.
func (s *Source) store(ctx context.Context, v rowSnapshot, holder, value string, now time.Time) Token {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.StoreLimit)
	defer cancel()
	expires := expiry(value, now)
	sealed := s.seal.seal(value)
	kept, err := v.row.StoreToken(ctx, s.Account, holder, v.gen, sealed, expires)
	if err != nil {
		s.logRowTrouble(ctx, err)
	} else if !kept {
		s.cfg.Log.WarnContext(ctx, "the lease on the token ended before the call did: the token serves this process alone")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastRow.put(s.Account, v.gen+1, sealed, expires, s.issues)
	s.markDead(v.value)
	s.markDead(s.inUse.Value)
	return s.set(value, now, expires)
}

// logRowTrouble tells the operator once that the token cannot be shared.
func (s *Source) logRowTrouble(ctx context.Context, err error) {
	s.mu.Lock()
	logged := s.troubleLogged
	s.troubleLogged = true
	s.mu.Unlock()
	if !logged {
		s.cfg.Log.WarnContext(ctx, "token row is not usable: this process goes on from memory", "err", err)
	}
}

// sealer keeps the token secret at rest: AES-256-GCM with a key from the API key, bound to
// the base URL and the user name, so that a row of another account, or from before the key
// was changed, does not open. The API key is long and random, hence no salt.
type sealer struct {
	aead  cipher.AEAD
	bound []byte
}

func newSealer(baseURL, apiKey, username string) (sealer, error) {
	key, err := hkdf.Key(sha256.New, []byte(apiKey), nil, "ahtbot token row 1", 32)
	if err != nil {
		return sealer{}, fmt.Errorf("ozonetel: key of the token row: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, fmt.Errorf("ozonetel: key of the token row: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealer{}, fmt.Errorf("ozonetel: key of the token row: %w", err)
	}
	return sealer{aead: aead, bound: fmt.Appendf(nil, "%q %q", baseURL, username)}, nil
}

func (s sealer) seal(value string) []byte { return s.aead.Seal(nil, nil, []byte(value), s.bound) }

// open returns the token sealed, or nothing when it cannot be opened.
func (s sealer) open(sealed []byte) string {
	value, err := s.aead.Open(nil, nil, sealed, s.bound)
	if err != nil {
		return ""
	}
	return string(value)
}

// accountOf names the row of an account without naming the account. It stays the same when
// the API key changes, since the upstream goes on counting.
func accountOf(baseURL, username string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", baseURL, username))
	return hex.EncodeToString(sum[:16])
}
