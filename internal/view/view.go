// Package view has the rules of views: what a process keeps in memory of a database that others write to as well
// (docs/design.md, "Views").
package view

import (
	"context"
	"time"

	"ahtbot/internal/wait"
)

// Every is how often a process looks at what others have written: what they did is seen here this much later at most,
// and the time a look takes.
const Every = 10 * time.Second

// Turns has looks at the database and writes to it, of one view, come one after the other: a look that read before a
// write does not put the old in the place of the new. Make one with [NewTurns].
type Turns struct {
	wait.Slots           // the one turn
	began      time.Time // when the last look began
}

// NewTurns returns turns that nobody has taken.
func NewTurns() Turns { return Turns{Slots: wait.NewSlots(1)} }

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
