package main

import (
	"context"
	"time"

	"ahtbot/bot"
	"ahtbot/internal/store"
)

// elsewhere has processes tell one another of questions that were given up, by a lease: who
// gets the press of Cancel holds it, and the process that has the question finds it held.
type elsewhere struct{ *shelf }

var _ bot.Elsewhere = elsewhere{}

const (
	givenUpFor = 3 * time.Minute  // longer than a question waits
	glance     = time.Millisecond // for which it is held to see whether it was free
)

// givenUp is the lease of a question.
func givenUp(user, ref string) string { return "given up " + user + " " + ref }

// GiveUp is [bot.Elsewhere.GiveUp]. Whoever looks at the lease just then is waited for.
func (e elsewhere) GiveUp(ctx context.Context, user, ref string) bool {
	if e.most.Load() < 2 {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, store.Patience)
	defer cancel()
	for {
		got, left, err := e.db.Claim(ctx, givenUp(user, ref), e.id+" gives up", givenUpFor)
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

// GivenUp is [bot.Elsewhere.GivenUp].
func (e elsewhere) GivenUp(ctx context.Context, user, ref string) bool {
	if e.most.Load() < 2 {
		return false
	}
	got, _, err := e.db.Claim(ctx, givenUp(user, ref), e.id, glance)
	return err == nil && !got
}
