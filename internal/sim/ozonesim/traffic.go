package ozonesim

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"ahtbot/internal/sim/ozonesim/quirk"
)

// Arrival is one request that reached the account.
type Arrival struct {
	At      time.Time
	Kind    string // AHT, token or other
	Refused bool   // for the limit
}

// Traffic is what an account's owner would like to see of it.
type Traffic struct {
	Requests []Arrival     // of the last 60 s, oldest first; another consumer's are not among them
	Limit    int           // AHT requests a minute that are accepted, less what another consumer eats
	Tokens   int           // generated in the last hour, another consumer's included, of TokensPerHour
	Quirks   []quirk.Quirk // in force until [Server.Clear], sorted
}

// TokensPerHour is how many tokens an account gives out in any hour (§1A.3).
const TokensPerHour = tokensPerHour

// Traffic returns what happens at the account now.
func (s *Server) Traffic() Traffic {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.counters.forgetArrivals(now)
	t := Traffic{Limit: s.cfg.Allowance, Tokens: s.tokens.issued.count(now)}
	for _, a := range s.counters.arrivals {
		t.Requests = append(t.Requests, *a)
	}
	if form, on := s.schedule.set[quirk.LimitShared]; on {
		eaten, _ := strconv.Atoi(cmp.Or(form, quirk.LimitShared.Forms()[0]))
		t.Limit = max(0, t.Limit-eaten)
	}
	for _, id := range slices.Sorted(maps.Keys(s.schedule.set)) {
		if form := s.schedule.set[id]; form != "" {
			id = id.As(form)
		}
		t.Quirks = append(t.Quirks, id)
	}
	return t
}

// arrived notes a request on a path.
func (t *counters) arrived(path string, now time.Time) *Arrival {
	a := &Arrival{At: now, Kind: "other"}
	switch path {
	case routeAHT:
		a.Kind = "AHT"
	case routeToken, routeTokenReports:
		a.Kind = "token"
	}
	t.forgetArrivals(now)
	t.arrivals = append(t.arrivals, a)
	return a
}

// forgetArrivals forgets the requests that are a minute old.
func (t *counters) forgetArrivals(now time.Time) {
	for len(t.arrivals) > 0 && now.Sub(t.arrivals[0].At) >= time.Minute {
		t.arrivals = t.arrivals[1:]
	}
}
