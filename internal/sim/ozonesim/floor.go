package ozonesim

import (
	"fmt"
	"sync"
)

// agent is one person of the floor. Who exists does not depend on the seed.
type agent struct {
	id, name  string
	number    int   // internal id, AgentIncrID of summaryReport
	campaigns []int // one or two, by index
	desk      bool  // covers its campaign around the clock; see [floor.day]
	inbound   bool  // takes inbound calls only
	shift     int   // index into shifts
}

// campaign is one queue of work. Its calls are its agents' calls.
type campaign struct {
	id, name string
	callType string  // type of its outbound calls; Manual means it is an inbound campaign
	mean     float64 // mean handle time in seconds; 0 means nobody works here
	position string  // campaignStatus: RUNNING, READY or COMPLETED
}

// inbound reports whether c answers a line, and its outbound calls are dialled by hand
// (ozonetel.md Part 5).
func (c campaign) inbound() bool { return c.callType == "Manual" }

// floor is the people, the campaigns, and their calls, made up as they are asked for.
type floor struct {
	seed      uint64
	agents    []agent
	campaigns []campaign

	mu   sync.Mutex
	days map[dayKey][]call
}

func newFloor(seed uint64) *floor {
	f := &floor{seed: seed, campaigns: campaignsOfTheFloor(), days: map[dayKey][]call{}}
	worked := len(f.campaigns) - 1 // Winter Trial is the last one and has no agents
	for i, id := range agentIDs {
		a := agent{
			id:     id,
			name:   firstNames[i%len(firstNames)] + " " + lastNames[i*7%len(lastNames)],
			number: 100200 + i,
			shift:  i % len(shifts),
		}
		switch {
		case i < worked: // the first agents are the desks, one for each campaign
			a.desk, a.campaigns = true, []int{i}
		case id == "7":
			a.inbound, a.campaigns = true, []int{inboundLine}
		default:
			a.campaigns = []int{i % worked}
			if second := (i*5 + 3) % worked; i%3 != 0 && second != i%worked {
				a.campaigns = append(a.campaigns, second)
			}
		}
		f.agents = append(f.agents, a)
	}
	return f
}

// inboundLine is the index of Inbound_912240000001.
const inboundLine = 4

func campaignsOfTheFloor() []campaign {
	all := []campaign{
		{name: "Sales Outbound", callType: "Progressive", mean: 190},
		{name: "Sales_Outbound", callType: "Predictive", mean: 120},
		{name: "Collections North", callType: "Predictive", mean: 240},
		{name: "Collections_South", callType: "Progressive", mean: 205},
		inboundLine: {name: "Inbound_912240000001", callType: "Manual", mean: 300},
		{name: "Support_T2_912240000002", callType: "Manual", mean: 360},
		{name: "Preview_renewals", callType: "Preview", mean: 330},
		{name: "KYC.Reminders", callType: "Predictive", mean: 45},
		{name: "Welcome-Calls", callType: "Progressive", mean: 90},
		{name: "Retention West", callType: "Preview", mean: 270},
		{name: "Survey_2026", callType: "Predictive", mean: 60},
		{name: "Payment_Reminders_Prog", callType: "Progressive", mean: 75},
		{name: "Night Desk Global", callType: "Progressive", mean: 150},
		{name: "Winter Trial", callType: "Progressive"},
	}
	for i := range all {
		all[i].id = fmt.Sprint(256 + 3*i)
		all[i].position = "RUNNING"
	}
	all[len(all)-1].position = "READY"
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
