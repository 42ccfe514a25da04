package alert

import "time"

// Acknowledge notes that who, not empty, takes care of the alert: no reminders follow until
// it ends or is reopened. Only the first acknowledgement counts; otherwise, and without a
// standing alert, the state is unchanged and the result false.
func Acknowledge(s State, who string, at time.Time) (State, bool) {
	if !s.Open() || s.AckedBy != "" || who == "" {
		return s, false
	}
	s.AckedBy, s.AckedAt = who, StoredTime(at)
	return s, true
}

// NoteLineMoved notes that the line of a standing alert was changed at at.
func NoteLineMoved(s State, at time.Time) State {
	if s.Open() {
		s.LineMovedAt = StoredTime(at)
	}
	return s
}

// Mute holds notices back until then; judging goes on. A time in the past, or the zero
// time, ends a mute.
func Mute(s State, until time.Time) State {
	s.MutedUntil = StoredTime(until)
	return s
}

// Pause stops judging. An alert that stands ends: the Reason is then Stopped, and otherwise
// empty.
func Pause(s State, at time.Time) (Reason, State) {
	var why Reason
	if s.Open() {
		why = s.end(Stopped, StoredTime(at))
	}
	s.endRun(PhaseOK)
	s.BeforeStale, s.Paused, s.Moves = PhaseOK, true, Moves{}
	return why, s
}

// Resume starts judging again with the next reading, as for a new rule: what came before
// the pause does not count.
func Resume(s State) State {
	s.Paused, s.UnknownSince = false, time.Time{}
	return s
}
