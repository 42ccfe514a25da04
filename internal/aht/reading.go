package aht

import "time"

// Window is how far back every reading looks: the mean is over calls of the last two
// hours (ozonetel.md §1A.8). Two readings closer together than this share calls.
const Window = 2 * time.Hour

// Reading is one answer of the upstream about one target. It has no call count, because
// the upstream gives none: a reading may rest on a single call.
type Reading struct {
	Target Target
	// Mean is the Average Handling Time in whole seconds. Zero means no outbound call
	// ended in the window; it is never a handle time of zero (ozonetel.md §1A.7).
	Mean time.Duration
	// At is when the answer was received; the window ends here. The upstream sends no
	// time of its own (ozonetel.md §1A.11).
	At time.Time
}

// NoCalls reports whether the window held no call to average.
func (r Reading) NoCalls() bool { return r.Mean <= 0 }

// Age returns how old the reading is at now; never negative.
func (r Reading) Age(now time.Time) time.Duration { return max(0, now.Sub(r.At)) }
