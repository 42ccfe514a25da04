// Package view has the rules of views: what a process keeps in memory of a database that others write to as well
// (docs/design.md, "Views").
package view

import (
	"context"
	"time"
)

// Every is how often a process looks at what others have written: what they did is seen here this much later at most,
// and the time a look takes.
const Every = 10 * time.Second

// Turns has looks at the database and writes to it, of one view, come one after the other: a look that read before a
// write does not put the old in the place of the new. Make one with [NewTurns].
type Turns struct {
	taken chan struct{}
	began time.Time // when the last look began
}

// NewTurns returns turns that nobody has taken.
func NewTurns() Turns { return Turns{taken: make(chan struct{}, 1)} }

// Take waits for the turn, which [Turns.Leave] ends. Its error is ctx's cause, and then there is no turn.
func (t *Turns) Take(ctx context.Context) error {
	select {
	case t.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Leave ends the turn that [Turns.Take] gave.
func (t *Turns) Leave() { <-t.taken }

// Look does a look in its turn, unless one that began since it was asked for has been done, or ctx ends before.
func (t *Turns) Look(ctx context.Context, do func(began time.Time)) {
	asked := time.Now()
	if t.Take(ctx) != nil {
		return
	}
	defer t.Leave()
	if t.began.After(asked) {
		return
	}
	t.began = time.Now()
	do(t.began)
}
