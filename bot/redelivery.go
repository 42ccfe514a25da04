package bot

import (
	"encoding/json"
	"sync"
	"time"
)

// Slack retries an event for about five minutes (slack.md §1.5); we remember twice that.
const rememberFor = 10 * time.Minute

// maxRemembered bounds the memory, and with it about 2 MB of payloads: twenty minutes at fifty
// questions a minute.
const maxRemembered = 1024

// deliveries remembers what was delivered, by trigger_id or event_id, so that a redelivery gets
// the same acknowledgement and costs no second question. The zero deliveries remembers nothing.
type deliveries struct {
	mu    sync.Mutex
	known map[string]*delivered
	order []*delivered // oldest first
}

type delivered struct {
	key     string
	at      time.Time
	payload json.RawMessage // nil for an empty acknowledgement
	settled chan struct{}   // closed when payload is known
}

// claim takes key for the caller, once: a second claim gets the payload acknowledged by
// then, and true. An empty key is everybody's. It forgets what is too old or too much.
func (m *deliveries) claim(key string) (payload json.RawMessage, again bool) {
	if key == "" {
		return nil, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if d, ok := m.known[key]; ok && now.Sub(d.at) <= rememberFor {
		return d.payload, true
	}
	for len(m.order) > 0 && (len(m.order) >= maxRemembered || now.Sub(m.order[0].at) > rememberFor) {
		if old := m.order[0]; m.known[old.key] == old { // else it was forgotten, and claimed anew
			delete(m.known, old.key)
		}
		m.order = m.order[1:]
	}
	if m.known == nil {
		m.known = map[string]*delivered{}
	}
	m.known[key] = &delivered{key: key, at: now, settled: make(chan struct{})}
	m.order = append(m.order, m.known[key])
	return nil, false
}

// remember keeps the payload acknowledged for a key claimed before.
func (m *deliveries) remember(key string, payload json.RawMessage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.known[key]
	if !ok {
		return
	}
	d.payload = payload
	select {
	case <-d.settled:
	default:
		close(d.settled)
	}
}

// await returns the payload acknowledged for a key claimed before, once that is known, or what it is after d.
func (m *deliveries) await(key string, d time.Duration) json.RawMessage {
	m.mu.Lock()
	known := m.known[key]
	m.mu.Unlock()
	if known == nil {
		return nil
	}
	select {
	case <-known.settled:
	case <-time.After(d):
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return known.payload
}

// forget lets key be claimed anew.
func (m *deliveries) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, key)
}
