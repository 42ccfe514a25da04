package store

import (
	"context"
	"time"

	"ahtbot/internal/aht"
)

// AlertRule is a rule on a target as it is kept. What it says is text to the store.
type AlertRule struct {
	ID      int64
	Version int64 // counts the changes people made, from 1
	Target  aht.Target
	Rule    string // JSON
	Channel string
	By      string // Slack id of who made it
	Made    time.Time
	Removed time.Time // zero: it stands
	// Judged counts the changes of State, from 0, when it is {}. State comes back as JSON that
	// says the same: white space may be gone.
	Judged int64
	State  string // JSON
	// Stuck is why its place takes no message, once its maker was told; empty: it does.
	Stuck string
}

// AlertVersion is which state of an [AlertRule] is the newest.
type AlertVersion struct{ ID, Version, Judged int64 }

// AlertStep takes one rule from one state to the next, with what is to be said about it.
type AlertStep struct {
	Rule   int64
	Judged int64  // the count of the state it goes on from
	State  string // JSON
	Says   []AlertSaying
}

// AlertSaying is one message to come: the edit of an episode's message, or a line in its
// thread.
type AlertSaying struct {
	Episode int64
	// Edit takes the place of an edit of the same episode that still waits.
	Edit bool
	Doc  string // JSON
}

// OutboxRow is a saying on its way. What was due is handed out until it is finished.
type OutboxRow struct {
	ID, Rule, Episode int64
	Edit              bool
	Rev               int64 // of an edit: how often another took its place
	Doc               string
	Made              time.Time
	Attempt           int64 // how often it was handed out before
	// Sent is when a post of a line was first begun, so that it may stand; zero: never.
	Sent time.Time
}

// AlertMessage is the message of an episode.
type AlertMessage struct {
	Rule, Episode int64
	Generation    int64  // counts from 1; more when the one before it was lost
	Channel, TS   string // where it stands; TS is empty while nobody knows
	Sent          time.Time
	Edited        time.Time // when it was posted or edited last
	Shown         string    // a digest of what it shows
	Repeated      bool      // it may stand twice
}

// Change is one line of the record of who changed what.
type Change struct {
	At  time.Time
	By  string // Slack id; empty: ahtbot itself
	Did string // a word
}

// Trouble is that no reading comes at all.
type Trouble struct{ Since, Told time.Time } // Told: when ADMINS were; zero: not yet

// Alerts is the rules people made, how they stand, and what is still to be said about
// them. Times that are arguments are the caller's, to the millisecond.
type Alerts interface {
	// AddAlert keeps a new rule and the change that made it in one transaction, and returns
	// it with its ID and Version. ErrUnavailable may leave it kept.
	AddAlert(ctx context.Context, r AlertRule, c Change) (AlertRule, error)
	// ChangeAlert keeps Rule, Channel and Removed of r in the place of Version, with the
	// change, in one transaction. It reports false, and keeps nothing, if that version is not
	// the newest. Stuck is forgotten.
	ChangeAlert(ctx context.Context, r AlertRule, c Change) (bool, error)
	// Alerts returns the rules that stand, and those removed after a time, by ID.
	Alerts(ctx context.Context, removed time.Time) ([]AlertRule, error)
	// Alert returns one, removed or not, until it is swept a day after it was removed.
	Alert(ctx context.Context, id int64) (AlertRule, bool, error)
	// AlertVersions returns which state of each rule of Alerts is the newest, by ID.
	AlertVersions(ctx context.Context, removed time.Time) ([]AlertVersion, error)
	// AlertChanges returns who changed a rule, the newest first.
	AlertChanges(ctx context.Context, id int64, most int) ([]Change, error)

	// AdvanceAlerts takes all steps in one transaction: the states, what is to be said, and a
	// line for c, if it is not zero, about each. Steps from a state that is not the newest, or
	// of a rule that is gone, are left out, all of them, and named in lost. at is when what is
	// said was made. A State that is no JSON fails them all.
	AdvanceAlerts(ctx context.Context, at time.Time, steps []AlertStep, c Change) (lost []int64, err error)
	// ClaimOutbox gives the messages of at most most rules to holder for hold, at most ten
	// minutes, and returns what is due of each: one row a rule, the edit of its message before
	// the lines in its thread, and those in the order in which they came. A line waits for
	// those of its rule before it. holder must be unique to this call. From now on the line
	// counts as tried; its Sent is what it was before, and at from then on.
	ClaimOutbox(ctx context.Context, holder string, hold time.Duration, at time.Time, most int) ([]OutboxRow, error)
	// FinishOutbox says that r was said, unless another edit has taken its place, and ends the
	// claim of holder.
	FinishOutbox(ctx context.Context, holder string, r OutboxRow, at time.Time) error
	// DelayOutbox ends the claim of holder and hands r out again after d. Its Sent is kept as
	// r has it.
	DelayOutbox(ctx context.Context, holder string, r OutboxRow, d time.Duration) error
	// AlertMessage returns the message of an episode; false when none was begun.
	AlertMessage(ctx context.Context, rule, episode int64) (AlertMessage, bool, error)
	// SetAlertMessage keeps m in the place of the one its episode had.
	SetAlertMessage(ctx context.Context, m AlertMessage) error
	// StickAlert notes why a rule's place takes no messages; empty when it does again. It
	// reports whether that is new.
	StickAlert(ctx context.Context, rule int64, stuck string) (bool, error)

	// BeginTrouble notes that no reading comes since a time, unless that is noted, and returns
	// what is noted.
	BeginTrouble(ctx context.Context, since time.Time) (Trouble, error)
	// TellTrouble notes when ADMINS were told.
	TellTrouble(ctx context.Context, at time.Time) error
	// Trouble returns what is noted; false when nothing is.
	Trouble(ctx context.Context) (Trouble, bool, error)
	// EndTrouble takes the note away.
	EndTrouble(ctx context.Context) error
}
