package ozonetel

import (
	"slices"
	"time"

	"ahtbot/internal/aht"
)

// estimate is about how long the place-th of class c waits. d.mu is held.
func (d *door) estimate(c class, place int, frees []time.Time, now time.Time) time.Duration {
	if c == background {
		place += len(d.line.order(people))
	}
	if d.outage.on() {
		return d.outage.estimate(now, place, d.total, d.live())
	}
	return d.forecast.wait(frees, place, d.spare(c, now), now)
}

// waits lists the questions of class c that wait for their turn, next first. Askers is
// left to the caller.
func (d *door) waits(c class, now time.Time) []Wait {
	d.mu.Lock()
	defer d.mu.Unlock()
	line := d.line.order(c)
	if len(line) == 0 {
		return nil
	}
	var out []Wait
	frees := d.forecast.frees(now)
	for i, p := range line {
		if !p.target.IsZero() {
			out = append(out, Wait{Target: p.target, Place: len(out) + 1, For: d.estimate(c, i+1, frees, now)})
		}
	}
	return out
}

// wait is t's entry in waits.
func (d *door) wait(t aht.Target, now time.Time) (Wait, bool) {
	for _, c := range []class{people, background} {
		all := d.waits(c, now)
		if i := slices.IndexFunc(all, func(w Wait) bool { return w.Target == t }); i >= 0 {
			return all[i], true
		}
	}
	return Wait{}, false
}

// The reasons why a [Status] has a Ceiling below its Allowance, or is Degraded.
const (
	WhyRefused = "upstream-refused" // the upstream refused for its limit although we kept to it: something else uses the account
	WhyAway    = "store-away"       // the store is away: a share of the allowance, paced
	WhyHeld    = "held"             // everything is held for a minute: the clock stepped
	WhyBack    = "store-back"       // everything is held for a minute: the store came back
)

// figures fills in what the door knows.
func (d *door) figures(s *Status, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s.People60, s.Background60 = d.sent[people].count(now), d.sent[background].count(now)
	s.Used60, s.Refused60, s.Shared60 = s.People60+s.Background60, d.refused.count(now), d.forecast.used
	s.Held, s.Opening = max(0, d.heldTill.Sub(now)), max(0, d.opening.till.Sub(now))
	s.Patient = s.Held > 0 && d.opening.patient
	if s.Held == 0 && now.Before(d.opening.closed) {
		s.Held, s.Patient = d.opening.closed.Sub(now), true
	}
	s.Ceiling, s.Degraded = d.ceiling.at(now), d.outage.on()
	s.WaitingBackground = len(d.line.order(background))
	switch {
	case s.Degraded:
		s.Ceiling, s.Why = d.total/d.live(), WhyAway
		if now.Sub(d.outage.since) < silence {
			s.Ceiling = 0
		}
	case s.Ceiling < d.total:
		s.Why = WhyRefused
	case now.Before(d.backTill):
		s.Why = WhyBack
	case now.Before(d.still):
		s.Why = WhyHeld
	}
}
