package alert

import (
	"time"

	"ahtbot/internal/aht"
)

// Phase is where a rule stands between OK and firing. The zero Phase is OK.
type Phase uint8

// The phases.
const (
	PhaseOK         Phase = iota // not past the line, or past it as is usual
	PhaseLearning                // as OK, but no usual band is known yet
	PhasePending                 // past the line, not yet firing
	PhaseFiring                  // an alert stands
	PhaseRecovering              // an alert stands, and readings are inside the clear line
	PhaseNoCalls                 // no call ended in the window, so there is nothing to judge
	PhaseStale                   // readings are missing; State.BeforeStale is the phase before
	PhaseWaiting                 // the base of the line is not known, so nothing can be judged
)

var phaseWords = aht.Words[Phase]{"ok", "learning", "pending", "firing", "recovering", "no calls", "stale", "waiting"}

// String returns the phase in lower-case words.
func (p Phase) String() string { return phaseWords.Of(p) }

// MarshalText writes the words String returns.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote; unknown words are an error.
func (p *Phase) UnmarshalText(text []byte) (err error) {
	*p, err = phaseWords.Number(text)
	return err
}

// State is everything that judging one rule remembers. The zero State is that of a new
// rule. It has a fixed size, is comparable, and is stored as JSON: judging goes on from the
// stored state exactly as from the one in memory. Times are UTC, in milliseconds.
type State struct {
	Phase Phase `json:"phase"`
	// BeforeStale is the phase before PhaseStale.
	BeforeStale Phase `json:"was,omitzero"`
	// Last is when the newest reading judged was taken, and Mean its value; zero is no calls.
	Last time.Time     `json:"last,omitzero"`
	Mean time.Duration `json:"mean,omitzero"`
	// Why is what the newest reading, or its absence, led to; empty before the first.
	Why Reason `json:"why,omitzero"`
	// Usual is the band by which Last was judged; zero while it is learned, or when neither the
	// guard nor the line uses it.
	Usual aht.Band `json:"usual,omitzero"`
	// Goal is the target of the campaign by which Last was judged; zero when none is set or the
	// line is not relative to it.
	Goal time.Duration `json:"goal,omitzero"`
	// Since and Count are the first reading and the number of readings of the run that has to
	// be long enough to leave PhasePending or PhaseRecovering.
	Since time.Time `json:"since,omitzero"`
	Count int       `json:"count,omitzero"`
	// CallsReturned is when calls returned after a reading without.
	CallsReturned time.Time `json:"back,omitzero"`
	// Moves counts how often the value changed in the last two hours.
	Moves Moves `json:"moves,omitzero"`

	// Episode numbers the alerts of this rule from 1; zero is none so far. The fields below are
	// about this alert: when the line was crossed, when it fired (last, if it was reopened),
	// how often it was reopened, the worst mean since it fired, when and why it ended. Ended is
	// empty while it stands.
	Episode   int           `json:"episode,omitzero"`
	CrossedAt time.Time     `json:"crossed_at,omitzero"`
	FiredAt   time.Time     `json:"fired_at,omitzero"`
	Reopens   int           `json:"reopens,omitzero"`
	Peak      time.Duration `json:"peak,omitzero"`
	EndedAt   time.Time     `json:"ended_at,omitzero"`
	Ended     Reason        `json:"ended,omitzero"`

	// LineMovedAt is when the line was changed after it was crossed, by a person or with the
	// target of the campaign; zero: it was not.
	LineMovedAt time.Time `json:"relined,omitzero"`

	// AckedBy acknowledged the alert at AckedAt; empty while nobody has.
	AckedBy string    `json:"acked_by,omitzero"`
	AckedAt time.Time `json:"acked_at,omitzero"`
	// MutedUntil is when notices go out again; zero, or in the past: it is not muted.
	MutedUntil time.Time `json:"muted_until,omitzero"`
	// UnknownSince is when the account first said that it knows no such target; zero: it knows
	// it. The owner of the rule was told then.
	UnknownSince time.Time `json:"unknown,omitzero"`
	// Paused rules are not judged.
	Paused bool `json:"paused,omitzero"`

	// Unnotified is the newest transition that Notify has not returned yet. Notified is whether
	// Notify has returned that this alert fires.
	Unnotified Reason `json:"untold,omitzero"`
	Notified   bool   `json:"told,omitzero"`
	// RemindedAt is when people were last told that it fires, and Reminders how many of those
	// notices were reminders.
	RemindedAt time.Time `json:"reminded,omitzero"`
	Reminders  int       `json:"reminders,omitzero"`
}

// Open reports whether an alert stands: it fires or recovers, stale or not.
func (s State) Open() bool {
	p := s.Phase
	if p == PhaseStale {
		p = s.BeforeStale
	}
	return p == PhaseFiring || p == PhaseRecovering
}

// Muted reports whether notices wait at now for the end of a mute.
func (s State) Muted(now time.Time) bool { return now.Before(s.MutedUntil) }

// StoredTime returns t as it is stored: in UTC and whole milliseconds.
func StoredTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// startRun starts a run of readings at at.
func (s *State) startRun(p Phase, at time.Time) { s.Phase, s.Since, s.Count = p, at, 1 }

// endRun sets a phase that counts no readings.
func (s *State) endRun(p Phase) { s.Phase, s.Since, s.Count = p, time.Time{}, 0 }

// noteTransition keeps a transition for Notify, and returns it.
func (s *State) noteTransition(why Reason) Reason {
	s.Unnotified = why
	return why
}

// fire starts an episode at the reading m, or reopens the last one.
func (s *State) fire(r Rule, m aht.Reading, at time.Time) Reason {
	why := Fired
	if s.Ended == Cleared && r.intervalsBetween(s.EndedAt, s.Since) <= aht.Window {
		why = Reopened
		s.Reopens++
	} else {
		s.Episode++
		s.CrossedAt, s.LineMovedAt, s.Reopens, s.Peak, s.Notified = s.Since, time.Time{}, 0, 0, false
	}
	s.FiredAt, s.EndedAt, s.Ended = at, time.Time{}, ""
	s.Peak = r.worse(s.Peak, m.Mean)
	s.AckedBy, s.AckedAt, s.Reminders = "", time.Time{}, 0
	s.endRun(PhaseFiring)
	return s.noteTransition(why)
}

// end ends the episode at at. The caller sets the phase.
func (s *State) end(why Reason, at time.Time) Reason {
	s.EndedAt, s.Ended = at, why
	return s.noteTransition(why)
}

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
