package commands

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// Goals is where the goals of campaigns are kept.
type Goals interface {
	// Goal and All answer from memory and never block.
	Goal(t aht.Target) (aht.Goal, bool)
	All() []aht.Goal // by name
	// SetGoal and DropGoal may ask a database; an error means that nothing may have changed.
	SetGoal(ctx context.Context, g aht.Goal) error
	DropGoal(ctx context.Context, t aht.Target, by string) error
	// ChangeGoal puts next in the place of now for by, if now is what stands: its mean, who
	// set it and when, to the millisecond. A zero Goal is none. False means that something
	// else stands, and that nothing was changed.
	ChangeGoal(ctx context.Context, now, next aht.Goal, by string) (bool, error)
}

// ErrChanged is returned for a change of something that somebody else changed meanwhile.
var ErrChanged = errors.New("changed meanwhile")

// Change is one line of the record of who changed what.
type Change struct {
	At  time.Time
	By  string // Slack id; empty: ahtbot itself
	Did string // a word: made, edited, paused, resumed, removed, restored, sent, muted, …
}

// Digests is where digests are kept and made. All of it may ask a database; an error that
// is not ErrChanged means that the store, or for Send Slack, does not answer.
type Digests interface {
	// All returns the digests that stand, by id.
	All(ctx context.Context) ([]digest.Digest, error)
	// Digest returns one, also one that was removed less than ten minutes ago.
	Digest(ctx context.Context, id int64) (digest.Digest, bool, error)
	// Add keeps d, whose ID and Version it sets. Next is the caller's.
	Add(ctx context.Context, d digest.Digest) (digest.Digest, error)
	// Change keeps d in the place of its Version, by who did it.
	Change(ctx context.Context, d digest.Digest, by, did string) (digest.Digest, error)
	// Ran returns what became of the last slots, the newest first.
	Ran(ctx context.Context, id int64, most int) ([]digest.SlotResult, error)
	// Changes returns who changed it, the newest first.
	Changes(ctx context.Context, id int64, most int) ([]Change, error)
	// Preview reads what d shows now, within what the budget leaves.
	Preview(ctx context.Context, d digest.Digest) (digest.Report, error)
	// Send reads and posts d now for by. Its errors are a [*PlaceError] or the store's.
	Send(ctx context.Context, d digest.Digest, by string) error
	// Begin says when reading of n targets for a slot due at a moment has to begin; the error
	// is a [*digest.TooManyError].
	Begin(due time.Time, n int) (time.Time, error)
	// Calendars are the working week and the holidays of the account.
	Calendars() digest.Calendars
	// Campaigns are whom w means now, by name.
	Campaigns(ctx context.Context, w digest.Selection) ([]aht.Target, error)
}

// Alerts is where alerts are kept. All of it may ask a database.
type Alerts interface {
	// All returns the alerts that stand, by id.
	All(ctx context.Context) ([]alert.Standing, error)
	// Alert returns one, also one that was removed less than ten minutes ago.
	Alert(ctx context.Context, id int64) (alert.Standing, bool, error)
	// Add keeps w, whose ID and Version it sets.
	Add(ctx context.Context, w alert.Watch) (alert.Watch, error)
	// Change keeps w in the place of its Version, by who did it.
	Change(ctx context.Context, w alert.Watch, by, did string) (alert.Watch, error)
	// Amend applies change to how an alert stands, again when it was judged meanwhile, and
	// puts turn, if change returns true, on its way into the thread. The message follows.
	Amend(ctx context.Context, id int64, by, did string, change func(alert.Standing) (alert.State, alert.Update, bool)) (alert.Standing, error)
	// Changes returns who changed it, the newest first.
	Changes(ctx context.Context, id int64, most int) ([]Change, error)
	// Post posts a test of w now. Its errors are a [*PlaceError] or Slack's.
	Post(ctx context.Context, c alert.Card) error
	// Plan returns how watched targets are read, with those of extra on top.
	Plan(ctx context.Context, extra ...aht.Target) (Polling, error)
}
