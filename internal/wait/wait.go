// Package wait has what loops wait for: a while to pass, something to wake them, a free slot.
package wait

import (
	"context"
	"time"
)

// For waits for d. Its error is that of ctx when ctx ends first.
func For(ctx context.Context, d time.Duration) error {
	if Signal(nil).Wait(ctx, d) {
		return nil
	}
	return ctx.Err()
}

// Signal wakes a loop that waits for it. Make one with [NewSignal]; a nil Signal wakes nobody.
type Signal chan struct{}

// NewSignal returns a Signal for one loop.
func NewSignal() Signal { return make(Signal, 1) }

// Wake ends the wait of the loop, or its next one if it does not wait now. It never blocks.
func (s Signal) Wake() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// Wait waits for d, until [Signal.Wake] or until ctx ends. It reports whether d has passed.
// With d not positive it only looks whether ctx has ended, and leaves the Signal as it is.
func (s Signal) Wait(ctx context.Context, d time.Duration) (passed bool) {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s:
	case <-ctx.Done():
	}
	return false
}

// Slots are for what only so many may do at a time. Make them with [NewSlots].
type Slots chan struct{}

// NewSlots returns n free slots.
func NewSlots(n int) Slots { return make(Slots, n) }

// Take waits for a free slot and takes it, until [Slots.Leave]. Its error is the cause of the
// end of ctx, and then no slot is taken.
func (s Slots) Take(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Leave gives back the slot that [Slots.Take] gave.
func (s Slots) Leave() { <-s }
