// Package alert judges readings of AHT by rules: when an alert starts, when it ends, and
// why not yet. Neighbouring readings share most of their calls; docs/alerts.md says what
// follows from that. The package is pure: time comes from the reading or as an argument.
// Package alert/monitor applies it.
package alert

import (
	"errors"
	"time"

	"ahtbot/internal/aht"
)

// Kind is what a Rule watches for. The zero Kind is none.
type Kind uint8

// The four kinds. All but KindNoCalls look at the mean.
const (
	KindAbove   Kind = iota + 1 // the mean is over High
	KindBelow                   // the mean is under Low
	KindOutside                 // the mean is under Low or over High
	KindNoCalls                 // no call ended in the window, during active hours
)

var kindWords = aht.Words[Kind]{KindAbove: "above", KindBelow: "below", KindOutside: "outside", KindNoCalls: "no calls"}

// String returns the word of the command language: "above", "below", "outside", "no calls".
func (k Kind) String() string { return kindWords.Of(k) }

// MarshalText writes the word String returns.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote; an unknown word is an error.
func (k *Kind) UnmarshalText(text []byte) (err error) {
	*k, err = kindWords.Number(text)
	return err
}

// Defaults of a rule. docs/alerts.md says why.
const (
	defaultFor       = 15 * time.Minute
	defaultReadings  = 3
	defaultWarmUp    = time.Hour
	defaultRemind    = aht.Window
	defaultReminders = 3
	clearPercent     = 10 // of the line: how far inside it the clear line is
	minClearDistance = 5 * time.Second
)

// minReadings is the least number of readings past the line before a rule fires, whatever
// the rule says: one reading never fires.
const minReadings = 2

// Rule is what is watched for: a line (the threshold), a clear line (where the alert ends),
// and how long the mean has to stay past them. Rules come from [NewRule] and [NewRelative];
// one that was changed or read from the store has to pass Check. It is stored as JSON.
type Rule struct {
	Kind Kind `json:"kind"`
	// Line and Clear define lines relative to something, see [Offset]. They are zero when the
	// lines are absolute. When they are not, the values below are zero until At computes them.
	Line  Offset `json:"line,omitzero"`
	Clear Offset `json:"clear,omitzero"`
	// Low and High are the lines; a mean equal to a line is not past it. KindBelow has only
	// Low, KindAbove only High, KindNoCalls neither. Those that a kind does not have are zero.
	Low  time.Duration `json:"low,omitzero"`
	High time.Duration `json:"high,omitzero"`
	// ClearLow and ClearHigh are the clear lines, on the inner side of Low and High or equal to
	// them. An alert recovers while the mean is on or inside them. Zero where Low and High are.
	ClearLow  time.Duration `json:"clear_low,omitzero"`
	ClearHigh time.Duration `json:"clear_high,omitzero"`
	// For is how long the mean has to stay past the line before the alert fires, ClearFor how
	// long it has to stay inside the clear line before the alert ends. Both are reached half an
	// Interval early, so that a reading that comes a little early counts. With zero only
	// Readings counts. A no-calls alert ends with the first call, whatever ClearFor says.
	For      time.Duration `json:"for,omitzero"`
	ClearFor time.Duration `json:"clear_for,omitzero"`
	// Readings is the least number of readings in For, and in ClearFor; 2 or more.
	Readings int `json:"readings"`
	// Guard makes a reading count as past the line only when it is also outside the usual band.
	// While no band is known the rule fires without the guard; its phase is then PhaseLearning
	// instead of PhaseOK, and State.Usual is zero.
	Guard bool `json:"guard,omitzero"`
	// WarmUp is how long after active hours start the rule does not fire, because the window
	// then holds few calls. After calls return it is WarmUp or 30 minutes, whichever is less.
	// Zero is off.
	WarmUp time.Duration `json:"warm_up,omitzero"`
	// Active is when people are told; the zero Hours is always. At other times judging goes on
	// and notices wait, but a no-calls rule is not judged.
	Active Hours `json:"active,omitzero"`
	// Remind is how often people are reminded that an alert still fires, at most Reminders
	// times. If either is zero, never.
	Remind    time.Duration `json:"remind,omitzero"`
	Reminders int           `json:"reminders,omitzero"`
	// Interval is how far apart readings of the target are. Gaps are measured by it. Never
	// zero.
	Interval time.Duration `json:"interval"`
}

