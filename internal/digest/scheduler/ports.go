package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// Store is where digests and their slots are kept, for all processes. Any error means that
// it does not answer; what was to be kept then may be kept, or not.
type Store interface {
	// Due returns digests that stand and whose next slot comes at or before a time, at most
	// most of them, the soonest first.
	Due(ctx context.Context, before time.Time, most int) ([]digest.Digest, error)
	// Digest returns one, also one removed lately.
	Digest(ctx context.Context, id int64) (digest.Digest, bool, error)
	// Change keeps d in the place of its Version, by who did it; nobody means ahtbot itself.
	Change(ctx context.Context, d digest.Digest, by, did string) (digest.Digest, error)
	// Plan moves digests on and adds their runs, all at once, but for those that somebody else
	// moved on or changed. Runs that are there stay as they are.
	Plan(ctx context.Context, plans []Plan) error
	// Open returns runs that have not ended and that nobody has, at most most of them, the
	// oldest first.
	Open(ctx context.Context, most int) ([]SlotRun, error)
	// Claim gives r to holder for d, and returns it as it stands. False: it has ended, or
	// somebody has it. holder is unique to the attempt.
	Claim(ctx context.Context, r SlotRun, holder string, d time.Duration) (SlotRun, bool, error)
	// Keep keeps what r, claimed by its Holder, has become, and holds it for d longer; 0
	// gives it up. With name, the skipped slots before it count as named. False: another has
	// it, and nothing was kept.
	Keep(ctx context.Context, r SlotRun, d time.Duration, name bool) (bool, error)
	// Missed returns the skipped slots before a time that no post has named, the oldest first.
	Missed(ctx context.Context, digest int64, before time.Time, most int) ([]digest.Slot, error)
	// Last returns the last runs, the newest first.
	Last(ctx context.Context, digest int64, most int) ([]SlotRun, error)
}

// Plan moves a digest on: Digest as it was read, to Next, with the runs it leaves behind.
type Plan struct {
	Digest digest.Digest
	Next   digest.Slot // zero: none comes
	Runs   []SlotRun
}

// SlotRun is one slot of one digest, and what has become of it.
type SlotRun struct {
	Digest      int64
	Slot        digest.Slot
	ReadingFrom time.Time      // when its readings begin: those received from then on serve
	Posting     bool           // not ended, and a post of it may be on its way or stand
	Outcome     digest.Outcome // empty: not ended
	Ended       time.Time      // zero: not ended
	Holder      string         // who claimed it last
	Attempt     int64          // how often it was claimed
	Readings    []aht.Reading  // for it, once it was to be posted
	Channel     string         // where it was to be posted
	TS          string
	Late        time.Duration
	Cause       string
	Announced   bool // a skipped one in a later post, a failed one to its owner
}

// Readings are where figures come from. All of it may wait.
type Readings interface {
	// Read asks the upstream about t, before polling does and after people, and keeps the
	// answer.
	Read(ctx context.Context, t aht.Target) (aht.Reading, error)
	// Latest returns the newest reading of t that any process has kept.
	Latest(ctx context.Context, t aht.Target) (aht.Reading, bool, error)
	// History returns the kept readings of t from from to to, oldest first; when there are
	// very many, the newest of them.
	History(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error)
}

// Poster words reports and posts them.
type Poster interface {
	// Post posts r, marked with key, once. A [*PlaceError] and a [*LaterError] surely did not
	// post it; after any other error it may stand.
	Post(ctx context.Context, r digest.Report, key string) (channel, ts string, err error)
	// Find returns the ts of the message in channel marked with key and posted since a time,
	// or "" when there surely is none. Errors: [ErrCannotLook], or any when Slack is away.
	Find(ctx context.Context, channel, key string, since time.Time) (ts string, err error)
	// NotifyOwner tells the owner of d that its channel takes no posts, for Slack's reason code.
	// Errors as for Post.
	NotifyOwner(ctx context.Context, d digest.Digest, code string) error
	// NotifyAdmins tells the admins that d is paused, since its maker's account is switched off.
	// Errors as for Post.
	NotifyAdmins(ctx context.Context, d digest.Digest) error
}

// ChannelError is a place that takes no post until a person changes something.
type ChannelError struct{ Code string }

func (e *ChannelError) Error() string { return "takes no post there: " + e.Code }

// RetryError is a post that surely was not made, and may be made later.
type RetryError struct {
	Wait time.Duration // asked for; 0: nothing was said
	Err  error
}

func (e *RetryError) Error() string { return fmt.Sprintf("not posted yet: %v", e.Err) }

func (e *RetryError) Unwrap() error { return e.Err }

// ErrNotReadable is returned by [Poster.Find] where nobody can tell what stands.
var ErrNotReadable = errors.New("what stands in the channel cannot be read")
