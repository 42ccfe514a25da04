package alert

import (
	"errors"
	"time"

	"ahtbot/internal/aht"
)

// Base is what a line hangs on, so that it moves when that does. The zero Base is nothing:
// the line is a figure of its own.
type Base uint8

// The bases.
const (
	BaseTarget Base = iota + 1 // the AHT the campaign aims for
	BaseUsual                  // what is usual for the campaign at this hour
	BaseLine                   // of a clear line alone: the line that it belongs to
)

var baseWords = []string{BaseTarget: "target", BaseUsual: "usual", BaseLine: "line"}

// String returns the word of the command language: "target", "usual", "line".
func (b Base) String() string { return wordOf(baseWords, b) }

// MarshalText writes the word String returns.
func (b Base) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText wrote; an unknown word is an error.
func (b *Base) UnmarshalText(text []byte) (err error) {
	*b, err = parseWord[Base](baseWords, text)
	return err
}

// Offset tells a line by what it hangs on: so many hundredths of that, or so long, farther
// out. Out is up for a line above and down for one below; for a BaseLine it is inwards. At
// most one of them is not zero, and a negative one goes the other way. Without any the line is
// the target itself, or the edge of the usual range on its side; with one it is told from the
// middle of that range. The zero Offset is none.
type Offset struct {
	Of      Base          `json:"of"`
	Percent int           `json:"percent,omitzero"`
	By      time.Duration `json:"by,omitzero"` // whole seconds
}

// BaseValues is the figures that lines hang on, at one time. What is zero is not known.
type BaseValues struct {
	Goal  time.Duration // the mean the campaign aims for
	Usual aht.Band      // of the hour
}

// What an Offset may be.
const (
	maxPercent, minPercent = 900, -90
	maxBy                  = time.Hour
)

// ErrOffset is found by Check.
var ErrOffset = errors.New("a relative line hangs on the target or on what is usual, by hundredths or by a time, on its own side")

// NewRelative returns a rule whose line hangs on something, with the defaults of [NewRule].
func NewRelative(kind Kind, line Offset, interval time.Duration) (Rule, error) {
	r := withDefaults(kind, interval)
	r.Line, r.Clear = line, Offset{Of: BaseLine, Percent: 100 / clearShare}
	return r, r.Check()
}

// Default returns the rule that has the lines of r and is otherwise as it is made.
func (r Rule) Default() (Rule, error) {
	if r.Relative() {
		return NewRelative(r.Kind, r.Line, r.Interval)
	}
	return NewRule(r.Kind, r.Low, r.High, r.Interval)
}

// Relative reports whether the lines of r hang on something else.
func (r Rule) Relative() bool { return r.Line.Of != 0 }

// NeedsUsual reports whether r can't be judged as it asks without what is usual.
func (r Rule) NeedsUsual() bool { return r.usesGuard() || r.Line.Of == BaseUsual }

// At returns r with the figures its lines stand for. False is that what they hang on is not
// known, or that a line would be at no time at all: r then has no figures. A rule whose lines
// are figures is itself.
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

// lineValue is what o stands for: of a line above, or of one below.
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

// clearanceOf is how far inside its line the clear line lies: never beyond the other side of
// what there is to come back to.
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
	return clearDistanceBy(line, room, r.Clear.Percent)
}

// checkOffsets is what Check finds of a relative rule.
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

// wrongSide reports whether the clear line is surely past the line. Of two that are told
// differently nobody knows before their figures are, and then the clear line is on the line
// at the most.
func (r Rule) wrongSide() bool {
	line, clear := r.Line, r.Clear
	alike := line.By == 0 && clear.By == 0 || line.Percent == 0 && clear.Percent == 0
	if clear.Of == BaseLine || !alike || line.Of == BaseUsual && (line.isBase() || clear.isBase()) {
		return false
	}
	return clear.Percent > line.Percent || clear.By > line.By
}

// isBase reports whether o is what it hangs on itself.
func (o Offset) isBase() bool { return o.Percent == 0 && o.By == 0 }

// inwards reports whether o goes the other way.
func (o Offset) inwards() bool { return o.Percent < 0 || o.By < 0 }

func (o Offset) check() error {
	if o.Of < BaseTarget || o.Of > BaseLine || o.Percent != 0 && o.By != 0 || o.Percent < minPercent || o.Percent > maxPercent ||
		max(o.By, -o.By) > maxBy || o.By%time.Second != 0 {
		return ErrOffset
	}
	return nil
}

// BaseValues is what the newest reading was judged by, as far as its rule asked for it.
func (s State) BaseValues() BaseValues { return BaseValues{Goal: s.Goal, Usual: s.Usual} }

// RuleAsJudged returns the rule with the figures that its newest reading was judged by; without
// any where the line is relative and no reading was.
func (s Standing) RuleAsJudged() Rule {
	r, _ := s.Watch.Rule.At(s.State.BaseValues())
	return r
}
