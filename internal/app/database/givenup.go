package database

import (
	"context"
	"time"

	"ahtbot/internal/store"
)

// Processes tell one another of questions that were given up by a lease: who gets the press of Cancel holds it, and the
// process that has the question finds it held.
const (
	givenUpFor = 3 * time.Minute  // longer than a question waits
	glance     = time.Millisecond // for which it is held to see whether it was free
)

// givenUp is the lease of a question.
func givenUp(user, ref string) string { return "given up " + user + " " + ref }

// GiveUp tells the other processes that a person gives a question up, and reports whether they were told. Whoever looks
// at the lease just then is waited for. A process that is alone has nobody to tell.
func (d *Database) GiveUp(ctx context.Context, user, ref string) bool {
	if d.most.Load() < 2 {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, store.Patience)
	defer cancel()
	for {
		got, left, err := d.Claim(ctx, givenUp(user, ref), d.ID+" gives up", givenUpFor)
		if err != nil || got || left > time.Second { // somebody pressed before
			return err == nil
		}
		select {
		case <-time.After(left):
		case <-ctx.Done():
			return false
		}
	}
}

// GivenUp reports whether another process was told that a person gives a question up.
func (d *Database) GivenUp(ctx context.Context, user, ref string) bool {
	if d.most.Load() < 2 {
		return false
	}
	got, _, err := d.Claim(ctx, givenUp(user, ref), d.ID, glance)
	return err == nil && !got
}
