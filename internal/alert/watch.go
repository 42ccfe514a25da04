package alert

import (
	"time"

	"ahtbot/internal/aht"
)

// Watch is a rule for one campaign: who made it and where it tells.
type Watch struct {
	ID      int64 // the number that people type
	Version int64 // counts the changes; a change names the version it is made to
	Target  aht.Target
	Rule    Rule
	Channel string // a Slack channel's id, or a person's for their direct messages
	By      string // Slack id of who made it
	Made    time.Time
	Removed time.Time // zero: it was not removed
}

// Standing is a watch and the state of its judgement.
type Standing struct {
	Watch Watch
	State State
}

// Card holds the facts of the one message that an alert has in its channel. Package
// commands makes the sentences; the message is edited when the facts change.
type Card struct {
	Standing
	Goal     aht.Goal      // zero: none is set
	Course   []aht.Reading // the last ten readings, oldest first
	Earliest time.Time     // about when it can clear; zero: not known
	// Continues: it follows a message that was deleted or can't be edited. Repeated: it may
	// have been posted twice, after a restart. Test: it only shows what an alert looks like.
	Continues, Repeated, Test bool
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
	Repeated bool // it may have been posted twice, after a restart
	// Late is how long after At the line is posted, if that is at least [LateFrom]: the store
	// or Slack was unreachable.
	Late time.Duration
}

// LateFrom is the delay from which on a line says that it is late.
const LateFrom = 5 * time.Minute

// Action is what a person did about an alert. The zero Action is nothing.
type Action uint8

// The actions.
const (
	Acked Action = iota + 1
	Muted
	Unmuted
	Edited // the rule
)

// Outage means that there are no readings of any watched target.
type Outage struct {
	Alerts int       // how many rules are not judged
	Since  time.Time // the newest reading
	Until  time.Time // the first reading after it; zero: none has come
}

// UnknownTarget is the code with which the owner of a rule is told that the account does
// not know its target.
const UnknownTarget = "unknown_target"
