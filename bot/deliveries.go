package bot

import (
	"container/list"
	"encoding/json"
	"sync"
	"time"
)

// Slack retries an event for about five minutes (slack.md §1.5); we remember twice that.
const rememberFor = 10 * time.Minute

// maxRemembered bounds the memory, and with it about 2 MB of payloads. At fifty questions a
// minute it is twenty minutes; only under a flood does it forget sooner than rememberFor.
const maxRemembered = 1024

// deliveries remembers what was delivered, by trigger_id or event_id, with the payload that
// was acknowledged, so that a redelivery gets the same and costs no second question.
type deliveries struct {
	mu    sync.Mutex
	known map[string]*list.Element
	order *list.List // of remembered, oldest first
}

type remembered struct {
	key     string
	at      time.Time
	payload json.RawMessage // nil for an empty acknowledgement
}

func newDeliveries() *deliveries {
	return &deliveries{known: map[string]*list.Element{}, order: list.New()}
}

// claim takes key for the caller, once: a second claim gets the payload acknowledged by
// then, and true. An empty key is everybody's.
func (m *deliveries) claim(key string) (payload json.RawMessage, again bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.known[key]; ok {
		if r, _ := e.Value.(*remembered); time.Since(r.at) <= rememberFor {
			return r.payload, true
		}
	}
	m.put(key, nil)
	return nil, false
}

// remember keeps the payload acknowledged for a key claimed before.
func (m *deliveries) remember(key string, payload json.RawMessage) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, payload)
}

// forget lets key be claimed anew.
func (m *deliveries) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.known[key]; ok {
		m.order.Remove(e)
		delete(m.known, key)
	}
}

// put replaces what is known of key, and forgets what is too old or too much. m.mu is held.
func (m *deliveries) put(key string, payload json.RawMessage) {
	if key == "" {
		return
	}
	if old, ok := m.known[key]; ok {
		m.order.Remove(old)
	}
	m.known[key] = m.order.PushBack(&remembered{key, time.Now(), payload})
	for m.order.Len() > 0 {
		front := m.order.Front()
		r, _ := front.Value.(*remembered)
		if m.order.Len() <= maxRemembered && time.Since(r.at) <= rememberFor {
			return
		}
		m.order.Remove(front)
		delete(m.known, r.key)
	}
}