// NewRule returns a rule with the defaults and with clear lines a tenth and at least 5 s
// inside the lines. A line that kind does not have is ignored. The error is that of Check.
func NewRule(kind Kind, low, high, interval time.Duration) (Rule, error) {
	r := withDefaults(kind, interval)
	if r.hasLow() {
		r.Low, r.ClearLow = low, low+clearDistance(low, low, clearPercent)
	}
	if r.hasHigh() {
		r.High, r.ClearHigh = high, high-clearDistance(high, high, clearPercent)
	}
	if kind == KindOutside { // half of the range has to remain between the clear lines
		r.ClearLow = low + clearDistance(low, (high-low)/2, clearPercent)
		r.ClearHigh = high - clearDistance(high, (high-low)/2, clearPercent)
	}
	return r, r.Check()
}

// withDefaults returns a rule with the defaults and without lines.
func withDefaults(kind Kind, interval time.Duration) Rule {
	return Rule{
		Kind: kind, For: defaultFor, ClearFor: defaultFor, Readings: defaultReadings, Guard: kind != KindNoCalls,
		WarmUp: defaultWarmUp, Remind: defaultRemind, Reminders: defaultReminders, Interval: interval,
	}
}

// clearDistance returns how far inside its line a clear line lies: percent of the line and
// at least 5 s, in whole seconds, but at most half of the room inside.
func clearDistance(line, room time.Duration, percent int) time.Duration {
	return min(max(line*time.Duration(percent)/100, minClearDistance).Round(time.Second), max(0, room/2).Truncate(time.Second))
}

func (r Rule) hasLow() bool  { return r.Kind == KindBelow || r.Kind == KindOutside }
func (r Rule) hasHigh() bool { return r.Kind == KindAbove || r.Kind == KindOutside }

// Errors of Check, for the log and for [errors.Is]. Package commands puts them into words.
var (
	ErrKind     = errors.New("a rule is above, below, outside or no calls")
	ErrLines    = errors.New("a line is missing, or the lower line is not under the upper one")
	ErrClear    = errors.New("a clear line is not on the inner side of its line")
	ErrPatience = errors.New("a time of the rule is negative")
	ErrReadings = errors.New("a rule needs 2 to 24 readings")
	ErrInterval = errors.New("the polling interval is not positive")
)

// maxReadings is the limit of Rule.Readings: two hours at the default interval.
const maxReadings = 24

// Check returns everything that is wrong with r, joined, or nil.
func (r Rule) Check() error {
	var faults []error
	fault := func(bad bool, err error) {
		if bad {
			faults = append(faults, err)
		}
	}
	fault(r.Kind < KindAbove || r.Kind > KindNoCalls, ErrKind)
	lines := r.checkLines
	if r.Relative() {
		lines = r.checkOffsets
	}
	faults = append(faults, lines())
	fault(min(r.For, r.ClearFor, r.WarmUp, r.Remind) < 0, ErrPatience)
	fault(r.Readings < minReadings || r.Readings > maxReadings, ErrReadings)
	fault(r.Interval <= 0, ErrInterval)
	return errors.Join(append(faults, r.Active.check())...)
}

// checkLines returns what is wrong with the values of the lines.
func (r Rule) checkLines() error {
	low, high := r.hasLow(), r.hasHigh()
	switch {
	case low && r.Low <= 0 || high && r.High <= 0 || low && high && r.Low >= r.High:
		return ErrLines
	case low && r.ClearLow < r.Low || high && (r.ClearHigh > r.High || r.ClearHigh <= 0) ||
		low && high && r.ClearLow > r.ClearHigh:
		return ErrClear
	default:
		return nil
	}
}

// isPast reports whether m is past a line of r.
func (r Rule) isPast(m aht.Reading) bool {
	return m.NoCalls() == (r.Kind == KindNoCalls) && (r.Kind == KindNoCalls ||
		r.hasLow() && m.Mean < r.Low || r.hasHigh() && m.Mean > r.High)
}

// isClear reports whether m is on or inside every clear line of r.
func (r Rule) isClear(m aht.Reading) bool {
	return !m.NoCalls() && (!r.hasLow() || m.Mean >= r.ClearLow) && (!r.hasHigh() || m.Mean <= r.ClearHigh)
}

// outsideUsual reports whether m, which is past a line, is also outside the usual band on
// that side.
func (r Rule) outsideUsual(usual aht.Band, m aht.Reading) bool {
	if r.hasHigh() && m.Mean > r.High {
		return m.Mean > usual.High
	}
	return m.Mean < usual.Low
}

// usesGuard reports whether the guard of r applies.
func (r Rule) usesGuard() bool { return r.Guard && r.Kind != KindNoCalls }

// worse returns a or b, whichever is farther past the lines of r. A zero a is no value.
func (r Rule) worse(a, b time.Duration) time.Duration {
	far := func(d time.Duration) time.Duration {
		switch {
		case !r.hasHigh():
			return -d
		case !r.hasLow():
			return d
		default:
			return max(d-r.High, r.Low-d)
		}
	}
	if a == 0 || far(b) > far(a) {
		return b
	}
	return a
}
