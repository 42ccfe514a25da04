package alert

import (
	"time"

	"ahtbot/internal/aht"
)

// ReturnWarmUp is how long a rule on the mean does not fire after calls return, unless
// its WarmUp is less.
const ReturnWarmUp = 30 * time.Minute

// Judge judges the reading m, whose target is r's, and returns what it means and the state
// to go on from. Time is m.At only: the same readings in the same order give the same
// story, whenever they are judged and wherever it is interrupted. A reading that is not
// newer than the one judged last changes nothing. b is what lines hang on at m's hour, and
// what is not known of it is zero. r must pass Check.
func Judge(r Rule, s State, b BaseValues, m aht.Reading) (Reason, State) {
	at := StoredTime(m.At)
	if !at.After(s.Last) {
		return Repeated, s
	}
	gap := r.Gap(s.Last, at)
	s.Last, s.Mean, s.UnknownSince = at, max(0, m.Mean), time.Time{}
	if s.Paused {
		s.Why = Paused
		return Paused, s
	}
	stale := s.Phase == PhaseStale
	if stale {
		s.Phase, s.BeforeStale = s.BeforeStale, PhaseOK
	}
	known := s.base(&r, b, at)
	if r.Kind != KindNoCalls && !m.NoCalls() {
		s.Moves.add(at, m.Mean, r.Interval)
	}
	var why Reason
	switch {
	case m.NoCalls() && r.Kind != KindNoCalls:
		why = s.fallSilent(at)
	case !known:
		why = s.wait(at)
	case s.Open():
		why = s.follow(r, m, at, gap)
	default:
		why = s.watch(r, m, at, gap)
	}
	if stale && s.Open() && !why.Transition() {
		why = s.turn(Fresh)
	}
	s.Why = why
	return why, s
}

// between returns how long after then the reading of at was due: in whole intervals, so
// that readings which come up to half an interval early or late tell the same story. What
// a rule waits for is thereby reached half an interval early.
func (r Rule) between(then, at time.Time) time.Duration { return at.Sub(then).Round(r.Interval) }

// Gap reports whether more than two intervals lie between two readings.
func (r Rule) Gap(last, at time.Time) bool {
	return !last.IsZero() && r.between(last, at) > 2*r.Interval
}

// fallSilent takes a reading without calls, for a rule on the mean. Two hours have passed
// without a call: there is nothing left to watch, and nothing has been cleared.
func (s *State) fallSilent(at time.Time) Reason {
	open, silent := s.Open(), s.Phase == PhaseNoCalls
	s.still(PhaseNoCalls)
	s.Moves = Moves{}
	switch {
	case open:
		return s.end(NoCalls, at)
	case silent:
		return StillNoCalls
	default:
		return NoCalls
	}
}

// base gives r the figures that its lines stand for, and notes what they hang on. A line that
// moves with the target under an alert that stands is noted as well. It reports false when r
// can't be judged, since what its line hangs on is not known.
func (s *State) base(r *Rule, b BaseValues, at time.Time) (known bool) {
	goal := s.Goal
	s.Goal, s.Usual = 0, aht.Band{}
	if r.NeedsUsual() {
		s.Usual = b.Usual
	}
	if r.Line.Of == BaseTarget {
		s.Goal = b.Goal
		if goal > 0 && b.Goal > 0 && goal != b.Goal {
			*s = NoteLineMoved(*s, at)
		}
	}
	*r, known = r.At(b)
	return known
}

// wait takes a reading that no line is known for. An alert that stands ends: nothing is left
// to hold it against, and nothing has been cleared.
func (s *State) wait(at time.Time) Reason {
	if s.Phase == PhaseNoCalls {
		s.CallsReturned = at
	}
	open := s.Open()
	s.still(PhaseWaiting)
	if open {
		return s.end(LineUnknown, at)
	}
	return AwaitingLine
}

// watch takes a reading while no alert stands.
func (s *State) watch(r Rule, m aht.Reading, at time.Time, gap bool) Reason {
	if s.Phase == PhaseNoCalls {
		s.CallsReturned = at
	}
	pending := s.Phase == PhasePending
	switch {
	case !r.past(m):
		s.rest(r)
		return UnderLine
	case r.Kind == KindNoCalls && !r.Active.Open(at.Add(r.Interval/2)):
		s.rest(r)
		return OutsideHours
	case r.Guard && s.Usual.Known() && !r.beyond(s.Usual, m):
		s.rest(r)
		return WithinUsual
	case !pending || gap:
		s.run(PhasePending, at)
		if pending {
			return Gap
		}
		return OverLine
	}
	s.Count++
	if why := s.hold(r, at); why != "" {
		return why
	}
	return s.fire(r, m, at)
}

// rest is how a rule stands with nothing to say.
func (s *State) rest(r Rule) {
	if r.guarded() && !s.Usual.Known() {
		s.still(PhaseLearning)
		return
	}
	s.still(PhaseOK)
}

// hold returns why a pending rule does not fire yet, or nothing when it does.
func (s *State) hold(r Rule, at time.Time) Reason {
	switch {
	case r.between(s.Since, at) < r.For:
		return PendingSince
	case s.Count < max(r.Readings, leastReadings):
		return FewReadings
	case r.warmingUp(s.CallsReturned, at):
		return WarmingUp
	case r.Kind != KindNoCalls && s.Moves.Few(r.Interval):
		return FewCalls
	}
	return ""
}

// warmingUp reports whether active hours have just begun, or calls have just returned.
func (r Rule) warmingUp(back, at time.Time) bool {
	if !back.IsZero() && r.between(back, at) < min(r.WarmUp, ReturnWarmUp) {
		return true
	}
	from, open := r.Active.Since(at.Add(r.Interval / 2))
	return open && max(0, r.between(from, at)) < r.WarmUp
}

// follow takes a reading while an alert stands.
func (s *State) follow(r Rule, m aht.Reading, at time.Time, gap bool) Reason {
	recovering := s.Phase == PhaseRecovering
	if !r.clear(m) {
		s.Peak = r.worse(s.Peak, m.Mean)
		s.still(PhaseFiring)
		switch {
		case recovering:
			return s.turn(Relapsed)
		case r.past(m):
			return StillFiring
		default:
			return BetweenLines
		}
	}
	switch {
	case r.Kind == KindNoCalls: // a call is a fact; a mean may be luck
	case !recovering:
		s.run(PhaseRecovering, at)
		return s.turn(Recovering)
	case gap:
		s.run(PhaseRecovering, at)
		return Gap
	default:
		s.Count++
		if r.between(s.Since, at) < r.ClearFor || s.Count < max(r.Readings, leastReadings) {
			return StillRecovering
		}
	}
	s.rest(r)
	return s.end(Cleared, at)
}
