package ozonesim

import (
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// matching is how a name on the wire is compared with a name of the floor.
type matching struct{ fold, trim bool }

var exactly matching

func (m matching) same(wire, ours string) bool {
	if m.trim {
		wire = strings.TrimSpace(wire)
	}
	return wire == ours || m.fold && strings.EqualFold(wire, ours)
}

// find returns the index of an agent or a campaign.
func (f *floor) find(kind aht.Kind, name string, m matching) (index int, known bool) {
	if kind == aht.KindAgent {
		index = slices.IndexFunc(f.agents, func(a agent) bool { return m.same(name, a.id) })
	} else {
		index = slices.IndexFunc(f.campaigns, func(c campaign) bool { return m.same(name, c.name) })
	}
	return index, index >= 0
}

// answeredOnly and allAttempts are the two denominators of Part 4.
func answeredOnly(c call) bool { return c.outbound() && c.answered }
func allAttempts(c call) bool  { return c.outbound() }

// mean averages the handling time of the calls of one agent or campaign in the window.
//
// A call is in the window by the end of its wrap-up, which the sheet leaves open (§3.1):
// its handling time is not known earlier.
func (f *floor) mean(kind aht.Kind, index int, at time.Time, counts func(call) bool) (time.Duration, int) {
	until := at.Unix()
	since := until - int64(aht.Window/time.Second)
	var sum, n int64
	for i, a := range f.agents {
		if kind == aht.KindAgent && i != index || kind == aht.KindCampaign && !slices.Contains(a.campaigns, index) {
			continue
		}
		for day := dayOf(since); day <= dayOf(until); day++ {
			for _, c := range f.callsOf(day, i) {
				if c.done() <= since || c.done() > until || !counts(c) || kind == aht.KindCampaign && c.campaign != index {
					continue
				}
				sum += c.handling()
				n++
			}
		}
	}
	if n == 0 {
		return 0, 0
	}
	return time.Duration((2*sum+n)/(2*n)) * time.Second, int(n)
}
