package store

import (
	"context"
	"time"
)

// DigestRow is a digest as it is kept. What it shows and when is a text that the store
// does not read.
type DigestRow struct {
	ID, Version int64
	Channel     string // a Slack id
	By          string // Slack id of who made it
	Made        time.Time
	Doc         string // the order, as JSON
	Paused      bool
	Until       string // the day a pause ends, or empty
	PausedBy    string
	Why         string
	NextSlot    string    // names the next slot within the digest
	NextAt      time.Time // when it comes; zero: none does
	Removed     time.Time // zero: it stands
}

// The states of a run. A run that has not ended is planned or posting.
const (
	RunPlanned = "planned" // surely not posted
	RunPosting = "posting" // it may be posted, by who had the lease
	RunPosted  = "posted"
	RunUnknown = "unknown"
	RunSkipped = "skipped"
	RunFailed  = "failed"
)

// RunRow is what became of one slot of one digest.
type RunRow struct {
	Digest  int64
	Slot    string
	At      time.Time // when the slot comes
	Begun   time.Time // when its readings begin
	State   string
	Holder  string // who claimed it last
	Attempt int64  // how often it was claimed
	Report  string // the readings taken for it, as JSON; empty: none yet
	Channel string // where it was posted
	TS      string
	Late    time.Duration
	Cause   string
	// Named is true for a skipped run that a later post has named, and for a failed one whose
	// owner was told.
	Named bool
	Ended time.Time // zero: not yet
}

// Open reports whether the run has not ended.
func (r RunRow) Open() bool { return r.Ended.IsZero() }

// SlotPlan moves a digest on to a slot, and leaves the runs behind it.
type SlotPlan struct {
	Digest, Version int64
	Was             string // the slot the digest had next
	NextSlot        string
	NextAt          time.Time // zero: none comes
	Runs            []RunRow  // each with its slot, times, state, cause, and end if it has ended
}

// Digests is the digests and what became of their slots. Times are the caller's, to the
// millisecond; leases are by the database's clock. Removed digests go with a sweep ten
// minutes later, runs after ninety days, and a number is never given again.
type Digests interface {
	// AddDigest keeps d with a number and Version 1, and notes in the same transaction that
	// its maker did so. ErrUnavailable may leave it kept.
	AddDigest(ctx context.Context, d DigestRow, did string) (DigestRow, error)
	// ChangeDigest keeps d, but for who made it and when, in the place of its Version, counts
	// that up, and notes in the same transaction who did what. False: somebody else changed
	// it, or it is gone; nothing is kept then. ErrUnavailable may leave it kept.
	ChangeDigest(ctx context.Context, d DigestRow, at time.Time, by, did string) (DigestRow, bool, error)
	// StandingDigests returns all that are not removed, by number.
	StandingDigests(ctx context.Context) ([]DigestRow, error)
	// DigestByID returns one, also one that is removed and not swept yet.
	DigestByID(ctx context.Context, id int64) (DigestRow, bool, error)
	// DueDigests returns those whose next slot comes at or before a time, at most most of
	// them, the soonest first.
	DueDigests(ctx context.Context, before time.Time, most int) ([]DigestRow, error)
	// PlanSlots moves digests on and adds the runs, all in one transaction, and returns how
	// many it moved: not those that were changed, moved on or removed meanwhile, of which
	// nothing is kept. A run that is there already stays as it is. No digest is in two of the
	// plans. ErrUnavailable may leave all kept.
	PlanSlots(ctx context.Context, plans ...SlotPlan) (int, error)
	// ClaimRun gives an open run whose lease has ended to holder for d, at most ten minutes,
	// and returns it as it stands. The same holder claims again to keep it longer, so holder
	// must be unique to this attempt. False: it has ended, or somebody has it. ErrUnavailable may
	// leave it claimed.
	ClaimRun(ctx context.Context, digest int64, slot, holder string, d time.Duration) (RunRow, bool, error)
	// KeepRun keeps what r, claimed by its Holder, has become, and makes the lease d long from
	// now: 0 gives it up. With name, the skipped runs of the digest before r count as named,
	// in the same transaction. False, and nothing kept: r has ended or another has it.
	// ErrUnavailable may leave it kept.
	KeepRun(ctx context.Context, r RunRow, d time.Duration, name bool) (bool, error)
	// OpenRuns returns the open runs that nobody has, at most most, the oldest first.
	OpenRuns(ctx context.Context, most int) ([]RunRow, error)
	// LastRuns returns the last runs of a digest, the newest first.
	LastRuns(ctx context.Context, digest int64, most int) ([]RunRow, error)
	// MissedRuns returns the skipped runs of a digest before a time that no post has named, at
	// most most of them, the newest first.
	MissedRuns(ctx context.Context, digest int64, before time.Time, most int) ([]RunRow, error)
	// DigestChanges returns who changed a digest, the newest first.
	DigestChanges(ctx context.Context, digest int64, most int) ([]Change, error)
}
