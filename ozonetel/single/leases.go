package single

import (
	"context"
	"maps"
	"sync"
	"time"

	"ahtbot/internal/wait"
)

// Leases say which process does a thing. [MemoryLeases] is one.
type Leases interface {
	// Claim gives key to holder for that long, or says how long somebody else has it yet.
	Claim(ctx context.Context, key, holder string, until time.Duration) (got bool, left time.Duration, err error)
	// Unclaim ends holder's claim, if it still has it.
	Unclaim(ctx context.Context, key, holder string) error
}

// MemoryLeases are [Leases] in memory. The zero MemoryLeases are empty and ready.
type MemoryLeases struct {
	mu     sync.Mutex
	claims map[string]claim
}

type claim struct {
	holder string
	until  time.Time
}

// Claim implements [Leases].
func (m *MemoryLeases) Claim(_ context.Context, key, holder string, until time.Duration) (got bool, left time.Duration, err error) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.claims[key]; c.holder != holder && now.Before(c.until) {
		return false, c.until.Sub(now), nil
	}
	if m.claims == nil {
		m.claims = map[string]claim{}
	}
	maps.DeleteFunc(m.claims, func(_ string, c claim) bool { return !now.Before(c.until) })
	m.claims[key] = claim{holder: holder, until: now.Add(until)}
	return true, 0, nil
}

// Unclaim implements [Leases].
func (m *MemoryLeases) Unclaim(_ context.Context, key, holder string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.claims[key].holder == holder {
		delete(m.claims, key)
	}
	return nil
}

// Sleep waits d between two looks at what somebody else has, 10 ms at least. Its error is
// that of ctx when ctx ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	return wait.For(ctx, max(d, 10*time.Millisecond))
}
