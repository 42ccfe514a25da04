package floor

import (
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// Matching is how a name on the wire is compared with a name of the floor: in any case, with
// spaces around it, or both. Zero is letter for letter.
type Matching struct{ Fold, Trim bool }

func (m Matching) matches(wire, ours string) bool {
	if m.Trim {
		wire = strings.TrimSpace(wire)
	}
	return wire == ours || m.Fold && strings.EqualFold(wire, ours)
}

// Find returns the index of an agent, by the id, or of a campaign, by the name.
func (f *Floor) Find(kind aht.Kind, name string, m Matching) (index int, known bool) {
	if kind == aht.KindAgent {
		index = slices.IndexFunc(f.Agents, func(a Agent) bool { return m.matches(name, a.ID) })
	} else {
		index = slices.IndexFunc(f.Campaigns, func(c Campaign) bool { return m.matches(name, c.Name) })
	}
	return index, index >= 0
}

// AnsweredOnly reports whether c counts in a mean of the answered outbound calls (ozonetel.md
// Part 4).
func AnsweredOnly(c Call) bool { return c.outbound() && c.Answered }

// AllAttempts reports whether c counts in a mean of all outbound calls, answered or not.
func AllAttempts(c Call) bool { return c.outbound() }

// Mean averages the handling time of those calls of one agent or campaign, by its index, that
// count and that lie in the two hours before at, rounded to the second, and says how many
// they are. No call is 0, 0.
//
// A call is in the window by the end of its wrap-up, which the sheet leaves open (§3.1):
// its handling time is not known earlier.
func (f *Floor) Mean(kind aht.Kind, index int, at time.Time, counts func(Call) bool) (time.Duration, int) {
	until := at.Unix()
	since := until - int64(aht.Window/time.Second)
	var sum, n int64
	for i, a := range f.Agents {
		if kind == aht.KindAgent && i != index || kind == aht.KindCampaign && !slices.Contains(a.Campaigns, index) {
			continue
		}
		for day := DayOf(since); day <= DayOf(until); day++ {
			for _, c := range f.Calls(day, i) {
				if c.Done() <= since || c.Done() > until || !counts(c) || kind == aht.KindCampaign && c.Campaign != index {
					continue
				}
				sum += c.Handling()
				n++
			}
		}
	}
	if n == 0 {
		return 0, 0
	}
	return time.Duration((2*sum+n)/(2*n)) * time.Second, int(n)
}
