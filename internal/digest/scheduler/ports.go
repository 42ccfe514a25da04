package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// Store keeps digests and their runs, for all processes. After any error it is unknown
// whether a write took effect.
type Store interface {
	// Due returns at most most standing digests whose next slot comes at or before a time, the
	// soonest first.
	Due(ctx context.Context, before time.Time, most int) ([]digest.Digest, error)
	// Digest returns one digest, also if it was removed lately.
	Digest(ctx context.Context, id int64) (digest.Digest, bool, error)
	// Change replaces the Version of d that is stored by d, and records who did what. An empty
	// by is ahtbot itself.
	Change(ctx context.Context, d digest.Digest, by, did string) (digest.Digest, error)
	// Plan applies all plans in one transaction: it moves digests on and adds their runs. Plans
	// of digests that were moved on or changed meanwhile are left out, and runs that exist stay
	// as they are.
	Plan(ctx context.Context, plans []Plan) error
	// Open returns at most most runs that have not ended and are not claimed, the oldest first.
	Open(ctx context.Context, most int) ([]SlotRun, error)
	// Claim leases r to holder for d, and returns it as it is stored. False: it has ended, or
	// another holder has it. holder is unique to the attempt.
	Claim(ctx context.Context, r SlotRun, holder string, d time.Duration) (SlotRun, bool, error)
	// Keep stores r, which its Holder has claimed, and renews the lease for d; 0 ends it. With
	// name, the skipped slots before r count as announced. False: another holder has it, and
	// nothing was stored.
	Keep(ctx context.Context, r SlotRun, d time.Duration, name bool) (bool, error)
	// Missed returns at most most skipped slots before a time that no post has announced, the
	// oldest first.
	Missed(ctx context.Context, digest int64, before time.Time, most int) ([]digest.Slot, error)
	// Last returns the last most runs of a digest, the newest first.
	Last(ctx context.Context, digest int64, most int) ([]SlotRun, error)
}

// Plan moves a digest on: from Digest, as it was read, to the slot Next, and adds Runs.
type Plan struct {
	Digest digest.Digest
	Next   digest.Slot // zero: there is none
	Runs   []SlotRun
}

// SlotRun is one slot of one digest, and how far it has come.
type SlotRun struct {
	Digest      int64
	Slot        digest.Slot
	ReadingFrom time.Time      // when its readings start: those received from then on serve
	Posting     bool           // not ended, and it may have been posted
	Outcome     digest.Outcome // empty: not ended
	Ended       time.Time      // zero: not ended
	Holder      string         // who claimed it last
	Attempt     int64          // how often it was claimed
	Readings    []aht.Reading  // those it shows, from when it was being posted
	Channel     string         // where it is posted
	TS          string
	Late        time.Duration
	Cause       string
	Announced   bool // a skipped run was named in a later post, a failed one to the owner of its digest
}

// Readings is where figures come from. All methods may wait.
type Readings interface {
	// Read asks the upstream about t, after people and before polling, and stores the reading.
	Read(ctx context.Context, t aht.Target) (aht.Reading, error)
	// Latest returns the newest stored reading of t, of any process.
	Latest(ctx context.Context, t aht.Target) (aht.Reading, bool, error)
	// History returns the stored readings of t from from to to, oldest first; if there are very
	// many, the newest of them.
	History(ctx context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error)
}

// Poster puts reports into words and posts them.
type Poster interface {
	// Post posts r once, marked with key. After a [*ChannelError] or a [*RetryError] it was
	// surely not posted; after any other error it may have been.
	Post(ctx context.Context, r digest.Report, key string) (channel, ts string, err error)
	// Find returns the ts of the message in channel that is marked with key and was posted
	// since a time, or "" when there surely is none. Errors: [ErrNotReadable], or any other
	// while Slack is unreachable.
	Find(ctx context.Context, channel, key string, since time.Time) (ts string, err error)
	// NotifyOwner tells the owner of d that its channel refuses posts, with the error code of
	// Slack. Errors as for Post.
	NotifyOwner(ctx context.Context, d digest.Digest, code string) error
	// NotifyAdmins tells the admins that d is paused because the account of its owner is
	// switched off. Errors as for Post.
	NotifyAdmins(ctx context.Context, d digest.Digest) error
}

// ChannelError means that a channel refuses posts until a person changes something.
type ChannelError struct{ Code string }

func (e *ChannelError) Error() string { return "takes no post there: " + e.Code }

// RetryError means that a post was surely not made, and may be tried again.
type RetryError struct {
	Wait time.Duration // at least so long, as Slack asks; 0: it does not say
	Err  error
}

func (e *RetryError) Error() string { return fmt.Sprintf("not posted yet: %v", e.Err) }

func (e *RetryError) Unwrap() error { return e.Err }

// ErrNotReadable is returned by [Poster.Find] where the app may not read the channel.
var ErrNotReadable = errors.New("what stands in the channel cannot be read")
