package ozonetel

import (
	"time"

	"ahtbot/internal/aht"
)

// ReadAHT classifies the body of a 200 as a client in token mode does.
func ReadAHT(body []byte, t aht.Target) (time.Duration, error) {
	mean, problem := testUpstream().classifyAHT(t, answer{status: 200, body: body})
	if problem != nil {
		return 0, problem
	}
	return mean, nil
}

// ReadCampaigns classifies the body of a 200 as a client in token mode does.
func ReadCampaigns(body []byte) ([]Campaign, error) {
	list, problem := testUpstream().classifyCampaigns(answer{status: 200, body: body})
	if problem != nil {
		return nil, problem
	}
	return list, nil
}

func testUpstream() *upstream {
	return &upstream{account: account{apiKey: "key", username: "user", tokens: func() []string { return nil }}}
}

// Redact is redact.
var Redact = redact
