// Package alert judges readings of AHT by rules: when an alert begins, when it ends, and
// why not yet. The number is a mean over the last two hours without a count of calls, so
// neighbouring readings share most of their calls; docs/alerts.md says what follows from
// that. Decisions take their time from the reading, or as an argument. Nothing here knows
// Slack, a database, or how a sentence is worded.
package alert

import (
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/aht"
)

// Kind says what a Rule watches for. The zero Kind is none.
type Kind uint8

// The four kinds. All but KindNoCalls look at the mean.
const (
	KindAbove   Kind = iota + 1 // the mean is over High
	KindBelow                   // the mean is under Low
	KindOutside                 // the mean is under Low or over High
	KindNoCalls                 // no call ended in the window, in active hours
)

var kindWords = []string{KindAbove: "above", KindBelow: "below", KindOutside: "outside", KindNoCalls: "no calls"}

// String returns the word of the command language: "above", "below", "outside", "no calls".
func (k Kind) String() string { return wordOf(kindWords, k) }

// MarshalText writes the word String returns.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote; an unknown word is an error.
func (k *Kind) UnmarshalText(text []byte) (err error) {
	*k, err = parseWord[Kind](kindWords, text)
	return err
}

// What a rule has unless it is changed. docs/alerts.md says why.
const (
	defaultFor       = 15 * time.Minute
	defaultReadings  = 3
	defaultWarmUp    = time.Hour
	defaultRemind    = aht.Window
	defaultReminders = 3
	clearShare       = 10 // the clear line lies a tenth inside the line
	minClearDistance = 5 * time.Second
)

// minReadings is how many readings past the line it takes at the least, whatever a rule
// says: one reading never fires.
const minReadings = 2

// Rule is what is watched for, and how patiently. Rules come from [NewRule] and
// [NewRelative]; one that was changed or read back has to pass Check. It is stored as JSON.
type Rule struct {
	Kind Kind `json:"kind"`
	// Line and Clear tell the lines by what they hang on. They are zero where the lines are
	// figures; where they are not, the figures below are zero until At says what they are.
	Line  Offset `json:"line,omitzero"`
	Clear Offset `json:"clear,omitzero"`
	// Low and High are the lines; a mean that equals its line is not past it. Below has only
	// Low, above only High, no calls neither: the others are zero.
	Low  time.Duration `json:"low,omitzero"`
	High time.Duration `json:"high,omitzero"`
	// ClearLow and ClearHigh are the clear lines, on the inner side of Low and High or on
	// them. An alert recovers while the mean is on or inside them. Each is zero where its
	// line is.
	ClearLow  time.Duration `json:"clear_low,omitzero"`
	ClearHigh time.Duration `json:"clear_high,omitzero"`
	// For is how long the mean has to stay past the line before the alert fires, and
	// ClearFor how long it has to stay inside the clear line before it ends. Both are
	// reached half an Interval early, so that a reading that comes a little early counts. Zero leaves only Readings to wait for. No calls ends
	// with the first call, whatever ClearFor says.
	For      time.Duration `json:"for,omitzero"`
	ClearFor time.Duration `json:"clear_for,omitzero"`
	// Readings is the least number of readings in For, and in ClearFor; 2 or more.
	Readings int `json:"readings"`
	// Guard makes a reading count as past the line only when it is also beyond the usual band.
	// While no band is known the rule judges without, and fires all the same: its phase while
	// it has nothing to say is PhaseLearning, and State.Usual of its alerts is not known.
	Guard bool `json:"guard,omitzero"`
	// WarmUp is how long after active hours begin the rule does not fire: the window holds a
	// handful of calls then. After calls return it is this or 30 minutes, whichever is less.
	// Zero is off.
	WarmUp time.Duration `json:"warm_up,omitzero"`
	// Active is when people are told; the zero Hours is always. Outside, the state runs and
	// notices wait, but a no-calls rule rests.
	Active Hours `json:"active,omitzero"`
	// Remind is how often people are told again that an alert still fires, at most Reminders
	// times. Zero, of either, is never.
	Remind    time.Duration `json:"remind,omitzero"`
	Reminders int           `json:"reminders,omitzero"`
	// Interval is how often the target is read. Gaps and the half interval of For are
	// measured by it; it is never zero.
	Interval time.Duration `json:"interval"`
}

