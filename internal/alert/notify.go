package alert

import "time"

// MissedReadings is how many readings have to be missing before a rule is stale.
const MissedReadings = 3

// DetectStale checks a rule that has had no reading for a while. After [MissedReadings]
// intervals it returns Stale, once; otherwise the empty Reason. A stale rule neither fires
// nor clears: the next reading continues from the phase before.
func DetectStale(r Rule, s State, now time.Time) (Reason, State) {
	if s.Phase == PhaseStale || s.Paused || s.Last.IsZero() || r.intervalsBetween(s.Last, now) <= MissedReadings*r.Interval {
		return "", s
	}
	if s.Open() {
		s.noteTransition(Stale)
	}
	s.Phase, s.BeforeStale, s.Why = PhaseStale, s.Phase, Stale
	return Stale, s
}

// Notify returns what people are to be told at now, or the empty Reason. Call it after
// Judge and DetectStale, and again as time passes: outside active hours and while muted,
// transitions wait, and then only the newest is told. An alert that started and ended
// meanwhile is not told at all; one that still stands is told as Fired or Reopened. Store
// the returned State together with the notice, so that none is lost or repeated. Edits of a
// message disturb nobody and do not wait: see [Reason.Transition].
func Notify(r Rule, s State, now time.Time) (Reason, State) {
	if s.Unnotified == "" || s.Muted(now) || !r.Active.Open(now) {
		return "", s
	}
	why := s.Unnotified
	s.Unnotified = ""
	switch {
	case !s.Open() && !s.Notified:
		return "", s
	case !s.Open():
		s.Notified = false
	case !s.Notified || why == Reopened:
		why = Fired
		if s.Reopens > 0 {
			why = Reopened
		}
		s.Notified, s.RemindedAt = true, StoredTime(now)
	}
	return why, s
}

// Remind reports whether people are to be reminded at now that the alert still fires: every
// Rule.Remind since they were last told so, at most Rule.Reminders times. There are no
// reminders while the alert recovers or is stale, after it was acknowledged, while it is
// muted, and outside active hours.
func Remind(r Rule, s State, now time.Time) (bool, State) {
	if s.Phase != PhaseFiring || !s.Notified || s.AckedBy != "" || s.Muted(now) || !r.Active.Open(now) ||
		r.Remind <= 0 || s.Reminders >= r.Reminders || now.Sub(s.RemindedAt) < r.Remind {
		return false, s
	}
	s.Reminders++
	s.RemindedAt = StoredTime(now)
	return true, s
}
