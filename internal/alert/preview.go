package alert

import (
	"time"

	"ahtbot/internal/aht"
)

// Episode is one alert that a rule would have raised.
type Episode struct {
	// CrossedAt is the first reading past the line, FiredAt when it fired first, ToldAt when people
	// would have been told, which is zero when it ended before active hours began.
	CrossedAt, FiredAt, ToldAt time.Time
	Reopens                    int           // how often it fired again within two hours of clearing
	Peak                       time.Duration // the worst mean since it fired; zero for a no-calls rule
	EndedAt                    time.Time     // zero while it stands
	Ended                      Reason        // why it ended; empty while it stands
}

// Preview returns when r would have fired over readings, which must be of one target and
// oldest first. goal is the campaign's target, taken to have been the same all along; zero is
// none. usual says what was usual at a time; nil is never known.
func Preview(r Rule, readings []aht.Reading, goal time.Duration, usual func(at time.Time) (aht.Band, bool)) []Episode {
	var (
		s        State
		why      Reason
		episodes []Episode
	)
	fixed, _ := r.At(BaseValues{Goal: goal})
	for _, m := range readings {
		b := BaseValues{Goal: goal}
		if usual != nil && !m.NoCalls() && (r.Line.Of == BaseUsual || r.Guard && fixed.isPast(m)) {
			b.Usual, _ = usual(m.At)
		}
		why, s = Judge(r, s, b, m)
		if why == Fired {
			episodes = append(episodes, Episode{CrossedAt: s.CrossedAt, FiredAt: s.FiredAt})
		}
		if len(episodes) == 0 {
			continue
		}
		last := &episodes[len(episodes)-1]
		last.Reopens, last.Peak, last.EndedAt, last.Ended = s.Reopens, s.Peak, s.EndedAt, s.Ended
		why, s = Notify(r, s, m.At)
		if last.ToldAt.IsZero() && (why == Fired || why == Reopened) {
			last.ToldAt = StoredTime(m.At)
		}
	}
	return episodes
}

// EarliestClear estimates when the alert of s can clear if from the last reading on every
// call is as long as usual: the mean returns to the usual one in a straight line over two
// hours, and then has to stay for ClearFor. Without a known band the long calls leave the
// window all at once, after two hours. The result is false when no alert stands, when the
// usual mean is not inside the clear line, and for a no-calls rule.
func EarliestClear(r Rule, s State) (time.Time, bool) {
	r, known := r.At(s.BaseValues())
	if !s.Open() || r.Kind == KindNoCalls || !known {
		return time.Time{}, false
	}
	if s.Phase == PhaseRecovering {
		if enough := s.Since.Add(r.ClearFor); enough.After(s.Last) {
			return enough, true
		}
		return s.Last, true
	}
	if r.isClear(aht.Reading{Mean: s.Mean}) { // by a line that was changed since
		return s.Last.Add(r.ClearFor), true
	}
	line := r.ClearHigh
	if !r.hasHigh() || r.hasLow() && s.Mean < r.ClearLow {
		line = r.ClearLow
	}
	wait := aht.Window
	if s.Usual.Known() {
		if !r.isClear(aht.Reading{Mean: s.Usual.Median}) {
			return time.Time{}, false
		}
		wait = time.Duration(float64(aht.Window) * float64(s.Mean-line) / float64(s.Mean-s.Usual.Median))
	}
	return s.Last.Add(wait + r.ClearFor), true
}
