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
	known := s.resolveLines(&r, b, at)
	if r.Kind != KindNoCalls && !m.NoCalls() {
		s.Moves.add(at, m.Mean, r.Interval)
	}
	var why Reason
	switch {
	case m.NoCalls() && r.Kind != KindNoCalls:
		why = s.judgeNoCalls(at)
	case !known:
		why = s.awaitLine(at)
	case s.Open():
		why = s.judgeFiring(r, m, at, gap)
	default:
		why = s.judgeQuiet(r, m, at, gap)
	}
	if stale && s.Open() && !why.Transition() {
		why = s.noteTransition(Fresh)
	}
	s.Why = why
	return why, s
}

// intervalsBetween returns how long after then the reading of at was due: in whole intervals, so
// that readings which come up to half an interval early or late tell the same story. What
// a rule waits for is thereby reached half an interval early.
func (r Rule) intervalsBetween(then, at time.Time) time.Duration {
	return at.Sub(then).Round(r.Interval)
}

// Gap reports whether more than two intervals lie between two readings.
func (r Rule) Gap(last, at time.Time) bool {
	return !last.IsZero() && r.intervalsBetween(last, at) > 2*r.Interval
}

// judgeNoCalls takes a reading without calls, for a rule on the mean. Two hours have passed
// without a call: there is nothing left to watch, and nothing has been cleared.
func (s *State) judgeNoCalls(at time.Time) Reason {
	open, silent := s.Open(), s.Phase == PhaseNoCalls
	s.endRun(PhaseNoCalls)
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

// resolveLines gives r the figures that its lines stand for, and notes what they hang on. A line that
// moves with the target under an alert that stands is noted as well. It reports false when r
// can't be judged, since what its line hangs on is not known.
func (s *State) resolveLines(r *Rule, b BaseValues, at time.Time) (known bool) {
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

// awaitLine takes a reading that no line is known for. An alert that stands ends: nothing is left
// to hold it against, and nothing has been cleared.
func (s *State) awaitLine(at time.Time) Reason {
	if s.Phase == PhaseNoCalls {
		s.CallsReturned = at
	}
	open := s.Open()
	s.endRun(PhaseWaiting)
	if open {
		return s.end(LineUnknown, at)
	}
	return AwaitingLine
}

// judgeQuiet takes a reading while no alert stands.
func (s *State) judgeQuiet(r Rule, m aht.Reading, at time.Time, gap bool) Reason {
	if s.Phase == PhaseNoCalls {
		s.CallsReturned = at
	}
	pending := s.Phase == PhasePending
	switch {
	case !r.isPast(m):
		s.setQuiet(r)
		return UnderLine
	case r.Kind == KindNoCalls && !r.Active.Open(at.Add(r.Interval/2)):
		s.setQuiet(r)
		return OutsideHours
	case r.Guard && s.Usual.Known() && !r.outsideUsual(s.Usual, m):
		s.setQuiet(r)
		return WithinUsual
	case !pending || gap:
		s.startRun(PhasePending, at)
		if pending {
			return Gap
		}
		return OverLine
	}
	s.Count++
	if why := s.notYet(r, at); why != "" {
		return why
	}
	return s.fire(r, m, at)
}

// setQuiet is how a rule stands with nothing to say.
func (s *State) setQuiet(r Rule) {
	if r.usesGuard() && !s.Usual.Known() {
		s.endRun(PhaseLearning)
		return
	}
	s.endRun(PhaseOK)
}

// notYet returns why a pending rule does not fire yet, or nothing when it does.
func (s *State) notYet(r Rule, at time.Time) Reason {
	switch {
	case r.intervalsBetween(s.Since, at) < r.For:
		return PendingSince
	case s.Count < max(r.Readings, minReadings):
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
	if !back.IsZero() && r.intervalsBetween(back, at) < min(r.WarmUp, ReturnWarmUp) {
		return true
	}
	from, open := r.Active.Since(at.Add(r.Interval / 2))
	return open && max(0, r.intervalsBetween(from, at)) < r.WarmUp
}

// judgeFiring takes a reading while an alert stands.
func (s *State) judgeFiring(r Rule, m aht.Reading, at time.Time, gap bool) Reason {
	recovering := s.Phase == PhaseRecovering
	if !r.isClear(m) {
		s.Peak = r.worse(s.Peak, m.Mean)
		s.endRun(PhaseFiring)
		switch {
		case recovering:
			return s.noteTransition(Relapsed)
		case r.isPast(m):
			return StillFiring
		default:
			return BetweenLines
		}
	}
	switch {
	case r.Kind == KindNoCalls: // a call is a fact; a mean may be luck
	case !recovering:
		s.startRun(PhaseRecovering, at)
		return s.noteTransition(Recovering)
	case gap:
		s.startRun(PhaseRecovering, at)
		return Gap
	default:
		s.Count++
		if r.intervalsBetween(s.Since, at) < r.ClearFor || s.Count < max(r.Readings, minReadings) {
			return StillRecovering
		}
	}
	s.setQuiet(r)
	return s.end(Cleared, at)
}
