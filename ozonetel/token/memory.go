package token

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Row keeps the account's one token with its generation, the lease of who renews it,
// and the log of its issues, for all processes. [MemoryRow] is one.
type Row interface {
	// LoadToken returns the row: the generation, the token sealed (nil: none yet), when
	// the token ends, and the issues of the last hour, oldest first. No row is generation
	// 0 and nothing else.
	LoadToken(ctx context.Context, account string) (gen int64, sealed []byte, expires time.Time, issued []time.Time, err error)
	// LeaseToken lets holder alone replace generation gen for that long, and logs the
	// issue. It does neither, and says how long to wait, when gen is no longer current,
	// somebody has the lease, or the last hour had most issues.
	LeaseToken(ctx context.Context, account, holder string, gen int64, most int, lasts time.Duration) (got bool, wait time.Duration, err error)
	// StoreToken makes sealed the generation after gen and ends the lease; false when
	// holder no longer has it.
	StoreToken(ctx context.Context, account, holder string, gen int64, sealed []byte, expires time.Time) (bool, error)
	// ReleaseToken ends holder's lease without a token. unlog strikes the issue, which
	// surely was not made.
	ReleaseToken(ctx context.Context, account, holder string, gen int64, unlog bool) error
}

// MemoryRow is a [Row] in memory. The zero MemoryRow is empty and ready.
type MemoryRow struct {
	mu   sync.Mutex
	rows map[string]*row
}

type row struct {
	gen     int64
	sealed  []byte
	expires time.Time
	issued  []time.Time // oldest first

	holder string // of the lease
	lease  time.Time
	logged time.Time // the issue the lease logged
}

// LoadToken implements [Row].
func (m *MemoryRow) LoadToken(_ context.Context, account string) (gen int64, sealed []byte, expires time.Time, issued []time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.row(account, time.Now())
	return r.gen, slices.Clone(r.sealed), r.expires, slices.Clone(r.issued), nil
}

// LeaseToken implements [Row].
func (m *MemoryRow) LeaseToken(_ context.Context, account, holder string, gen int64, most int, lasts time.Duration) (got bool, wait time.Duration, err error) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.row(account, now)
	switch n := len(r.issued); {
	case r.gen != gen:
		return false, 0, nil
	case now.Before(r.lease):
		return false, r.lease.Sub(now), nil
	case most <= 0:
		return false, time.Hour, nil
	case n >= most:
		return false, r.issued[n-most].Add(time.Hour).Sub(now), nil
	}
	r.issued = append(r.issued, now)
	r.holder, r.lease, r.logged = holder, now.Add(lasts), now
	return true, 0, nil
}

// StoreToken implements [Row].
func (m *MemoryRow) StoreToken(_ context.Context, account, holder string, gen int64, sealed []byte, expires time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.row(account, time.Now())
	if r.gen != gen || r.holder != holder {
		return false, nil
	}
	r.gen, r.sealed, r.expires = gen+1, slices.Clone(sealed), expires
	r.holder, r.lease = "", time.Time{}
	return true, nil
}

// ReleaseToken implements [Row].
func (m *MemoryRow) ReleaseToken(_ context.Context, account, holder string, gen int64, unlog bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.row(account, time.Now())
	if r.gen != gen || r.holder != holder {
		return nil
	}
	if i := slices.IndexFunc(r.issued, r.logged.Equal); unlog && i >= 0 {
		r.issued = slices.Delete(r.issued, i, i+1)
	}
	r.holder, r.lease = "", time.Time{}
	return nil
}

// put replaces what the row says, its lease apart.
func (m *MemoryRow) put(account string, gen int64, sealed []byte, expires time.Time, issued []time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.row(account, time.Now())
	r.gen, r.sealed, r.expires, r.issued = gen, sealed, expires, slices.Clone(issued)
}

// row returns the account's row without the issues older than an hour. m.mu is held.
func (m *MemoryRow) row(account string, now time.Time) *row {
	if m.rows == nil {
		m.rows = map[string]*row{}
	}
	r := m.rows[account]
	if r == nil {
		r = new(row)
		m.rows[account] = r
	}
	r.issued = lastHour(r.issued, now)
	return r
}

func lastHour(issued []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(issued, func(at time.Time) bool { return now.Sub(at) >= time.Hour })
}
