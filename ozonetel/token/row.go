package token

import (
	"context"
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
func (k *Source) loadRow(ctx context.Context) rowSnapshot {
	ctx, cancel := context.WithTimeout(ctx, k.cfg.StoreLimit)
	defer cancel()
	v := rowSnapshot{row: k.cfg.Row}
	gen, sealed, expires, issued, err := v.row.LoadToken(ctx, k.Account)
	now := time.Now()
	k.mu.Lock()
	k.issuedAlone = lastHour(k.issuedAlone, now)
	outside, known := slices.Clone(k.issuedAlone), lastHour(slices.Clone(k.issues), now)
	k.mu.Unlock()
	if err != nil {
		k.rowTrouble(ctx, err)
		issued = known
		gen, sealed, expires, _, _ = k.lastRow.LoadToken(ctx, k.Account) // in memory: no error
	} else {
		issued = lastHour(append(issued, outside...), now)
		slices.SortFunc(issued, time.Time.Compare)
	}
	k.lastRow.put(k.Account, gen, sealed, expires, issued)
	v.most = issuesPerHour - len(outside)
	if err != nil || k.cfg.Store.Degraded() { // it takes nothing, though it may be read
		v.row = &k.lastRow
		v.most, v.pause = shareAlone(len(issued)-len(outside), outside, k.cfg.Store.Processes(), now)
	}
	v.gen, v.value, v.expires, v.issued = gen, k.seal.open(sealed), expires, issued
	k.mu.Lock()
	defer k.mu.Unlock()
	k.issues, k.troubleLogged = slices.Clone(issued), err != nil && k.troubleLogged
	return v
}

// adopt makes the row's token the one in use, unless it is about to end or known to be of
// no use.
func (k *Source) adopt(v rowSnapshot, now time.Time) (Token, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v.value != "" && v.value == k.inUse.Value {
		return k.inUse, k.inUse.fresh(now)
	}
	found := Token{Value: v.value, expires: v.expires, Issued: v.expires.Add(-time.Hour)}
	if n := len(v.issued); n > 0 {
		found.Issued = v.issued[n-1]
	}
	if !found.fresh(now) || slices.Contains(k.dead, found.Value) || found.expires.After(now.Add(24*time.Hour)) {
		return Token{}, false
	}
	k.set(found.Value, found.Issued, found.expires)
	k.inUse.adopted = true
	return k.inUse, true
}

// rivalSeen reports, once, that the token lost was not replaced by one of our own processes.
func (k *Source) rivalSeen(now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.lostWorking {
		return false
	}
	k.lostWorking, k.rival = false, now
	return true
}

// leaseFor is how long the lease on the row is taken for, for one token call.
func (k *Source) leaseFor() time.Duration { return k.cfg.RequestLimit + leaseOver }

// lease takes the row's lease and logs the issue, before the call is made: a crash in
// between must not lose it.
func (k *Source) lease(ctx context.Context, v rowSnapshot, holder string) error {
	ctx, cancel := context.WithTimeout(ctx, k.cfg.StoreLimit)
	defer cancel()
	got, wait, err := v.row.LeaseToken(ctx, k.Account, holder, v.gen, v.most, k.leaseFor())
	switch {
	case err != nil:
		k.rowTrouble(ctx, err)
		k.cfg.Store.Failed(err) // a store that takes no lease takes no slot either
		return &leasedError{}   // read it again, which says what to do without
	case !got && wait > k.leaseFor():
		return &fault.Error{Op: fault.OpToken, Class: fault.Limit, Reason: fault.TokensSpent, Wait: wait, Detail: spentText}
	case !got:
		return &leasedError{wait}
	}
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.issues = append(k.issues, now)
	if v.row == &k.lastRow {
		k.issuedAlone = append(k.issuedAlone, now)
	}
	return nil
}

// release ends the lease without a token. unlog: surely none was issued.
func (k *Source) release(ctx context.Context, v rowSnapshot, holder string, unlog bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.cfg.StoreLimit)
	defer cancel()
	if err := v.row.ReleaseToken(ctx, k.Account, holder, v.gen, unlog); err != nil {
		k.rowTrouble(ctx, err)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if unlog && len(k.issues) > 0 {
		k.issues = k.issues[:len(k.issues)-1]
		if v.row == &k.lastRow {
			k.issuedAlone = k.issuedAlone[:max(0, len(k.issuedAlone)-1)]
		}
	}
}

// store puts a new token into the row and in use. Should the row not take it, it serves
// this process alone.
func (k *Source) store(ctx context.Context, v rowSnapshot, holder, value string, now time.Time) Token {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.cfg.StoreLimit)
	defer cancel()
	expires := expiry(value, now)
	sealed := k.seal.seal(value)
	kept, err := v.row.StoreToken(ctx, k.Account, holder, v.gen, sealed, expires)
	if err != nil {
		k.rowTrouble(ctx, err)
	} else if !kept {
		k.cfg.Log.WarnContext(ctx, "the lease on the token ended before the call did: the token serves this process alone")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lastRow.put(k.Account, v.gen+1, sealed, expires, k.issues)
	k.markDead(v.value)
	k.markDead(k.inUse.Value)
	return k.set(value, now, expires)
}

// rowTrouble tells the operator once that the token cannot be shared.
func (k *Source) rowTrouble(ctx context.Context, err error) {
	k.mu.Lock()
	told := k.troubleLogged
	k.troubleLogged = true
	k.mu.Unlock()
	if !told {
		k.cfg.Log.WarnContext(ctx, "token row is not usable: this process goes on from memory", "err", err)
	}
}
