package alertline

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/alert"
)

// Plain is the rule of the draft's lines, with the defaults.
func (d Draft) Plain(interval time.Duration) (alert.Rule, error) {
	if d.Line.Of != 0 {
		return alert.NewRelative(d.Kind, d.Line, interval)
	}
	return alert.NewRule(d.Kind, d.Low, d.High, interval)
}

// NewRule makes a rule from the defaults, with a draft laid over it.
func NewRule(d Draft, interval time.Duration, zone *time.Location) (alert.Rule, error) {
	r, err := d.Plain(interval)
	if err != nil {
		return r, err
	}
	return d.Over(r, zone)
}

// Over lays what d says, but for the lines, over r, and checks what that makes.
func (d Draft) Over(r alert.Rule, zone *time.Location) (alert.Rule, error) {
	if err := d.setClear(&r); err != nil {
		return r, err
	}
	put(&r.For, d.For)
	put(&r.ClearFor, d.ClearFor)
	put(&r.Readings, d.Readings)
	put(&r.WarmUp, d.WarmUp)
	put(&r.Remind, d.Remind)
	put(&r.Active, d.Active)
	if r.Kind != alert.KindNoCalls {
		put(&r.Guard, d.Guard)
	}
	if !r.Active.IsZero() && r.Active.Zone == nil {
		r.Active.Zone = zone
	}
	return r, r.Check()
}

// ErrClearKind is a clear line that moves, of a line that does not, or the other way round.
var ErrClearKind = errors.New("the clear line and the line hang on different things")

// setClear sets the clear lines of r that d says.
func (d Draft) setClear(r *alert.Rule) error {
	if r.Relative() && (d.Clear != nil || d.ClearLow != nil) || !r.Relative() && d.ClearAt != nil {
		return ErrClearKind
	}
	put(&r.Clear, d.ClearAt)
	switch r.Kind {
	case alert.KindAbove:
		put(&r.ClearHigh, d.Clear)
	case alert.KindBelow:
		put(&r.ClearLow, d.Clear)
	case alert.KindOutside:
		put(&r.ClearLow, d.ClearLow)
		put(&r.ClearHigh, d.ClearHigh)
	case alert.KindNoCalls:
	}
	return nil
}

// put sets a value that was said in the place of what is there.
func put[T any](there *T, said *T) {
	if said != nil {
		*there = *said
	}
}

// TypedOffset writes an offset as people type it: target, target by 10%, 10% inside.
func TypedOffset(o alert.Offset) string {
	step := ""
	switch {
	case o.Percent != 0:
		step = strconv.Itoa(o.Percent) + "%"
	case o.By < 0:
		step = "-" + grammar.DurationWord(-o.By)
	case o.By > 0 || o.Of == alert.BaseLine:
		step = grammar.DurationWord(o.By)
	}
	switch {
	case o.Of == alert.BaseLine:
		return step + " inside"
	case step == "":
		return o.Of.String()
	default:
		return o.Of.String() + " by " + step
	}
}

// TryAlert writes a line about alerts to copy.
func TryAlert(rest string, args ...any) string {
	return request.CommandWord + " alert " + fmt.Sprintf(rest, args...)
}

// ExampleAlert is the line offered to who has none.
const ExampleAlert = request.CommandWord + ` alert add campaign "Sales Outbound" above 5m for 15m`

// ExampleRelative is a line whose alert moves with the campaign's target.
const ExampleRelative = request.CommandWord + ` alert add campaign "Sales Outbound" above target by 10%`

// TypedLines writes what a rule watches for as people type it: "above 5m".
func TypedLines(r alert.Rule) string {
	if r.Relative() {
		return r.Kind.String() + " " + TypedOffset(r.Line)
	}
	switch r.Kind {
	case alert.KindAbove:
		return "above " + grammar.DurationWord(r.High)
	case alert.KindBelow:
		return "below " + grammar.DurationWord(r.Low)
	case alert.KindOutside:
		return "outside " + grammar.RangeWords(r.Low, r.High)
	case alert.KindNoCalls:
	}
	return r.Kind.String()
}

// TypedClear writes the clear lines of a rule as people type them.
func TypedClear(r alert.Rule) string {
	if r.Relative() {
		return TypedOffset(r.Clear)
	}
	switch r.Kind {
	case alert.KindBelow:
		return grammar.DurationWord(r.ClearLow)
	case alert.KindOutside:
		return grammar.RangeWords(r.ClearLow, r.ClearHigh)
	case alert.KindAbove, alert.KindNoCalls:
	}
	return grammar.DurationWord(r.ClearHigh)
}
