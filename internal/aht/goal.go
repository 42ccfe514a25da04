package aht

import "time"

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
