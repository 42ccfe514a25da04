package ozonesim

import (
	"net/http"
	"slices"
	"time"
)

// Counts is what arrived, by this server's own clock. The zero Counts is nothing yet.
type Counts struct {
	Requests             int // all that reached us, unknown paths included
	AHT                  int // requests of /ca_apis/aht, whatever the method and the answer
	Tokens               int // generateToken calls, granted or not; another consumer's are not counted
	Refused              int // AHT requests refused for the limit, by allowance or by quirk
	MaxIn60s             int // most AHT requests, answered or refused alike, that arrived in any rolling 60 s
	MaxAllIn60s          int // the same with generateToken calls included
	BothCredentials      int // requests that carried apiKey and Authorization at once
	InFlight             int // AHT requests being answered now
	MaxInFlightPerTarget int // most AHT requests for one agent or campaign being answered at once
}

// counters keeps Counts and the windows behind them.
type counters struct {
	Counts
	aht, all, accepted window
	perTarget          map[string]int
	arrivals           []*Arrival // of the last 60 s, oldest first
}

func newCounters() counters {
	minute := window{span: time.Minute}
	return counters{aht: minute, all: minute, accepted: minute, perTarget: map[string]int{}}
}

// Counts returns a copy of what was counted so far.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counters.Counts
}

// countArrival counts a request at the moment its headers are here.
func (s *Server) countArrival(path string, r *http.Request) *Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, now := &s.counters, time.Now()
	t.Requests++
	arrival := t.arrived(path, now)
	if r.Header.Get("apiKey") != "" && r.Header.Get("Authorization") != "" {
		t.BothCredentials++
	}
	switch path {
	case routeAHT:
		t.AHT++
		t.MaxIn60s = max(t.MaxIn60s, t.aht.add(now))
		t.MaxAllIn60s = max(t.MaxAllIn60s, t.all.add(now))
	case routeToken, routeTokenReports:
		t.Tokens++
		t.MaxAllIn60s = max(t.MaxAllIn60s, t.all.add(now))
	}
	return arrival
}

// countUnderWay marks an AHT request about target (empty: none readable) as being answered until
// the returned function is called.
func (s *Server) countUnderWay(target string) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.counters
	t.InFlight++
	if target != "" {
		t.perTarget[target]++
		t.MaxInFlightPerTarget = max(t.MaxInFlightPerTarget, t.perTarget[target])
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		t.InFlight--
		if t.perTarget[target]--; t.perTarget[target] <= 0 {
			delete(t.perTarget, target)
		}
	}
}

// takeAllowance takes room in the allowance, and reports false when the request is refused.
//
// Chosen where the sheet is silent (Part 7.11): every AHT request that is not refused
// for the limit takes room, also one that then fails for its token or its name; a refused
// one takes none, so a client that hammers is let in again 60 s after its last success.
func (s *Server) takeAllowance(q *question, allowance int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !q.quirks.refuses() && s.counters.accepted.take(time.Now(), allowance) {
		return true
	}
	s.counters.Refused++
	q.arrival.Refused = true
	return false
}

// useAllowance takes room in the allowance for a request whose answer is not the account's.
func (s *Server) useAllowance() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counters.accepted.add(time.Now())
}

// OtherConsumer has another consumer of the account have made n AHT requests in the last span,
// evenly, and none from now on. They take room in the allowance, and are not in Counts.
func (s *Server) OtherConsumer(n int, span time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, now := &s.counters.accepted, time.Now()
	for i := range n {
		w.at = append(w.at, now.Add(-span*time.Duration(i)/time.Duration(n)))
	}
	slices.SortFunc(w.at, time.Time.Compare)
}

// window is a rolling count of moments: how many lie less than span before now. Two
// moments exactly span apart are never in one window, so a client that waits the full
// minute is let through.
type window struct {
	span time.Duration
	at   []time.Time // ascending
}

// count returns how many moments are still inside the window at now.
func (w *window) count(now time.Time) int {
	for len(w.at) > 0 && now.Sub(w.at[0]) >= w.span {
		w.at = w.at[1:]
	}
	return len(w.at)
}

// add puts now into the window and returns how many are in it, now included.
func (w *window) add(now time.Time) int {
	w.at = append(w.at, now)
	return w.count(now)
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
