package monitor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/alert"
)

// StoredRule is a standing as a [Book] has it.
type StoredRule struct {
	alert.Standing
	StateVersion int64  // counts the changes of State
	Blocked      string // why its place takes no message, once its maker was told; empty: it does
}

// Versions says which Watch and which State of a rule are the newest.
type Versions struct{ ID, Watch, State int64 }

// StateChange takes a rule from one state to the next, with what is to be said about it.
type StateChange struct {
	Rule, StateVersion int64  // from this count on
	State              string // JSON of a State
	Notices            []Notice
}

// Notice is one message to come: an edit of the message of an episode, which takes the place
// of one that waits, or a line in its thread.
type Notice struct {
	Episode int
	Edit    bool
	Body    string // JSON, for the loop alone
}

// DueNotice is a saying that has its turn.
type DueNotice struct {
	ID, Rule int64
	Notice
	Revision int64     // for the book alone
	Made     time.Time // when it was said to the book
	Attempt  int       // how often it was due before
	Sent     time.Time // of a line: since when it may stand; zero: it does not
}

// PostedMessage is the one message of an episode.
type PostedMessage struct {
	Rule       int64
	Episode    int
	Generation int   // from 1; more when the one before it was lost
	At         Place // TS is empty while nobody knows
	Sent       time.Time
	Edited     time.Time // posted or edited last
	Shown      string    // a digest of what it shows
	Repeated   bool      // it may stand twice
}

// Place is where a message stands.
type Place struct{ Channel, TS string }

// ChangedBy is who did what, for the record of changes; the zero By is nobody.
type ChangedBy struct{ Who, Did string }

// Store is where rules, their states and what is to be said are kept. Each method ends
// within a few seconds; after an error it is unknown whether it took effect.
type Store interface {
	// Versions returns the stamps of the rules of All.
	Versions(ctx context.Context) ([]Versions, error)
	// All returns the rules that stand, and those removed within the hour.
	All(ctx context.Context) ([]StoredRule, error)
	// One returns a rule, removed or not.
	One(ctx context.Context, id int64) (StoredRule, bool, error)
	// Advance takes all moves, each with what it says, in one transaction. A move from a state
	// that is not the newest is left out and named in lost.
	Advance(ctx context.Context, at time.Time, moves []StateChange, by ChangedBy) (lost []int64, err error)
	// Claim gives the messages of at most most rules to holder, who is unique to this call,
	// for hold, and returns one that is due of each: the edit of its message before the lines
	// of its thread, and those in their order. From now on a line is Sent.
	Claim(ctx context.Context, holder string, hold time.Duration, at time.Time, most int) ([]DueNotice, error)
	// Finish says that d was said, unless another edit took its place, and ends the claim.
	Finish(ctx context.Context, holder string, d DueNotice, at time.Time) error
	// Delay ends the claim and makes d due again after a while, Sent as d has it.
	Delay(ctx context.Context, holder string, d DueNotice, after time.Duration) error
	// Message returns the message of an episode, if one was begun.
	Message(ctx context.Context, rule int64, episode int) (PostedMessage, bool, error)
	// SetMessage keeps m.
	SetMessage(ctx context.Context, m PostedMessage) error
	// SetBlocked notes why the place of a rule takes no message; empty: it does.
	SetBlocked(ctx context.Context, rule int64, why string) error

	// BeginOutage notes that no reading comes since a time, unless that is noted, and returns
	// since when and when people were told, zero if they were not.
	BeginOutage(ctx context.Context, since time.Time) (from, told time.Time, err error)
	// Outage returns what is noted; zero times when nothing is.
	Outage(ctx context.Context) (from, told time.Time, err error)
	// OutageTold notes when people were told.
	OutageTold(ctx context.Context, at time.Time) error
	// EndOutage takes the note away.
	EndOutage(ctx context.Context) error
}

// Poster puts messages in front of people. Errors are a *[PostError], which surely was not
// done, or [ErrUnsure].
type Poster interface {
	// PostCard posts the message of an alert. key marks it for Find; empty marks nothing.
	PostCard(ctx context.Context, channel, key string, c alert.Card) (Place, error)
	// EditCard puts c in the place of a message that PostCard posted.
	EditCard(ctx context.Context, at Place, c alert.Card) error
	// PostUpdate posts a line in the thread under a message; the last reminder shows in the
	// channel too.
	PostUpdate(ctx context.Context, under Place, key string, t alert.Update) error
	// Find returns the messages with key posted since a time, the oldest first: in the thread
	// under a place, or in its channel when its TS is empty. Also [ErrCannotLook].
	Find(ctx context.Context, in Place, key string, since time.Time) ([]string, error)
	// Delete deletes one of them.
	Delete(ctx context.Context, at Place) error
	// TellMaker tells who made w that its place takes no message, for a reason of Slack's, or
	// that there is nothing to watch: [UnknownTarget].
	TellMaker(ctx context.Context, w alert.Watch, code string) error
	// TellAdmins tells that an outage began or, with its Until, that it is over.
	TellAdmins(ctx context.Context, o alert.Outage) error
}

// ErrUnsure is a post that may stand: its answer was lost.
var ErrUnsure = errors.New("the message may stand")

// ErrNotReadable is returned by Find where the app may not read.
var ErrNotReadable = errors.New("the channel can't be read")

// ErrConflict is returned for a change of a rule that others change all the time.
var ErrConflict = errors.New("the alert changed meanwhile")

// ErrNotFound is returned for a rule that is not there.
var ErrNotFound = errors.New("there is no such alert")

// PostError is a message that surely was not posted, edited or deleted.
type PostError struct {
	Kind Fault
	Code string        // Slack's word
	Wait time.Duration // at least so long; 0: not known
	Err  error         // the cause, for the log
}

func (e *PostError) Error() string { return fmt.Sprintf("not posted: %s", e.Code) }

func (e *PostError) Unwrap() error { return e.Err }

// Fault says what to do about a PostError.
type Fault uint8

// The faults.
const (
	FaultChannel Fault = iota + 1 // the place takes nothing until a person changes something
	FaultMessage                  // the message is gone or can't be changed any more
	FaultApp                      // the app itself, whatever the place
	FaultLater                    // Slack is busy, down or out of reach
)
