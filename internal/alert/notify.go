package alert

import "time"

// MissedReadings is how many readings have to be missing before a rule is stale.
const MissedReadings = 3

// DetectStale looks at a rule that has had no reading for a while. After three missed intervals
// it returns Stale, once; otherwise the empty Reason. Stale neither fires nor clears: the
// next reading goes on from what was before.
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

// Notify returns what people are to be told at now, or the empty Reason. It is to be called
// after Judge and Quiet, and again at NotifyAt: outside active hours and while muted,
// transitions wait. Of those that waited only the newest is told, and an alert that began
// and ended meanwhile is not told at all; one that still stands is told as Fired or
// Reopened, whatever came after. The State returned has to be stored together with the
// notice, so that none is lost and none is made twice.
//
// Editing a message disturbs nobody and need not wait: it follows [Reason.Transition], and
// shows the end of an alert that was followed by another before anybody could be told.
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

// NotifyAt returns the earliest time from now on at which Notify and Remind say anything:
// in active hours and not muted.
func NotifyAt(r Rule, s State, now time.Time) time.Time {
	if s.Muted(now) {
		now = s.MutedUntil
	}
	return r.Active.Next(now)
}

// Remind reports whether people are to be told at now that the alert still fires: every
// Remind since they last heard so, at most Reminders times. It is silent while the alert
// recovers or is stale, after it was acknowledged, while muted, and outside active hours.
// Of the last reminder LastReminder says so.
func Remind(r Rule, s State, now time.Time) (bool, State) {
	if s.Phase != PhaseFiring || !s.Notified || s.AckedBy != "" || s.Muted(now) || !r.Active.Open(now) ||
		r.Remind <= 0 || s.Reminders >= r.Reminders || now.Sub(s.RemindedAt) < r.Remind {
		return false, s
	}
	s.Reminders++
	s.RemindedAt = StoredTime(now)
	return true, s
}

// LastReminder reports whether no further reminder of this alert will come.
func LastReminder(r Rule, s State) bool { return s.Reminders >= r.Reminders }
