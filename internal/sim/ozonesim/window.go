package ozonesim

import "time"

// window is a rolling count of moments: how many lie less than span before now. Two
// moments exactly span apart are never in one window, so a client that waits the full
// minute is let through.
type window struct {
	span time.Duration
	at   []time.Time // ascending
}

// count returns how many moments are still inside the window at now.
func (w *window) count(now time.Time) int {
	gone := 0
	for gone < len(w.at) && now.Sub(w.at[gone]) >= w.span {
		gone++
	}
	w.at = w.at[gone:]
	return len(w.at)
}

// add puts now into the window and returns how many are in it, now included.
func (w *window) add(now time.Time) int {
	n := w.count(now)
	w.at = append(w.at, now)
	return n + 1
}

// take adds now unless limit moments are already inside, and reports whether it did: a
// refused request takes no room.
func (w *window) take(now time.Time, limit int) bool {
	if w.count(now) >= limit {
		return false
	}
	w.at = append(w.at, now)
	return true
}
