package store

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// unprobed is how long a store may be unavailable without anybody's probe before a write makes one.
	unprobed = 10 * time.Second
	// relapseWithin is how soon after its return a store is taken to be as ill as before.
	relapseWithin = 10 * time.Minute
	firstProof    = 15 * time.Second // for which a store that had a relapse must take every probe
	mostProof     = 5 * time.Minute  // … doubled by each further one up to this
)

// errProving is why a store is unavailable that takes writes again.
var errProving = errors.New("it takes writes again, and has to for a while before it is relied on")

// Gate stands before the writes of a store and knows whether it is unavailable. It becomes unavailable when a
// write fails for a cause that lasts, or when a probe fails after any call has failed; it is
// back when a probe, which is a write, has worked. While it is unavailable no write is tried but
// probes, so all parts of a process agree. A store that comes back only to become unavailable again has
// to take every probe for a while, longer each time: a disk with a little room takes some
// writes and not others. The zero Gate is open; set Prove before use.
type Gate struct {
	// Prove writes as much as any call does, and takes it back. It ends with its context.
	Prove func(context.Context) error
	// Cause sorts an error of Prove. Nil: all are [Unknown].
	Cause func(error) Cause
	// Room is the room that a file's disk has left, negative: not known. Nil: never known.
	Room func() int64

	mu      sync.Mutex
	cond    Condition
	suspect bool // a call has failed since the last probe
	probing bool
	probed  time.Time     // when the last probe began, or the store became unavailable
	proven  time.Time     // since when every probe has worked; zero: the last one failed
	proof   time.Duration // for which they have to
	queue   []Condition   // to be told, the oldest first

	telling sync.Mutex
	watcher func(Condition)
}

// Watch has f called at every change, one after the other. f must not call the store.
func (g *Gate) Watch(f func(Condition)) {
	g.telling.Lock()
	defer g.telling.Unlock()
	g.watcher = f
}

// Condition is how the store is now. It never waits for the database.
func (g *Gate) Condition() Condition {
	g.mu.Lock()
	c := g.cond
	g.mu.Unlock()
	c.Room = g.room()
	return c
}

func (g *Gate) room() int64 {
	if g.Room == nil {
		return -1
	}
	return g.Room()
}

// Enter returns nil when a write may be tried, and otherwise an error that wraps [ErrUnavailable].
// The first write after a call that failed makes the probe, and so does one that finds a
// store unavailable that nobody has probed for a while.
func (g *Gate) Enter(ctx context.Context, op string) error {
	g.mu.Lock()
	switch forgotten := time.Since(g.probed) > unprobed; {
	case g.cond.Unavailable() && (g.probing || !forgotten):
		defer g.mu.Unlock()
		return &UnavailableError{Op: op, Cause: g.cond.Cause, Unkept: true, Refused: true, Err: g.cond.Err}
	case !g.cond.Unavailable() && (g.probing || !g.suspect):
		g.mu.Unlock()
		return nil
	}
	g.probing = true
	g.mu.Unlock()
	return g.Probe(ctx, op)
}

// Probe tries the store now, whatever is known of it. Its error wraps [ErrUnavailable].
func (g *Gate) Probe(ctx context.Context, op string) error {
	began := time.Now()
	err := g.Prove(ctx)
	var cause Cause
	if err != nil {
		cause = g.causeOf(err)
	}
	g.mu.Lock()
	defer g.notify()
	defer g.mu.Unlock()
	g.probing, g.probed = false, began
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return &UnavailableError{Op: op, Cause: cause, Unkept: true, Err: context.Cause(ctx)} // nothing was learnt
	case err != nil:
		g.suspect, g.proven = false, time.Time{}
		g.close(cause, err)
		return &UnavailableError{Op: op, Cause: cause, Unkept: true, Err: err}
	}
	g.suspect = false
	if !g.cond.Unavailable() {
		return nil
	}
	if g.proven.IsZero() {
		g.proven = began
	}
	if time.Since(g.proven) < g.proof {
		g.cond.Err = errProving
		return &UnavailableError{Op: op, Cause: g.cond.Cause, Unkept: true, Err: errProving}
	}
	g.cond = Condition{Since: time.Now()}
	g.queue = append(g.queue, g.cond)
	return nil
}

func (g *Gate) causeOf(err error) Cause {
	if g.Cause != nil {
		if c := g.Cause(err); c != "" {
			return c
		}
	}
	return Unknown
}

// Failed notes that a call failed for cause, which is not empty. A write that fails for one
// that lasts closes the gate.
func (g *Gate) Failed(cause Cause, err error, write bool) {
	g.mu.Lock()
	defer g.notify()
	defer g.mu.Unlock()
	if write && cause.Lasts() {
		g.proven = time.Time{}
		g.close(cause, err)
		return
	}
	g.suspect = true
}

// close notes that the store is unavailable for cause. g.mu is held.
func (g *Gate) close(cause Cause, err error) {
	if g.cond.Unavailable() {
		g.cond.Cause, g.cond.Err = cause, err
		return
	}
	relapse := !g.cond.Since.IsZero() && time.Since(g.cond.Since) < relapseWithin
	switch {
	case cause == Slow || cause == Unreachable: // what answers again is back
		g.proof = 0
	case relapse:
		g.proof = min(max(firstProof, 2*g.proof), mostProof)
	default:
		g.proof = 0
	}
	g.probed = time.Now()
	g.cond = Condition{Cause: cause, Since: g.probed, Err: err, Room: g.room()}
	g.queue = append(g.queue, g.cond)
}

// notify tells the watcher what has changed, in the order in which it did.
func (g *Gate) notify() {
	g.telling.Lock()
	defer g.telling.Unlock()
	for {
		g.mu.Lock()
		if len(g.queue) == 0 {
			g.mu.Unlock()
			return
		}
		c := g.queue[0]
		g.queue = g.queue[1:]
		g.mu.Unlock()
		if g.watcher != nil {
			g.watcher(c)
		}
	}
}
