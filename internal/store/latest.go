// Package store is what ahtbot remembers: the interfaces of the database, which the
// packages sqlite and postgres satisfy under one contract (storetest), and the latest
// reading of each target in memory. It knows no engine and no SQL.
package store

import (
	"sync"

	"ahtbot/internal/aht"
)

// most bounds the targets remembered; beyond it the oldest reading makes room.
const most = 10_000

// Latest holds the newest reading of each target asked about. The zero Latest is empty
// and ready; it is safe for use by many goroutines and never blocks on anything outside.
type Latest struct {
	mu       sync.RWMutex
	readings map[aht.Target]aht.Reading
}

// Keep remembers r, unless a newer reading of its target is known.
func (l *Latest) Keep(r aht.Reading) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.readings == nil {
		l.readings = map[aht.Target]aht.Reading{}
	}
	if old, ok := l.readings[r.Target]; ok && old.At.After(r.At) {
		return
	}
	l.readings[r.Target] = r
	if len(l.readings) > most {
		l.forgetOldest()
	}
}

// forgetOldest drops the reading that was received longest ago.
func (l *Latest) forgetOldest() {
	var oldest aht.Reading
	for _, r := range l.readings {
		if oldest.Target.IsZero() || r.At.Before(oldest.At) {
			oldest = r
		}
	}
	delete(l.readings, oldest.Target)
}

// Latest returns the newest reading of t, if one is remembered.
func (l *Latest) Latest(t aht.Target) (aht.Reading, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	r, ok := l.readings[t]
	return r, ok
}
