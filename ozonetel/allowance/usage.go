package allowance

import (
	"slices"
	"time"

	"ahtbot/internal/aht"
)

// Usage is a snapshot of the allowance.
type Usage struct {
	Allowance         int           // requests in any 60 s
	Used60            int           // requests this process sent in the last 60 s, tokens and repeats included
	People60          int           // of those, for people; tokens count here
	Background60      int           // of those, for digests and polling
	Refused60         int           // of those, refused by the upstream for its limit
	Shared60          int           // slots not free over all processes, a few seconds ago
	Usable            int           // how many of the allowance this process uses now
	Why               string        // WhyRefused, WhyAway, WhyHeld, WhyBack; empty when there is nothing to say
	Degraded          bool          // the store is away
	Waiting           []Wait        // people's questions waiting for their turn, next first
	WaitingBackground int           // background questions waiting
	Held              time.Duration // over zero: the upstream refused for its limit, and nothing is sent for this long
	Patient           bool          // … in the first minutes of a ledger: people's questions wait for that, and are sent by themselves
	Opening           time.Duration // over zero: the ledger is new or larger than before, and background work has this long to wait
}

// The reasons why a [Usage] may use less than its Allowance, or is Degraded.
const (
	WhyRefused = "upstream-refused" // the upstream refused for its limit although we kept to it: something else uses the account
	WhyAway    = "store-away"       // the store is away: a share of the allowance, paced
	WhyHeld    = "held"             // everything is held for a minute: the clock stepped
	WhyBack    = "store-back"       // everything is held for a minute: the store came back
)

// Usage returns a snapshot. It does not wait for input or output.
func (l *Limiter) Usage() (s Usage) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Allowance, s.Waiting = l.cfg.Total, l.waits(People, now)
	s.People60, s.Background60 = l.sent[People].count(now), l.sent[Background].count(now)
	s.Used60, s.Refused60, s.Shared60 = s.People60+s.Background60, l.refused.count(now), l.forecast.used
	s.Held, s.Opening = max(0, l.refusedUntil.Sub(now)), max(0, l.opening.until.Sub(now))
	s.Patient = s.Held > 0 && l.opening.patient
	if s.Held == 0 && now.Before(l.opening.closedUntil) {
		s.Held, s.Patient = l.opening.closedUntil.Sub(now), true
	}
	s.Usable, s.Degraded = l.limit.at(now), l.outage.on()
	s.WaitingBackground = len(l.queue.order(Background, l.queue.entries))
	switch {
	case s.Degraded:
		s.Usable, s.Why = l.cfg.Total/l.Processes(), WhyAway
		if now.Sub(l.outage.since) < quietPeriod {
			s.Usable = 0
		}
	case s.Usable < l.cfg.Total:
		s.Why = WhyRefused
	case now.Before(l.backUntil):
		s.Why = WhyBack
	case now.Before(l.heldUntil):
		s.Why = WhyHeld
	}
	return s
}

// Wait is a question's place in the queue for the allowance.
type Wait struct {
	Target aht.Target
	Place  int           // within its class; 1 is next
	For    time.Duration // about how long until it is sent
	Askers int           // how many wait for its answer
}

// Wait reports whether t's question waits for its turn, and how long it will. Askers is left
// to the caller.
func (l *Limiter) Wait(t aht.Target) (Wait, bool) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range []Class{People, Background} {
		all := l.waits(c, now)
		if i := slices.IndexFunc(all, func(w Wait) bool { return w.Target == t }); i >= 0 {
			return all[i], true
		}
	}
	return Wait{}, false
}

// waits lists the questions of class c that wait for their turn, next first. Askers is
// left to the caller. l.mu is held.
func (l *Limiter) waits(c Class, now time.Time) []Wait {
	waiting := l.queue.order(c, l.queue.entries)
	if len(waiting) == 0 {
		return nil
	}
	var out []Wait
	frees := l.forecast.freeTimes(now)
	for i, p := range waiting {
		if !p.target.IsZero() {
			out = append(out, Wait{Target: p.target, Place: len(out) + 1, For: l.estimate(c, i+1, frees, now)})
		}
	}
	return out
}

// estimate is about how long the place-th of class c waits. l.mu is held.
func (l *Limiter) estimate(c Class, place int, frees []time.Time, now time.Time) time.Duration {
	if c == Background {
		place += len(l.queue.order(People, l.queue.entries))
	}
	if l.outage.on() {
		return l.outage.estimate(now, place, l.cfg.Total, l.Processes())
	}
	return l.forecast.wait(frees, place, l.spare(c, now), now)
}
