package commands

import (
	"testing"

	"ahtbot/commands/request"
)

func TestTheAPIsWordsAreReadEverywhere(t *testing.T) {
	for line, want := range map[string]string{
		"agentId=42":                        "/aht agent 42",
		"agentID 42":                        "/aht agent 42",
		"AGENT_ID : 42":                     "/aht agent 42",
		"agent-id=42":                       "/aht agent 42",
		"agent id: 42":                      "/aht agent 42",
		"agent ID 42?":                      "/aht agent 42",
		"--agentId=42":                      "/aht agent 42",
		`{"agentId": "42"}`:                 "/aht agent 42",
		`{"campaignName":"Sales Outbound"}`: `/aht campaign "Sales Outbound"`,
		`campaignName="Sales Outbound"`:     `/aht campaign "Sales Outbound"`,
		"campaignName=Sales Outbound":       `/aht campaign "Sales Outbound"`,
		"campaign name Sales":               "/aht campaign Sales",
		"campaign_name: Sales":              "/aht campaign Sales",
		"CampaignName Sales":                "/aht campaign Sales",
		"/aht agentId=asha@example.com":     "/aht agent asha@example.com",
		"agentId=<mailto:asha@example.com|asha@example.com>": "/aht agent asha@example.com",
		"trend campaignName=Sales 24h":                       "/aht trend campaign Sales 24h",
		`target campaign name "Sales" 4m`:                    "/aht target campaign Sales 4m00s",
		`alert add campaignName="Sales" above 5m`:            `/aht alert add campaign "Sales" above 5m`,
		"digest add campaign_name: Sales daily at 9:00":      `/aht digest add campaign "Sales" daily at 9:00`,
	} {
		p, err := understand(line)
		if err != nil || request.Line(p.cmd) != want || !p.loosely {
			t.Errorf("%s: %v, loosely %v, %v; want %s", line, p.cmd, p.loosely, err, want)
		}
	}
	for line, want := range map[string]string{ // the language's own words, or names that only look like the API's
		"agent=42":               "/aht agent 42",
		"agent ids":              "/aht agent ids",
		"agent id42":             "/aht agent id42",
		`agent "id 42"`:          `/aht agent "id 42"`,
		"campaign: name Sales":   `/aht campaign "name Sales"`,
		`campaign "name Sales"`:  `/aht campaign "name Sales"`,
		"campaign names of Asia": `/aht campaign "names of Asia"`,
		`alert add campaign "campaignName=X" above 5m`: `/aht alert add campaign "campaignName=X" above 5m`,
	} {
		p, err := understand(line)
		if err != nil || request.Line(p.cmd) != want || p.loosely {
			t.Errorf("%s: %v, loosely %v, %v; want %s", line, p.cmd, p.loosely, err, want)
		}
	}
}
