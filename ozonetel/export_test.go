package ozonetel

import (
	"time"

	"ahtbot/internal/aht"
)

// ReadAHT judges the body of a 200 as a client in token mode does.
func ReadAHT(body []byte, t aht.Target) (time.Duration, error) {
	c := &Client{cfg: Config{APIKey: "key", Username: "user"}}
	mean, fault := c.judgeAHT(t, answer{status: 200, body: body})
	if fault != nil {
		return 0, fault
	}
	return mean, nil
}

// Clean is clean.
var Clean = clean
