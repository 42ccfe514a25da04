package digest

import (
	"time"

	"ahtbot/internal/aht"
)

// Digest is one standing order: who gave it, where it is posted, when it is posted next.
type Digest struct {
	ID      int64  // the number that people type
	Version int64  // counts the changes; a change names the version it is made to
	Channel string // a Slack channel's id
	By      string // Slack id of who made it
	Made    time.Time
	Order   Order
	// Paused digests are not posted. Until is the day on which the pause ends; the zero Date is
	// no such day: a person has to end it.
	Paused   bool
	Until    Date
	PausedBy string // Slack id; empty when ahtbot itself paused it
	Why      string // why ahtbot paused it: WhyDeactivated, or empty
	Next     Slot   // the next slot; zero: there is none
	Removed  time.Time
}

// Outcome is how a slot ended.
type Outcome string

// How a slot ended. The zero Outcome is that it has not.
const (
	Posted  Outcome = "posted"
	Unsure  Outcome = "unknown" // after a crash or a lost answer nobody can tell whether it was posted; not repeated
	Skipped Outcome = "skipped" // too late
	Failed  Outcome = "failed"  // Slack refuses posts in that channel until a person changes something
)

// SlotResult is how one slot of a digest ended.
type SlotResult struct {
	Slot    Slot
	Outcome Outcome
	Late    time.Duration // how late it was posted; less than LateFrom is in time
	Cause   string        // for Failed: Slack's error code
	TS      string        // of the message; empty when there is none or it is unknown
}

// WhyDeactivated is the Why of a digest that ahtbot paused because the account of its owner
// was switched off in Slack.
const WhyDeactivated = "deactivated"

// NextSlot returns the first slot of d strictly after a moment and not before its pause
// ends. The zero Slot is that none comes.
func (d Digest) NextSlot(after time.Time, c Calendars) Slot {
	if d.Paused && d.Until.IsZero() {
		return Slot{}
	}
	if d.Paused {
		if until := d.Until.startIn(d.Order.Rule.Zone()); after.Before(until) {
			after = until.Add(-1)
		}
	}
	slot, _ := d.Order.Rule.Next(after, c)
	return slot
}

// Refusal returns the reason why d is not to be posted at slot, a slot it had before:
// "removed", "paused" or "changed" (its rule has no such slot any more). Empty: it is to be
// posted.
func (d Digest) Refusal(slot Slot, c Calendars) string {
	switch {
	case !d.Removed.IsZero():
		return "removed"
	case d.Paused && (d.Until.IsZero() || slot.At.Before(d.Until.startIn(d.Order.Rule.Zone()))):
		return "paused"
	case !d.Order.Rule.hasSlot(slot, c):
		return "changed"
	default:
		return ""
	}
}

// ShiftStart returns when the shift began that a report at a moment is about: one
// [aht.Window] before the first slot of its day, or midnight when the day has had no slot
// yet. A night shift belongs to the day on which it began.
func (d Digest) ShiftStart(at time.Time, c Calendars) time.Time {
	day, today := Date{}, DateOf(at.In(d.Order.Rule.Zone()))
	var first, last time.Time
	for after := at.AddDate(0, 0, -1); ; after = last {
		runs := d.Order.Rule.Upcoming(after, 1, c)
		if len(runs) == 0 || runs[len(runs)-1].Skipped || runs[len(runs)-1].Slot.At.After(at) {
			break
		}
		run := runs[len(runs)-1]
		if last = run.Slot.At; run.Day != day {
			day, first = run.Day, last
		}
	}
	if first.IsZero() || day != today && at.Sub(last) > aht.Window {
		return today.startIn(d.Order.Rule.Zone())
	}
	return first.Add(-aht.Window)
}

// Row is one campaign of a Report.
type Row struct {
	Target aht.Target
	// Reading was taken for this slot; zero when that failed. Last is then the newest one
	// known, with its own time, and zero when there is none.
	Reading  aht.Reading
	Last     aht.Reading
	Failure  error         // why there is no Reading; nil when there is one
	Goal     aht.Goal      // zero: none is set
	Previous aht.Reading   // the newest one at least two hours older, to compare with; zero: none within twelve hours more
	Usual    aht.Band      // zero: not known yet
	Course   []aht.Reading // the readings of the shift, oldest first, for the chart
}

// HasReading reports whether the row has a reading of its slot.
func (r Row) HasReading() bool { return !r.Reading.At.IsZero() }

// Report holds the facts of one digest message. Package commands makes the sentences.
type Report struct {
	Digest  Digest
	Slot    Slot // zero for a preview and for one sent by hand
	At      time.Time
	Rows    []Row // in the order of the digest
	Late    time.Duration
	Missed  []Slot // slots skipped since the last post; each is named in one post only
	Next    Slot   // zero: there is none
	Preview bool   // it is shown to one person only
	ByHand  string // Slack id of who sent it by hand; empty: it was due
}
