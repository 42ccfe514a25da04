// Package single has a thing done once for all who want it: by one call in this process
// ([Group]), and by one process of several ([Leases]).
package single

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"runtime/debug"
	"sync"
	"time"

	"ahtbot/internal/wait"
	"ahtbot/ozonetel/fault"
)

var (
	errWithdrawn = errors.New("ozonetel: question withdrawn")
	errPanicked  = errors.New("ozonetel: question panicked")
)

// Group runs at most one call per key and gives its outcome to everybody who asked
// meanwhile. Unlike x/sync/singleflight it counts who still wants the outcome, so that a
// call nobody waits for can be withdrawn before it costs anything.
type Group[K comparable, V any] struct {
	mu     sync.Mutex
	calls  map[K]*flight[V]
	wg     sync.WaitGroup
	closed bool
	Log    *slog.Logger // of panics; required
}

type flight[V any] struct {
	askers   int
	done     chan struct{}
	withdraw context.CancelFunc      // ends "wanted"
	abort    context.CancelCauseFunc // ends "alive"
	val      V
	err      error
}

// Do returns the outcome of the call for key, starting it with run when none is in flight.
// run gets two contexts, to honour wanted until it has sent something and alive from then
// on: alive ends when the client is closed, wanted also when the last asker has gone. Do
// itself returns as soon as ctx ends, with its error.
func (f *Group[K, V]) Do(ctx context.Context, key K, run func(alive, wanted context.Context) (V, error)) (V, error) {
	var none V
	for {
		if err := ctx.Err(); err != nil {
			return none, err
		}
		call, err := f.join(ctx, key, run)
		if err != nil {
			return none, err
		}
		select {
		case <-call.done:
			if errors.Is(call.err, errWithdrawn) {
				continue // we came when the others had just gone: ask anew
			}
			return call.val, call.err
		case <-ctx.Done():
			f.leave(call)
			return none, ctx.Err()
		}
	}
}

func (f *Group[K, V]) join(ctx context.Context, key K, run func(alive, wanted context.Context) (V, error)) (*flight[V], error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, fault.ErrClosed
	}
	if call := f.calls[key]; call != nil {
		call.askers++
		return call, nil
	}
	alive, abort := context.WithCancelCause(context.WithoutCancel(ctx))
	wanted, dismiss := context.WithCancel(alive)
	call := &flight[V]{askers: 1, done: make(chan struct{}), withdraw: dismiss, abort: abort}
	if f.calls == nil {
		f.calls = make(map[K]*flight[V])
	}
	f.calls[key] = call
	f.wg.Go(func() {
		defer abort(nil)
		defer close(call.done)
		defer func() {
			if p := recover(); p != nil { // p itself may hold a name: the stack is enough
				f.Log.ErrorContext(wanted, "question panicked", "stack", string(debug.Stack()))
				call.err = errPanicked
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			delete(f.calls, key)
		}()
		call.val, call.err = run(alive, wanted)
		switch {
		case call.err == nil:
		case errors.Is(context.Cause(alive), fault.ErrClosed):
			call.err = fault.ErrClosed
		case wanted.Err() != nil && errors.Is(call.err, context.Canceled):
			call.err = errWithdrawn
		}
	})
	return call, nil
}

func (f *Group[K, V]) leave(call *flight[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if call.askers--; call.askers == 0 {
		call.withdraw()
	}
}

// Askers returns how many wait for key's outcome.
func (f *Group[K, V]) Askers(key K) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if call := f.calls[key]; call != nil {
		return call.askers
	}
	return 0
}

// Close ends every call with [fault.ErrClosed] and returns when all have ended.
func (f *Group[K, V]) Close() {
	f.mu.Lock()
	f.closed = true
	for _, call := range f.calls {
		call.abort(fault.ErrClosed)
	}
	f.mu.Unlock()
	f.wg.Wait()
}

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
