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
	Previous aht.Reading   // the newest reading two hours or more older; zero: none within the shift
	Usual    aht.Band      // zero: not known yet
	Course   []aht.Reading // of today's shift in the digest's zone, oldest first, for the chart
}

// HasReading reports whether the row has a reading of its slot.
func (r Row) HasReading() bool { return !r.Reading.At.IsZero() }

// Report is the facts of one digest message. Package commands words it.
type Report struct {
	Digest Digest
	Slot   Slot // zero for a preview and for one sent by hand
	At     time.Time
	Rows   []Row // in the order of the digest
	Late   time.Duration
	Missed []Slot // skipped since the last post, named here and nowhere again
	Next   Slot   // zero: none comes
	// Preview is true for one shown to a single person.
	Preview bool
	// ByHand is the Slack id of who sent it out of turn; empty: it was due.
	ByHand string
}
