package answers

import (
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// AgentVerb is the word “agent”.
var AgentVerb = request.Verb{
	Name: "agent", Args: "<agent id>", Does: "the AHT of one agent, shown to you only",
	More: []string{
		"Use the id the agent signs in to CloudAgent with: a number, a word or an e-mail address, capitals as they are there.",
		"In two hours one person has few calls, often about five, so one long call moves the figure a lot.",
	},
	Examples: []string{"agent 42", "agent asha@example.com"},
	Parse:    request.ParseKind(aht.KindAgent),
}

// CampaignVerb is the word “campaign”.
var CampaignVerb = request.Verb{
	Name: "campaign", Args: "<campaign name>", Does: "the AHT of one campaign",
	More: []string{
		"The rest of the line is the name. Quotes are only needed when the name has the word “agent” inside.",
		"A name that differs only in case, spaces, “_” or “-” from one I know is taken for that one, and the answer says so.",
	},
	Examples: []string{`campaign "Sales Outbound"`, "campaign Collections North"},
	Parse:    request.ParseKind(aht.KindCampaign),
}

// TrendVerb is the word “trend”.
var TrendVerb = request.Verb{
	Name: "trend", Args: "campaign <name> [today|24h|7d]", Does: "how a campaign's AHT went, from what was read before",
	More: []string{
		"Without a last word it is today. If the name itself ends in such a word, put the name in quotes.",
		"Ozonetel has no past to ask for: the trend has what was read for people, digests and alerts, and says of which times nothing is known.",
	},
	Examples: []string{`trend campaign "Sales Outbound"`, "trend campaign Collections North 7d"},
	Parse:    ParseTrend,
}

// TargetVerb is the word “target”.
var TargetVerb = request.Verb{
	Name: "target", Args: "campaign <name> <duration>|clear", Does: "sets, shows or takes away the AHT a campaign aims for",
	More: []string{
		"Write the duration as 4m30s, 4.5m, 5m, 300s or 5:00. If the name itself ends in such a word, put the name in quotes.",
		"Alone it lists all targets. Who set a target can change it, and so can ahtbot's admins.",
	},
	Examples: []string{`target campaign "Sales Outbound" 4m30s`, "target campaign Sales Outbound clear", "target"},
	Parse:    ParseGoal,
}
