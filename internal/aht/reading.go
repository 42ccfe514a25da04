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

// Goal is the target AHT of a campaign: what its people want a call to take. It is called
// target where people read it; in code a Target is whom we ask about.
type Goal struct {
	Target Target
	Mean   time.Duration // in whole seconds, never zero
	By     string        // Slack id of who set it
	At     time.Time     // when
}

// Over returns by how much a reading is over the goal, negative when under it. A reading
// of no calls is neither.
func (g Goal) Over(r Reading) (by time.Duration, ok bool) {
	return r.Mean - g.Mean, !r.NoCalls() && g.Mean > 0
}
