package alertline

import (
	"errors"
	"fmt"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/internal/alert"
)

// readClear reads the clear line of what is watched for, or how long it has to be clear.
func (a *alertLine) readClear() *grammar.LineError {
	begin := a.At
	if a.Skip("for") {
		if a.draft.ClearFor != nil {
			a.Name()
			return a.Fault(begin-1, "“clear for” is there twice, and I don't know which one counts. Without the second:", "")
		}
		return a.readTime("clear for", &a.draft.ClearFor, grammar.Waits, "15m")
	}
	a.Skip("at")
	if is, err := a.readClearOffset(begin); is {
		return err
	}
	if a.Looks(a.At, grammar.RangeLooks) {
		low, high, err := a.Durations("clear")
		if err != nil {
			return err
		}
		if low > high {
			return a.Fault(begin, "The range ends before it begins. The other way round:", grammar.RangeWords(high, low)).Surely()
		}
		return a.clearLine(begin, Draft{ClearLow: &low, ClearHigh: &high})
	}
	d, err := a.Duration("clear", grammar.Means, "4m30s")
	if err != nil {
		return err
	}
	return a.clearLine(begin, Draft{Clear: &d})
}

// readClearOffset reads a clear line that hangs on something; false when it does not.
func (a *alertLine) readClearOffset(begin int) (bool, *grammar.LineError) {
	at := a.At
	if m := a.Take(inLooks); m != nil {
		o := alert.Offset{Of: alert.BaseLine}
		var err *grammar.LineError
		if o.Percent, o.By, err = a.step(at, m[1]); err != nil {
			err.Put = affixed("", err.Put, " inside")
			return true, err
		}
		return true, a.clearLine(begin, Draft{ClearAt: &o})
	}
	if m := a.Take(ofLooks); m != nil {
		percent, _, err := a.step(at, m[1])
		if err != nil {
			return true, err
		}
		side, off := alert.KindAbove, percent-100
		if off < 0 {
			side, off = alert.KindBelow, -off
		}
		return true, a.clearSide(at, side, base(m[2]), fmt.Sprintf("%d%%", off))
	}
	if m := a.Take(distanceLooks); m != nil {
		return true, a.clearSide(at, sideOf(m[2]), base(m[3]), m[1])
	}
	if !a.Looks(a.At, baseLooks) {
		return false, nil
	}
	o, err := a.takeOffset()
	if err != nil {
		return true, err
	}
	return true, a.clearLine(begin, Draft{ClearAt: &o})
}

// clearSide mends a clear line that is told as so much above or below what it hangs on.
func (a *alertLine) clearSide(begin int, side alert.Kind, on alert.Base, step string) *grammar.LineError {
	out, in := on.String()+" by "+step, on.String()+" by -"+step
	e := a.Fault(begin, "On the side where the alert fires, or on the good one? Pick one:", out, in)
	switch {
	case a.draft.Kind == 0 || a.draft.Kind == alert.KindOutside || side == alert.KindOutside:
	case side == a.draft.Kind:
		e.Sure = true
	default:
		e.Put, e.Sure = []string{in}, true
	}
	return e
}

// clearLine keeps the clear line that said has, which a line says once.
func (a *alertLine) clearLine(begin int, said Draft) *grammar.LineError {
	f := &a.draft
	if f.Clear != nil || f.ClearLow != nil || f.ClearAt != nil {
		return a.Fault(begin-1, "“clear” is there twice, and I don't know which one counts. Without the second:", "")
	}
	f.Clear, f.ClearLow, f.ClearHigh, f.ClearAt = said.Clear, said.ClearLow, said.ClearHigh, said.ClearAt
	a.clear[0], a.clear[1] = a.Since(begin - 1)
	return nil
}

// checkRule lays the draft over the rule it makes, as whoever keeps it will, and words what
// is wrong with that.
func (a *alertLine) checkRule() *grammar.LineError {
	f := a.draft
	r, err := f.Plain(5 * time.Minute)
	if err != nil {
		return &grammar.LineError{Say: "That line is too near to nothing to be crossed. Try:", From: a.kindAt[0], To: a.kindAt[1], Put: []string{"above 5m"}}
	}
	usual := "clear " + TypedClear(r)
	clear := func(say string, put string) *grammar.LineError {
		return &grammar.LineError{Say: say, From: a.clear[0], To: a.clear[1], Put: []string{put}}
	}
	figures := f.Clear != nil || f.ClearLow != nil
	switch {
	case (figures || f.ClearAt != nil) && f.Kind == alert.KindNoCalls:
		return clear("An alert for no calls ends with the first call, so it has no clear line. Without it:", "")
	case figures && r.Relative():
		return clear(fmt.Sprintf("The line follows %s, and so has its clear line to. Try:", baseWords(r.Line.Of)), usual)
	case f.ClearAt != nil && !r.Relative():
		return clear("The line is a duration, and so has its clear line to be. Try:", usual)
	case f.ClearLow != nil && f.Kind != alert.KindOutside:
		return clear(fmt.Sprintf("The clear line of “%s” is one duration, not a range. Try:", f.Kind), usual)
	case f.Clear != nil && f.Kind == alert.KindOutside:
		return clear("The clear line of “outside” is a range inside the other one. Try:", usual)
	}
	if err := f.setClear(&r); err != nil {
		return clear("The clear line does not fit the line. Try:", usual)
	}
	switch err := r.Check(); {
	case err == nil:
		return nil
	case errors.Is(err, alert.ErrClear) && r.Relative():
		return clear(fmt.Sprintf("An alert %s ends at that line or inside it, and follows the same figure. Try:", TypedLines(r)), usual)
	case errors.Is(err, alert.ErrClear) && f.Kind == alert.KindAbove:
		return clear(fmt.Sprintf("An alert above %s ends at that or lower, and not at no time at all. Try:", grammar.DurationWord(f.High)), usual)
	case errors.Is(err, alert.ErrClear) && f.Kind == alert.KindBelow:
		return clear(fmt.Sprintf("An alert below %s ends at that or higher. Try:", grammar.DurationWord(f.Low)), usual)
	case errors.Is(err, alert.ErrClear):
		return clear(fmt.Sprintf("An alert outside %s ends within that range. Try:", grammar.RangeWords(f.Low, f.High)), usual)
	default:
		return &grammar.LineError{Say: "I can't make an alert of that. Try a line like these:"}
	}
}

// tooLong reports whether the duration at the next word is more than an AHT can be.
func (a *alertLine) tooLong() bool {
	probe := grammar.Reader{Line: a.Line, Words: a.Words, At: a.At, Begins: a.Begins}
	d, err := probe.TakeDuration()
	return err == nil && d > grammar.LongMean
}

// partOfName says that a duration no AHT can have, behind the name, is part of that.
func (a *alertLine) partOfName() *grammar.LineError {
	begin := a.At
	_, _ = a.TakeDuration()
	say := fmt.Sprintf("%s is no AHT. If it belongs to the name, put it into the quotes:", a.Said(begin))
	if a.named == [2]int{} || a.named[1] != begin {
		return a.Fault(begin, fmt.Sprintf("%s is no AHT, and I can't use it there. Without it:", a.Said(begin)), "")
	}
	a.named[1] = a.At
	e := a.Fault(a.named[0], say)
	e.Put = []string{grammar.Quote(grammar.AsTyped(a.Line[e.From:e.To]))}
	return e
}
