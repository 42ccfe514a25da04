package wire

import (
	"time"

	"ahtbot/internal/aht"
)

// ReadAHT classifies the body of a 200 as a client in token mode does.
func ReadAHT(body []byte, t aht.Target) (time.Duration, error) {
	mean, problem := testUpstream().ClassifyAHT(t, Answer{Status: 200, body: body})
	if problem != nil {
		return 0, problem
	}
	return mean, nil
}

// ReadCampaigns classifies the body of a 200 as a client in token mode does.
func ReadCampaigns(body []byte) ([]Campaign, error) {
	list, problem := testUpstream().ClassifyCampaigns(Answer{Status: 200, body: body})
	if problem != nil {
		return nil, problem
	}
	return list, nil
}

func testUpstream() *Upstream {
	return &Upstream{Account: Account{APIKey: "key", Username: "user", Tokens: func() []string { return nil }}}
}

// Redact is redact.
var Redact = redact
