package alert

import (
	"errors"
	"time"

	"ahtbot/internal/aht"
)

// Base is what a line is relative to, so that it moves with it. The zero Base means that
// the line is absolute.
type Base uint8

// The bases.
const (
	BaseTarget Base = iota + 1 // the AHT the campaign aims for
	BaseUsual                  // what is usual for the campaign at this hour
	BaseLine                   // for clear lines only: the line that it belongs to
)

var baseWords = aht.Words[Base]{BaseTarget: "target", BaseUsual: "usual", BaseLine: "line"}

// String returns the word of the command language: "target", "usual", "line".
func (b Base) String() string { return baseWords.Of(b) }

// MarshalText writes the word String returns.
func (b Base) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText wrote; an unknown word is an error.
func (b *Base) UnmarshalText(text []byte) (err error) {
	*b, err = baseWords.Number(text)
	return err
}

// Offset defines a line relative to a [Base]: farther out by Percent of it or by the time
// By, one of them. Out is up for a line above and down for a line below; for BaseLine, and
// for a negative value, the other way. With neither set the line is the target itself, or
// the edge of the usual band; else it is measured from the middle of that band. The zero
// Offset is none.
type Offset struct {
	Of      Base          `json:"of"`
	Percent int           `json:"percent,omitzero"`
	By      time.Duration `json:"by,omitzero"` // whole seconds
}

// BaseValues are the values at one time that lines may be relative to. Zero values are not
// known.
type BaseValues struct {
	Goal  time.Duration // the target AHT of the campaign
	Usual aht.Band      // the usual band of the hour
}

// Limits of an Offset.
const (
	maxPercent, minPercent = 900, -90
	maxBy                  = time.Hour
)

// ErrOffset is an error of Check.
var ErrOffset = errors.New("a relative line hangs on the target or on what is usual, by hundredths or by a time, on its own side")

// NewRelative returns a rule with the relative line line and the defaults of [NewRule].
func NewRelative(kind Kind, line Offset, interval time.Duration) (Rule, error) {
	r := withDefaults(kind, interval)
	r.Line, r.Clear = line, Offset{Of: BaseLine, Percent: clearPercent}
	return r, r.Check()
}

// Default returns a rule with the lines of r and the defaults of everything else.
func (r Rule) Default() (Rule, error) {
	if r.Relative() {
		return NewRelative(r.Kind, r.Line, r.Interval)
	}
	return NewRule(r.Kind, r.Low, r.High, r.Interval)
}

// Relative reports whether the lines of r are relative.
func (r Rule) Relative() bool { return r.Line.Of != 0 }

// NeedsUsual reports whether r uses the usual band, by its guard or its line.
func (r Rule) NeedsUsual() bool { return r.usesGuard() || r.Line.Of == BaseUsual }

// At returns r with the values of its lines. The result is false when the base is not
// known, or when a line would not be positive: r then has no values. An absolute rule is
// returned as it is.
func (r Rule) At(b BaseValues) (Rule, bool) {
	if !r.Relative() {
		return r, true
	}
	r.Low, r.High, r.ClearLow, r.ClearHigh = 0, 0, 0, 0
	bare := r
	if r.Line.Of == BaseTarget && b.Goal <= 0 || r.Line.Of == BaseUsual && !b.Usual.Known() {
		return bare, false
	}
	if r.hasHigh() {
		r.High = r.lineValue(r.Line, b, true)
		r.ClearHigh = r.High - r.clearanceOf(r.High, b, true)
	}
	if r.hasLow() {
		r.Low = r.lineValue(r.Line, b, false)
		r.ClearLow = r.Low + r.clearanceOf(r.Low, b, false)
	}
	if r.checkLines() != nil {
		return bare, false
	}
	return r, true
}

// lineValue returns the value of o, for a line above or one below.
func (r Rule) lineValue(o Offset, b BaseValues, above bool) time.Duration {
	base := b.Goal
	switch {
	case o.Of != BaseUsual:
	case o.Percent == 0 && o.By == 0 && above:
		return b.Usual.High
	case o.Percent == 0 && o.By == 0:
		return b.Usual.Low
	default:
		base = b.Usual.Median
	}
	out := base*time.Duration(o.Percent)/100 + o.By
	if !above {
		out = -out
	}
	return (base + out).Round(time.Second)
}

// clearanceOf returns how far inside its line the clear line lies: never beyond the middle
// of what is inside.
func (r Rule) clearanceOf(line time.Duration, b BaseValues, above bool) time.Duration {
	if r.Clear.Of != BaseLine {
		far := r.lineValue(r.Clear, b, above) - line
		if above {
			far = -far
		}
		return min(max(0, far), max(0, line-time.Second))
	}
	room := line
	switch {
	case r.Kind == KindOutside:
		room = (r.lineValue(r.Line, b, true) - r.lineValue(r.Line, b, false)) / 2
	case r.Line.Of == BaseUsual:
		room = max(line-b.Usual.Median, b.Usual.Median-line)
	}
	if r.Clear.Percent == 0 {
		return min(r.Clear.By, max(0, room).Truncate(time.Second))
	}
	return clearDistance(line, room, r.Clear.Percent)
}

// checkOffsets returns what is wrong with a relative rule.
func (r Rule) checkOffsets() error {
	line, clear := r.Line, r.Clear
	switch {
	case r.Kind == KindNoCalls, line.Of > BaseUsual, line.check() != nil, clear.check() != nil:
		return ErrOffset
	case line.inwards() && (line.Of == BaseUsual || r.Kind == KindOutside):
		return ErrOffset
	case r.Kind == KindOutside && line == Offset{Of: BaseTarget}:
		return ErrLines
	case clear.Of != BaseLine && clear.Of != line.Of, clear.Of == BaseLine && clear.inwards(), r.wrongSide():
		return ErrClear
	case r.Low != 0 || r.High != 0:
		return r.checkLines()
	default:
		return nil
	}
}

// wrongSide reports whether the clear line is surely past the line. Lines of different
// units cannot be compared before their values are known; At then moves the clear line onto
// the line if need be.
func (r Rule) wrongSide() bool {
	line, clear := r.Line, r.Clear
	alike := line.By == 0 && clear.By == 0 || line.Percent == 0 && clear.Percent == 0
	if clear.Of == BaseLine || !alike || line.Of == BaseUsual && (line.isBase() || clear.isBase()) {
		return false
	}
	return clear.Percent > line.Percent || clear.By > line.By
}

// isBase reports whether o is its base itself.
func (o Offset) isBase() bool { return o.Percent == 0 && o.By == 0 }

// inwards reports whether o goes to the inner side.
func (o Offset) inwards() bool { return o.Percent < 0 || o.By < 0 }

func (o Offset) check() error {
	if o.Of < BaseTarget || o.Of > BaseLine || o.Percent != 0 && o.By != 0 || o.Percent < minPercent || o.Percent > maxPercent ||
		max(o.By, -o.By) > maxBy || o.By%time.Second != 0 {
		return ErrOffset
	}
	return nil
}

// BaseValues returns the values by which the newest reading was judged, as far as its rule
// asked for them.
func (s State) BaseValues() BaseValues { return BaseValues{Goal: s.Goal, Usual: s.Usual} }

// RuleAsJudged returns the rule with the line values by which its newest reading was
// judged. A relative rule of which no reading was judged has none.
func (s Standing) RuleAsJudged() Rule {
	r, _ := s.Watch.Rule.At(s.State.BaseValues())
	return r
}
