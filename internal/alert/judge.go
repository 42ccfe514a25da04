package alert

import (
	"time"

	"ahtbot/internal/aht"
)

// ReturnWarmUp is how long a rule on the mean does not fire after calls return, unless its
// WarmUp is less.
const ReturnWarmUp = 30 * time.Minute

// Judge judges the reading m of the target of r, which must pass Check, by the values b that
// lines are relative to then. It returns what m leads to and the next state. The only time
// is m.At: the same readings in the same order lead to the same states, wherever judging is
// interrupted. A reading that is not newer than the last one judged changes nothing.
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
	silent := m.NoCalls() && r.Kind != KindNoCalls
	if s.Phase == PhaseNoCalls && !silent {
		s.CallsReturned = at
	}
	var why Reason
	switch {
	case silent:
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

// intervalsBetween returns the time from then to at, rounded to whole intervals, so that
// readings up to half an interval early or late lead to the same states. What a rule waits
// for is thereby reached half an interval early.
func (r Rule) intervalsBetween(then, at time.Time) time.Duration {
	return at.Sub(then).Round(r.Interval)
}

// Gap reports whether more than two intervals lie between two readings. A zero last is
// none.
func (r Rule) Gap(last, at time.Time) bool {
	return !last.IsZero() && r.intervalsBetween(last, at) > 2*r.Interval
}

// judgeNoCalls judges a reading without calls for a rule on the mean. For two hours no call
// has ended: an alert ends, but nothing was cleared.
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

// resolveLines gives r the values of its lines and keeps what they are relative to. It
// notes when the line of a standing alert moves with the target of the campaign. It returns
// false when r cannot be judged, because its base is not known.
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

// awaitLine judges a reading while the base of the line is not known. An alert ends, but
// nothing was cleared.
func (s *State) awaitLine(at time.Time) Reason {
	open := s.Open()
	s.endRun(PhaseWaiting)
	if open {
		return s.end(LineUnknown, at)
	}
	return AwaitingLine
}

// judgeQuiet judges a reading while no alert stands.
func (s *State) judgeQuiet(r Rule, m aht.Reading, at time.Time, gap bool) Reason {
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

// setQuiet sets the phase of a rule that is not past its line.
func (s *State) setQuiet(r Rule) {
	if r.usesGuard() && !s.Usual.Known() {
		s.endRun(PhaseLearning)
		return
	}
	s.endRun(PhaseOK)
}

// notYet returns why a pending rule does not fire yet; empty when it fires.
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

// warmingUp reports whether active hours have started, or calls returned at back, too
// recently to fire.
func (r Rule) warmingUp(back, at time.Time) bool {
	if !back.IsZero() && r.intervalsBetween(back, at) < min(r.WarmUp, ReturnWarmUp) {
		return true
	}
	from, open := r.Active.Since(at.Add(r.Interval / 2))
	return open && max(0, r.intervalsBetween(from, at)) < r.WarmUp
}

// judgeFiring judges a reading while an alert stands.
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
	case r.Kind == KindNoCalls: // one call is enough
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
