package allowance

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// slotRest is how long a slot rests after the response. The tenth of a second is for the
	// drift of clocks that [Limiter] does not notice.
	slotRest = time.Minute + 100*time.Millisecond
	// TotalLimit is how long a request may take from setting out to take a slot to the last
	// byte of the answer.
	TotalLimit = 15 * time.Second
	// slotHold is how long a slot is taken for when no response ever comes.
	slotHold = TotalLimit + slotRest
	// writeLimit is how long after setting out to take a slot its request may still be
	// written; past it the slot is given up.
	writeLimit = 4 * time.Second
	// HoldAfterRefusal is how long nothing is sent after the upstream said we asked too much.
	HoldAfterRefusal = time.Minute
	// defaultReserve is how many slots are left free for people, where Config does not say.
	defaultReserve = 5
	// maxWait is the longest wait for a slot that is worth queueing for.
	maxWait = 2 * time.Minute
	// StoreLimit is how long a store may take for one step.
	StoreLimit = 2 * time.Second
)

// Ledger is the account's allowance as slots, one for each request that may arrive in any
// 60 s, shared by all processes of the account. A request takes a slot before it is sent,
// and the slot is free again 60.1 s after its response: the upstream counted the request
// before it answered, so two uses of one slot arrive 60 s apart whatever the delays.
//
// An error means that nothing is known to have changed; [Config.Away] tells a store that
// cannot be reached from one that is broken. [MemoryLedger] is one.
type Ledger interface {
	// Take takes a free slot for holder, unless that would leave fewer than spare others
	// free: slot is then negative, and wait is about how long to wait before trying again.
	// early is for people: while the ledger opens, it gets slots that others do not. A slot
	// taken frees itself after hold. Every Take has a holder of its own.
	Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (slot int, wait time.Duration, err error)
	// Settle frees slot after rest from now; with rest 0 at once, since nothing was sent.
	// It does nothing when holder no longer has the slot.
	Settle(ctx context.Context, slot int, holder string, rest time.Duration) error
	// HoldAll frees no slot sooner than d from now, whoever has it. A ledger that is opening
	// begins to open anew then.
	HoldAll(ctx context.Context, d time.Duration) error
	// Opening is how long the ledger is opening yet: it is new, or larger than before, and
	// what used the account until now may have left no room. Zero: it is open.
	Opening(ctx context.Context) (time.Duration, error)
	// Used returns how many of all slots are not free now.
	Used(ctx context.Context) (used, total int, err error)
	// Ping shows by writing that slots can be taken: after an error of another method it tells
	// one call that failed from a ledger that is away, and that it is back.
	Ping(ctx context.Context) error
}

// MemoryLedger is a [Ledger] in memory: exact within one process, and forgotten with it.
type MemoryLedger struct {
	mu      sync.Mutex
	slots   []slot
	opening time.Time // until then early takes alone get slots
}

// slot is one of the allowance. The zero slot is free.
type slot struct {
	free   time.Time // from when on
	holder string    // of the use it rests from
}

// NewMemoryLedger returns a ledger of total slots, free after held: a minute when the
// account may have been used before, nothing when it was made just now.
func NewMemoryLedger(total int, held time.Duration) *MemoryLedger {
	m := &MemoryLedger{slots: make([]slot, total)}
	for i := range m.slots {
		m.slots[i].free = time.Now().Add(held)
	}
	return m
}

// openFor is how long a ledger opens: what used the account before may still have a request
// under way, and the upstream counts that for a minute.
const openFor = TotalLimit + time.Minute

// NewOpeningLedger returns a ledger of total slots, of an account that something else may
// have used until now. It opens slowly: early takes get a few slots at once (a quarter of
// them, from 2 to 5) and the others over a minute, evenly; other takes get none for 75 s.
func NewOpeningLedger(total int) *MemoryLedger {
	m := NewMemoryLedger(total, 0)
	m.open(time.Now())
	return m
}

// open makes the ledger begin to open at begin. m.mu is held, or nobody else has m.
func (m *MemoryLedger) open(begin time.Time) {
	m.opening = begin.Add(openFor)
	for i, s := range m.slots {
		if at := begin.Add(opensAfter(i, len(m.slots))); at.After(s.free) {
			m.slots[i].free = at
		}
	}
}

// opensAfter is how long after a ledger of total slots has begun to open an early take may
// get slot i.
func opensAfter(i, total int) time.Duration {
	atOnce := max(2, min(defaultReserve, total/4))
	return time.Duration(max(0, i-atOnce+1)) * time.Minute / time.Duration(total)
}

// Take implements [Ledger].
func (m *MemoryLedger) Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (int, time.Duration, error) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if left := m.opening.Sub(now); ctx.Err() != nil || left > 0 && !early {
		return -1, min(left, hold), ctx.Err()
	}
	best, free := -1, 0
	for i, s := range m.slots {
		if s.free.After(now) {
			continue
		}
		free++
		if best < 0 || s.free.Before(m.slots[best].free) {
			best = i
		}
	}
	if free > spare {
		m.slots[best] = slot{free: now.Add(hold), holder: holder}
		return best, 0, nil
	}
	if spare >= len(m.slots) {
		return -1, hold, nil
	}
	return -1, m.nth(spare).Sub(now), nil
}

// nth returns when the slot that is free after n others becomes free. m.mu is held.
func (m *MemoryLedger) nth(n int) time.Time {
	var soonest []time.Time
	for _, s := range m.slots {
		if at, _ := slices.BinarySearchFunc(soonest, s.free, time.Time.Compare); at <= n {
			soonest = slices.Insert(soonest, at, s.free)
			soonest = soonest[:min(len(soonest), n+1)]
		}
	}
	return soonest[n]
}

// Settle implements [Ledger].
func (m *MemoryLedger) Settle(_ context.Context, at int, holder string, rest time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at >= 0 && at < len(m.slots) && m.slots[at].holder == holder {
		m.slots[at] = slot{free: time.Now().Add(rest)}
	}
	return nil
}

// HoldAll implements [Ledger]. Who has a slot loses it: an answer that comes later does
// not free it sooner.
func (m *MemoryLedger) HoldAll(_ context.Context, d time.Duration) error {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, s := range m.slots {
		if until := now.Add(d); until.After(s.free) {
			s.free = until
		}
		m.slots[i] = slot{free: s.free}
	}
	if now.Before(m.opening) {
		m.open(now.Add(d))
	}
	return nil
}

// Opening implements [Ledger].
func (m *MemoryLedger) Opening(context.Context) (time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return max(0, time.Until(m.opening)), nil
}

// Used implements [Ledger].
func (m *MemoryLedger) Used(context.Context) (used, total int, err error) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.slots {
		if s.free.After(now) {
			used++
		}
	}
	return used, len(m.slots), nil
}

// Ping implements [Ledger].
func (*MemoryLedger) Ping(context.Context) error { return nil }
