package alert

import (
	"time"

	"ahtbot/internal/aht"
)

// Watch is a rule put on a campaign: who made it and where it tells.
type Watch struct {
	ID      int64 // as people type it
	Version int64 // counts the changes people make; a change names the one it changes
	Target  aht.Target
	Rule    Rule
	Channel string // a Slack channel's id, or a person's for their direct messages
	By      string // Slack id of who made it
	Made    time.Time
	Removed time.Time // zero: it stands
}

// Standing is a watch and how it stands.
type Standing struct {
	Watch Watch
	State State
}

// Card is the facts of the one message an alert has in its channel. Package commands words
// it, and it is edited when they change.
type Card struct {
	Standing
	Goal     aht.Goal      // zero: none is set
	Course   []aht.Reading // the last ten readings, oldest first
	Earliest time.Time     // about when it can clear; zero: not to be said
	// Continues is true when the message follows one that was deleted or can't be edited.
	Continues bool
	// Repeated is true when the message may stand twice, after a restart.
	Repeated bool
	// Test is true for a message that only shows what an alert would look like.
	Test bool
}

// Update is one line in the thread of an alert: what changed, or that it still fires.
type Update struct {
	Standing        // as it was then
	Why      Reason // a transition, or empty for a reminder
	Reminder bool   // it still fires
	Last     bool   // the last reminder
	Person   string // Slack id of who acknowledged, muted, edited or stopped; empty: no person did
	Action   Action // what that person did
	At       time.Time
	// Repeated is true when the line may stand twice, after a restart.
	Repeated bool
	// Late is how long after At the line is said, from [LateFrom] on: the store or Slack was away.
	Late time.Duration
}

// LateFrom is from when on a line says that it is late: what comes in time is said well
// within it.
const LateFrom = 5 * time.Minute

// Action is what a person did about an alert. The zero Gesture is nothing.
type Action uint8

// The gestures.
const (
	Acked Action = iota + 1
	Muted
	Unmuted
	Edited // the rule
)

// Outage is that no reading of any watched target comes.
type Outage struct {
	Alerts int       // which stand still
	Since  time.Time // the newest reading
	Until  time.Time // the first reading after it; zero: none has come
}

// UnknownTarget is the code that the maker of a rule is told by, whose target the account
// does not know.
const UnknownTarget = "unknown_target"
