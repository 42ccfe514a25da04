package alert

import "time"

// Acknowledge notes that who, not empty, takes care of the alert: no reminders come. It
// holds until the alert ends or is reopened. The first one counts; without a standing
// alert, or after somebody else, it changes nothing and returns false.
func Acknowledge(s State, who string, at time.Time) (State, bool) {
	if !s.Open() || s.AckedBy != "" || who == "" {
		return s, false
	}
	s.AckedBy, s.AckedAt = who, StoredTime(at)
	return s, true
}

// NoteLineMoved notes that the rule of a standing alert got another line.
func NoteLineMoved(s State, at time.Time) State {
	if s.Open() {
		s.LineMovedAt = StoredTime(at)
	}
	return s
}

// Mute keeps notices back until then; the state runs on. A time that has passed, or the
// zero time, ends a mute.
func Mute(s State, until time.Time) State {
	if until.IsZero() {
		s.MutedUntil = time.Time{}
		return s
	}
	s.MutedUntil = StoredTime(until)
	return s
}

// Pause stops judging. An alert that stands is ended by the person who pauses: the Reason
// is then Stopped, and otherwise empty.
func Pause(s State, at time.Time) (Reason, State) {
	var why Reason
	if s.Open() {
		why = s.end(Stopped, StoredTime(at))
	}
	s.endRun(PhaseOK)
	s.BeforeStale, s.Paused, s.Moves = PhaseOK, true, Moves{}
	return why, s
}

// Resume judges again, from the next reading on and as if the rule were new to its target:
// what came before the pause counts for nothing.
func Resume(s State) State {
	s.Paused, s.UnknownSince = false, time.Time{}
	return s
}
