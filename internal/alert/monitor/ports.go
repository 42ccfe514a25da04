package monitor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/alert"
)

// StoredRule is a Standing as the [Store] has it.
type StoredRule struct {
	alert.Standing
	StateVersion int64  // counts the changes of the state
	Blocked      string // why its channel refuses messages, once the owner was told; empty: it does not
}

// Versions are the newest versions of a rule and of its state.
type Versions struct{ ID, Watch, State int64 }

// StateChange replaces the state of a rule, and adds notices about it.
type StateChange struct {
	Rule, StateVersion int64  // the version that is replaced
	State              string // JSON of a State
	Notices            []Notice
}

// Notice is one message to post: an edit of the message of an episode, which replaces an
// edit that waits, or an update in its thread.
type Notice struct {
	Episode int
	Edit    bool
	Body    string // JSON, read by package monitor only
}

// DueNotice is a notice that is to be posted now.
type DueNotice struct {
	ID, Rule int64
	Notice
	Revision int64     // used by the Store only
	Made     time.Time // when it was added
	Attempt  int       // how often it was tried
	Sent     time.Time // of an update: since when it may have been posted; zero: it was not
}

// PostedMessage is the one message of an episode.
type PostedMessage struct {
	Rule       int64
	Episode    int
	Generation int   // from 1; higher when the one before was deleted
	At         Place // its TS is empty while it is not known
	Sent       time.Time
	Edited     time.Time // posted or edited last
	Shown      string    // a hash of what it shows
	Repeated   bool      // it may have been posted twice
}

// Place is where a message is: its channel and ts.
type Place struct{ Channel, TS string }

// ChangedBy is who did what, for the record of changes; the zero ChangedBy is no person.
type ChangedBy struct{ Who, Did string }

// Store keeps rules, their states and the outbox. Each method ends within a few seconds;
// after an error it is unknown whether it took effect.
type Store interface {
	// Versions returns the versions of the rules that All returns.
	Versions(ctx context.Context) ([]Versions, error)
	// All returns the rules there are, and those removed within the last hour.
	All(ctx context.Context) ([]StoredRule, error)
	// One returns a rule, removed or not.
	One(ctx context.Context, id int64) (StoredRule, bool, error)
	// Advance applies all changes with their notices in one transaction. A change to a state
	// that is not the newest is left out, and its rule returned in lost.
	Advance(ctx context.Context, at time.Time, changes []StateChange, by ChangedBy) (lost []int64, err error)
	// Claim claims the notices of at most most rules for holder, which is unique to the call,
	// and for the time hold. It returns one due notice of each: the edit of its message before
	// the updates of its thread, and those in their order. It sets Sent of updates.
	Claim(ctx context.Context, holder string, hold time.Duration, at time.Time, most int) ([]DueNotice, error)
	// Finish removes d, unless another edit has replaced it, and ends the claim.
	Finish(ctx context.Context, holder string, d DueNotice, at time.Time) error
	// Delay ends the claim and makes d due again after a while, with Sent as in d.
	Delay(ctx context.Context, holder string, d DueNotice, after time.Duration) error
	// Message returns the message of an episode, if posting it was started.
	Message(ctx context.Context, rule int64, episode int) (PostedMessage, bool, error)
	// SetMessage stores m.
	SetMessage(ctx context.Context, m PostedMessage) error
	// SetBlocked stores why the channel of a rule refuses messages; empty: it does not.
	SetBlocked(ctx context.Context, rule int64, why string) error

	// BeginOutage notes an outage since a time, unless one is noted. It returns since when it
	// is noted and when people were told; told is zero if they were not.
	BeginOutage(ctx context.Context, since time.Time) (from, told time.Time, err error)
	// Outage returns the outage that is noted; zero times when there is none.
	Outage(ctx context.Context) (from, told time.Time, err error)
	// OutageTold notes when people were told.
	OutageTold(ctx context.Context, at time.Time) error
	// EndOutage removes the note.
	EndOutage(ctx context.Context) error
}

// Poster posts messages. Errors are a *[PostError], after which surely nothing was done, or
// [ErrUnsure].
type Poster interface {
	// PostCard posts the message of an alert. key marks it for Find; empty marks nothing.
	PostCard(ctx context.Context, channel, key string, c alert.Card) (Place, error)
	// EditCard replaces the content of a message that PostCard posted.
	EditCard(ctx context.Context, at Place, c alert.Card) error
	// PostUpdate posts an update in the thread of a message; the last reminder is shown in the
	// channel, too.
	PostUpdate(ctx context.Context, under Place, key string, t alert.Update) error
	// Find returns the ts of the messages with key posted since a time, the oldest first: in
	// the thread of a place, or in its channel when its TS is empty. Errors also:
	// [ErrNotReadable].
	Find(ctx context.Context, in Place, key string, since time.Time) ([]string, error)
	// Delete deletes one of them.
	Delete(ctx context.Context, at Place) error
	// TellMaker tells the owner of w that its channel refuses messages, with the error code of
	// Slack, or that the account does not know its target: [alert.UnknownTarget].
	TellMaker(ctx context.Context, w alert.Watch, code string) error
	// TellAdmins tells the admins that an outage started or, if its Until is set, that it is
	// over.
	TellAdmins(ctx context.Context, o alert.Outage) error
}

// ErrUnsure means that a message may have been posted: the answer was lost.
var ErrUnsure = errors.New("the message may stand")

// ErrNotReadable is returned by Find where the app may not read the channel.
var ErrNotReadable = errors.New("the channel can't be read")

// ErrConflict is returned when other changes of a rule kept coming in between.
var ErrConflict = errors.New("the alert changed meanwhile")

// ErrNotFound is returned for a rule that does not exist.
var ErrNotFound = errors.New("there is no such alert")

// PostError means that a message was surely not posted, edited or deleted.
type PostError struct {
	Kind Fault
	Code string        // Slack's error code
	Wait time.Duration // before the next attempt, at least; 0: not known
	Err  error         // the cause, for the log
}

func (e *PostError) Error() string { return fmt.Sprintf("not posted: %s", e.Code) }

func (e *PostError) Unwrap() error { return e.Err }

// Fault is the kind of a PostError.
type Fault uint8

// The kinds of faults.
const (
	FaultChannel Fault = iota + 1 // the channel refuses messages until a person changes something
	FaultMessage                  // the message is gone or can't be changed any more
	FaultApp                      // the app itself, in every channel
	FaultLater                    // Slack is busy or unreachable
)
