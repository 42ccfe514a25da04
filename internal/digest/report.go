package digest

import (
	"time"

	"ahtbot/internal/aht"
)

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
	Digest Digest
	Slot   Slot // zero for a preview and for one sent by hand
	At     time.Time
	Rows   []Row // in the order of the digest
	Late   time.Duration
	Missed []Slot // slots skipped since the last post; each is named in one post only
	Next   Slot   // zero: there is none
	// Preview is true when it is shown to one person only.
	Preview bool
	// ByHand is the Slack id of who sent it by hand; empty: it was due.
	ByHand string
}