// NewRule returns a rule with the defaults: the clear line a tenth inside the line and at
// least 5 s, 15 minutes and 3 readings to fire and to clear, the guard, an hour of warm-up,
// three reminders two hours apart, no active hours. Lines that kind does not have are
// passed over. The error is what Check returns.
func NewRule(kind Kind, low, high, interval time.Duration) (Rule, error) {
	r := withDefaults(kind, interval)
	if r.hasLow() {
		r.Low, r.ClearLow = low, low+clearDistance(low, low)
	}
	if r.hasHigh() {
		r.High, r.ClearHigh = high, high-clearDistance(high, high)
	}
	if kind == KindOutside { // the clear lines must leave half the range between them
		r.ClearLow = low + clearDistance(low, (high-low)/2)
		r.ClearHigh = high - clearDistance(high, (high-low)/2)
	}
	return r, r.Check()
}

// withDefaults is a rule with the defaults, and without a line.
func withDefaults(kind Kind, interval time.Duration) Rule {
	return Rule{
		Kind: kind, For: defaultFor, ClearFor: defaultFor, Readings: defaultReadings, Guard: kind != KindNoCalls,
		WarmUp: defaultWarmUp, Remind: defaultRemind, Reminders: defaultReminders, Interval: interval,
	}
}

// clearDistance returns how far the clear line of line lies from it, with room to go: a tenth of
// the line and at least 5 s, in whole seconds, but never more than half the room.
func clearDistance(line, room time.Duration) time.Duration {
	return clearDistanceBy(line, room, 100/clearShare)
}

// clearDistanceBy is inside for another share of the line.
func clearDistanceBy(line, room time.Duration, percent int) time.Duration {
	return min(max(line*time.Duration(percent)/100, minClearDistance).Round(time.Second), max(0, room/2).Truncate(time.Second))
}

func (r Rule) hasLow() bool  { return r.Kind == KindBelow || r.Kind == KindOutside }
func (r Rule) hasHigh() bool { return r.Kind == KindAbove || r.Kind == KindOutside }

// What Check finds. They are for the log and for [errors.Is]; commands words them.
var (
	ErrKind     = errors.New("a rule is above, below, outside or no calls")
	ErrLines    = errors.New("a line is missing, or the lower line is not under the upper one")
	ErrClear    = errors.New("a clear line is not on the inner side of its line")
	ErrPatience = errors.New("a time of the rule is negative")
	ErrReadings = errors.New("a rule needs 2 to 24 readings")
	ErrInterval = errors.New("the polling interval is not positive")
)

// maxReadings bounds Readings: two hours at the default interval.
const maxReadings = 24

// Check returns all that is wrong with r, joined, or nil.
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

// checkLines is Check for the figures of the lines.
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

// outsideUsual reports whether m, which is past a line, is on that side also outside the band.
func (r Rule) outsideUsual(usual aht.Band, m aht.Reading) bool {
	if r.hasHigh() && m.Mean > r.High {
		return m.Mean > usual.High
	}
	return m.Mean < usual.Low
}

// usesGuard reports whether r asks for the usual band.
func (r Rule) usesGuard() bool { return r.Guard && r.Kind != KindNoCalls }

// worse returns whichever of a and b is farther past the lines of r; zero is nothing yet.
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

// wordOf returns the word of i, or "none" where the set has none.
func wordOf[T ~uint8](words []string, i T) string {
	if int(i) < len(words) && words[i] != "" {
		return words[i]
	}
	return "none"
}

// parseWord returns the member of a closed set that text names.
func parseWord[T ~uint8](words []string, text []byte) (T, error) {
	for i, w := range words {
		if w != "" && w == string(text) {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("%q is none of %q", text, words)
}
