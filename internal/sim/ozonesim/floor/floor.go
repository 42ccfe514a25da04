// Package floor makes up the people, the campaigns and the calls of a contact centre, from a
// seed, and knows every mean that can be asked of them. It is pure: it answers about any
// moment it is given, and knows nothing of the wire.
package floor

import (
	"fmt"
	"sync"
)

// Agent is one person who takes and makes calls. Who exists does not depend on the seed.
type Agent struct {
	ID, Name       string
	Campaigns      []int // one or two, by their index in Floor.Campaigns
	aroundTheClock bool  // covers its campaign around the clock; see [Floor.Calls]
	Inbound        bool  // takes inbound calls only
	shift          int   // index into shifts
}

// Campaign is one queue of work. Its calls are its agents' calls.
type Campaign struct {
	ID, Name     string
	outboundType string  // type of its outbound calls; Manual means it is an inbound campaign
	mean         float64 // mean handle time in seconds; 0 means nobody works here
	Position     string  // campaignStatus: RUNNING, READY or COMPLETED
}

// Inbound reports whether c answers a line, and its outbound calls are dialled by hand
// (ozonetel.md Part 5).
func (c Campaign) Inbound() bool { return c.outboundType == "Manual" }

// Floor is the people, the campaigns, and their calls, made up as they are asked for. Make it
// with [New]; it may be asked from any goroutine.
type Floor struct {
	Agents    []Agent    // not to be changed
	Campaigns []Campaign // not to be changed

	seed uint64

	mu    sync.Mutex // guards what follows
	days  map[dayKey][]Call
	paces [][]paceChange // of each campaign, oldest first
}

// New returns the floor of a seed: the same people and campaigns for any, other calls.
func New(seed uint64) *Floor {
	f := &Floor{seed: seed, Campaigns: campaignsOfTheFloor(), days: map[dayKey][]Call{}}
	f.paces = make([][]paceChange, len(f.Campaigns))
	worked := len(f.Campaigns) - 1 // Winter Trial is the last one and has no agents
	for i, id := range agentIDs {
		a := Agent{
			ID:    id,
			Name:  firstNames[i%len(firstNames)] + " " + lastNames[i*7%len(lastNames)],
			shift: i % len(shifts),
		}
		switch {
		case i < worked: // the first agents are the desks, one for each campaign
			a.aroundTheClock, a.Campaigns = true, []int{i}
		case id == "7":
			a.Inbound, a.Campaigns = true, []int{inboundLine}
		default:
			a.Campaigns = []int{i % worked}
			if second := (i*5 + 3) % worked; i%3 != 0 && second != i%worked {
				a.Campaigns = append(a.Campaigns, second)
			}
		}
		f.Agents = append(f.Agents, a)
	}
	return f
}

// inboundLine is the index of Inbound_912240000001.
const inboundLine = 4

func campaignsOfTheFloor() []Campaign {
	all := []Campaign{
		{Name: "Sales Outbound", outboundType: "Progressive", mean: 190},
		{Name: "Sales_Outbound", outboundType: "Predictive", mean: 120},
		{Name: "Collections North", outboundType: "Predictive", mean: 240},
		{Name: "Collections_South", outboundType: "Progressive", mean: 205},
		inboundLine: {Name: "Inbound_912240000001", outboundType: "Manual", mean: 300},
		{Name: "Support_T2_912240000002", outboundType: "Manual", mean: 360},
		{Name: "Preview_renewals", outboundType: "Preview", mean: 330},
		{Name: "KYC.Reminders", outboundType: "Predictive", mean: 45},
		{Name: "Welcome-Calls", outboundType: "Progressive", mean: 90},
		{Name: "Retention West", outboundType: "Preview", mean: 270},
		{Name: "Survey_2026", outboundType: "Predictive", mean: 60},
		{Name: "Payment_Reminders_Prog", outboundType: "Progressive", mean: 75},
		{Name: "Night Desk Global", outboundType: "Progressive", mean: 150},
		{Name: "Winter Trial", outboundType: "Progressive"},
	}
	for i := range all {
		all[i].ID = fmt.Sprint(256 + 3*i)
		all[i].Position = "RUNNING"
	}
	all[len(all)-1].Position = "READY"
	return all
}

var (
	agentIDs = []string{
		// the desks, in the order of the campaigns
		"42", "asha.k@example.com", "Agent01", "ravi@example.com", "201", "meera.j2@example.com", "Agent02",
		"Kiran001", "202", "Dev.S@example.com", "Agent03", "nisha@example.com", "nightdesk",
		"7", // inbound only
		"Agent04", "Agent05", "Agent06", "Agent07", "Agent08", "Agent09", "Agent10", "Agent11", "Agent12",
		"203", "204", "205", "206", "207", "Pooja001", "Arjun002", "farah", "tomas",
		"imran.q@example.com", "leela@example.com", "sam.p3@example.com", "zoya.n@example.com",
		"gopal@example.com", "hema.r@example.com", "joel@example.com", "usha.t@example.com",
	}
	firstNames = []string{"Asha", "Ravi", "Meera", "Kiran", "Dev", "Nisha", "Pooja", "Arjun", "Farah", "Tomas", "Imran", "Leela", "Joel"}
	lastNames  = []string{"Testwala", "Samplekar", "Demoor", "Trialwar", "Mockhari", "Stubnath", "Fauxley", "Dummett", "Placer"}
)
