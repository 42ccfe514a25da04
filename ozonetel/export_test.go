package ozonetel

import (
	"time"

	"ahtbot/internal/aht"
)

// ReadAHT classifies the body of a 200 as a client in token mode does.
func ReadAHT(body []byte, t aht.Target) (time.Duration, error) {
	mean, fault := testUpstream().classifyAHT(t, answer{status: 200, body: body})
	if fault != nil {
		return 0, fault
	}
	return mean, nil
}

// ReadCampaigns classifies the body of a 200 as a client in token mode does.
func ReadCampaigns(body []byte) ([]Campaign, error) {
	list, fault := testUpstream().classifyCampaigns(answer{status: 200, body: body})
	if fault != nil {
		return nil, fault
	}
	return list, nil
}

func testUpstream() *upstream {
	return &upstream{account: account{apiKey: "key", username: "user", tokens: func() []string { return nil }}}
}

// Redact is redact.
var Redact = redact

// Hold and Rest are how long a slot is taken for, and how long it rests.
const (
	Hold = hold
	Rest = rest
)

// SetDrift replaces what tells how far the wall clock has run from the monotonic one.
func (c *Client) SetDrift(f func() time.Duration) {
	c.door.steps.mu.Lock()
	defer c.door.steps.mu.Unlock()
	c.door.steps.drift = f
}

// The steps of the in-memory stores, at a given time.

func (m *MemoryLedger) TakeAt(now time.Time, holder string, spare int, hold time.Duration) (int, time.Duration) {
	return m.take(now, holder, true, spare, hold)
}

func (m *MemoryLedger) SettleAt(now time.Time, slot int, holder string, rest time.Duration) {
	m.settle(now, slot, holder, rest)
}

func (m *MemoryLedger) HoldAllAt(now time.Time, d time.Duration) { m.holdAll(now, d) }

func (m *MemoryLedger) UsedAt(now time.Time) int { return m.used(now) }

func (m *MemoryTokenRow) LeaseAt(now time.Time, account, holder string, gen int64, most int, lasts time.Duration) (bool, time.Duration) {
	return m.leaseAt(now, account, holder, gen, most, lasts)
}

func (m *MemoryTokenRow) StoreAt(now time.Time, account, holder string, gen int64, sealed []byte, expires time.Time) bool {
	return m.storeAt(now, account, holder, gen, sealed, expires)
}

func (m *MemoryTokenRow) ReleaseAt(now time.Time, account, holder string, gen int64, unlog bool) {
	m.releaseAt(now, account, holder, gen, unlog)
}
