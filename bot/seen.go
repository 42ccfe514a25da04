package bot

import (
	"container/list"
	"encoding/json"
	"sync"
	"time"
)

// Slack retries an event for about five minutes (slack.md §1.5); we remember twice that.
const rememberFor = 10 * time.Minute

// rememberMost bounds the memory, and with it about 2 MB of payloads. At fifty questions a
// minute it is twenty minutes; only under a flood does it forget sooner than rememberFor.
const rememberMost = 1024

// memory remembers what was delivered, by trigger_id or event_id, with the payload that
// was acknowledged, so that a redelivery gets the same and costs no second question.
type memory struct {
	mu    sync.Mutex
	known map[string]*list.Element
	order *list.List // of remembered, oldest first
}

type remembered struct {
	key     string
	at      time.Time
	payload json.RawMessage // nil for an empty acknowledgement
}

func newMemory() *memory {
	return &memory{known: map[string]*list.Element{}, order: list.New()}
}

// recall returns the payload acknowledged for key, and whether key was seen before.
func (m *memory) recall(key string) (json.RawMessage, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.known[key]
	if !ok || key == "" {
		return nil, false
	}
	r, _ := e.Value.(*remembered)
	if time.Since(r.at) > rememberFor {
		return nil, false
	}
	return r.payload, true
}

// remember keeps the payload acknowledged for key. An empty key is nobody's.
func (m *memory) remember(key string, payload json.RawMessage) {
	if key == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.known[key]; ok {
		m.order.Remove(old)
	}
	m.known[key] = m.order.PushBack(&remembered{key, time.Now(), payload})
	for m.order.Len() > 0 {
		front := m.order.Front()
		r, _ := front.Value.(*remembered)
		if m.order.Len() <= rememberMost && time.Since(r.at) <= rememberFor {
			return
		}
		m.order.Remove(front)
		delete(m.known, r.key)
	}
}
