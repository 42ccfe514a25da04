package commands

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// Place is a channel that a person named. The zero Place is none: where the line was typed.
type Place struct {
	ID   string // Slack's id; empty when the client did not send one
	Name string // without the #
}

// DigestDraft is the part of a digest that a line says. What is zero was not said: an add
// takes the default, an edit leaves it as it is.
type DigestDraft struct {
	What digest.What
	// When is checked, but its Zone is empty when the line names none. HasWhen says that it
	// is a whole schedule. An edit may say less: days, times, a step, the hours from and to,
	// a zone, a first or last day, days left out; those alone change then.
	When    digest.Spec
	HasWhen bool
	HasSpan bool // the line says from and to; a step without them is of the whole day in an add
	Only    digest.Filter
	HasOnly bool // "only all" takes a filter away
	As      digest.View
	HasAs   bool
	Name    string
	In      Place
}

// The commands about digests. An ID is as people read it in the list.
type (
	// AddDigest makes a digest.
	AddDigest struct{ Draft DigestDraft }
	// EditDigest changes what Draft says.
	EditDigest struct {
		ID    int64
		Draft DigestDraft
	}
	// ListDigests asks for the digests of this channel, or All.
	ListDigests struct{ All bool }
	// ShowDigest asks for one with its last and next runs.
	ShowDigest struct{ ID int64 }
	// PauseDigest stops one, until a day or until it is resumed.
	PauseDigest struct {
		ID    int64
		Until digest.Date
	}
	// ResumeDigest starts one again.
	ResumeDigest struct{ ID int64 }
	// RunDigest shows one as it would be now, to who asks alone.
	RunDigest struct{ ID int64 }
	// SendDigest posts one now, out of turn.
	SendDigest struct{ ID int64 }
	// RemoveDigest takes one away; within ten minutes RestoreDigest brings it back.
	RemoveDigest struct{ ID int64 }
	// RestoreDigest undoes a RemoveDigest.
	RestoreDigest struct{ ID int64 }
)

// AlertDraft is the part of an alert that a line says. Nil and zero were not said.
type AlertDraft struct {
	Target    aht.Target
	Kind      alert.Kind // zero: not said
	Low, High time.Duration
	// Line tells the lines of Kind by what they hang on, in the place of Low and High; zero:
	// they are figures.
	Line alert.Offset
	For  *time.Duration
	// Clear is the clear line of above and below; ClearLow and ClearHigh those of outside. An
	// edit that says no Kind may have either: whether they fit is known with the rule only.
	Clear               *time.Duration
	ClearLow, ClearHigh *time.Duration
	ClearAt             *alert.Offset // that of lines that hang on something
	ClearFor            *time.Duration
	Readings            *int
	Guard               *bool
	WarmUp              *time.Duration // zero: off
	Remind              *time.Duration // zero: off
	Active              *alert.Hours   // Zone is nil when the line names none; the zero Hours is always
	In                  Place
	Direct              bool // told by direct message
}

// The commands about alerts.
type (
	// AddAlert makes an alert.
	AddAlert struct{ Draft AlertDraft }
	// PreviewAlert asks when one would have fired over the readings kept.
	PreviewAlert struct{ Draft AlertDraft }
	// EditAlert changes what Draft says.
	EditAlert struct {
		ID    int64
		Draft AlertDraft
	}
	// ListAlerts asks for the alerts of this channel, or All.
	ListAlerts struct{ All bool }
	// ShowAlert asks for one, with how it stands and why.
	ShowAlert struct{ ID int64 }
	// PauseAlert stops judging one; ResumeAlert starts it again.
	PauseAlert struct{ ID int64 }
	// ResumeAlert judges one again.
	ResumeAlert struct{ ID int64 }
	// MuteAlert keeps its notices back for a time, or until tomorrow; zero For and no
	// Tomorrow ends a mute.
	MuteAlert struct {
		ID       int64
		For      time.Duration
		Tomorrow bool
	}
	// TestAlert posts what it would look like, marked as a test.
	TestAlert struct{ ID int64 }
	// RemoveAlert takes one away; within ten minutes RestoreAlert brings it back.
	RemoveAlert struct{ ID int64 }
	// RestoreAlert undoes a RemoveAlert.
	RestoreAlert struct{ ID int64 }
)

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
	Ran(ctx context.Context, id int64, most int) ([]digest.Ran, error)
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
	Campaigns(ctx context.Context, w digest.What) ([]aht.Target, error)
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
	Amend(ctx context.Context, id int64, by, did string, change func(alert.Standing) (alert.State, alert.Turn, bool)) (alert.Standing, error)
	// Changes returns who changed it, the newest first.
	Changes(ctx context.Context, id int64, most int) ([]Change, error)
	// Post posts a test of w now. Its errors are a [*PlaceError] or Slack's.
	Post(ctx context.Context, c alert.Card) error
	// Plan returns how watched targets are read, with those of extra on top.
	Plan(ctx context.Context, extra ...aht.Target) (Polling, error)
}

// Polling is how watched targets are read in turn.
type Polling struct {
	Targets  int           // distinct campaigns of alerts and digests
	Asked    time.Duration // POLL_INTERVAL
	Interval time.Duration // planned: as asked, or slower when there are many
	Reached  time.Duration // as measured lately; 0: not yet
	Room     int           // requests a minute there are for it
	Most     int           // targets that could be read in a quarter of an hour
	TooMany  bool          // Interval would be over a quarter of an hour
}

// Places is where something is posted that nobody waits for.
type Places interface {
	// Announce posts r in a channel. Its error is a [*PlaceError] when only a person can mend it.
	Announce(ctx context.Context, channel string, r Reply) error
}

// PlaceError is a place that takes no post until a person changes something; [PostFault]
// words it.
type PlaceError struct {
	Code    string // Slack's word
	Channel string
}

func (e *PlaceError) Error() string { return "slack takes no post there: " + e.Code }

// Names is the campaigns known by name, from memory: it never blocks.
type Names interface {
	// Campaigns returns the names, sorted. listed is when the account's own list was fetched
	// last; zero: never, the names come from readings.
	Campaigns() (names []string, listed time.Time)
}

// Recognised is what a typed name is taken for.
type Recognised struct {
	Name    string   // as the account writes it, or as it was typed
	Known   bool     // the account or a reading has it
	Closest []string // when it is not known: at most three that it may have been meant for
}
