package commands

import (
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/alert"
)

// readClear reads the clear line of what is watched for, or how long it has to be clear.
func (a *alertLine) readClear() *wrong {
	begin := a.at
	if a.skip("for") {
		if a.draft.ClearFor != nil {
			a.name()
			return a.fault(begin-1, "“clear for” is there twice, and I don't know which one counts. Without the second:", "")
		}
		return a.readTime("clear for", &a.draft.ClearFor, waits, "15m")
	}
	a.skip("at")
	if is, err := a.readClearOffset(begin); is {
		return err
	}
	if a.looks(a.at, rangeLooks) {
		low, high, err := a.durations("clear")
		if err != nil {
			return err
		}
		if low > high {
			e := a.fault(begin, "The range ends before it begins. The other way round:", rangeWords(high, low))
			e.sure = true
			return e
		}
		return a.clearLine(begin, AlertDraft{ClearLow: &low, ClearHigh: &high})
	}
	d, err := a.duration("clear", means, "4m30s")
	if err != nil {
		return err
	}
	return a.clearLine(begin, AlertDraft{Clear: &d})
}

// readClearOffset reads a clear line that hangs on something; false when it does not.
func (a *alertLine) readClearOffset(begin int) (bool, *wrong) {
	at := a.at
	if m := a.take(inLooks); m != nil {
		o := alert.Offset{Of: alert.BaseLine}
		var err *wrong
		if o.Percent, o.By, err = a.step(at, m[1]); err != nil {
			err.put = suffixed(err.put, " inside")
			return true, err
		}
		return true, a.clearLine(begin, AlertDraft{ClearAt: &o})
	}
	if m := a.take(ofLooks); m != nil {
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
	if m := a.take(distanceLooks); m != nil {
		return true, a.clearSide(at, sideOf(m[2]), base(m[3]), m[1])
	}
	if !a.looks(a.at, baseLooks) {
		return false, nil
	}
	o, err := a.takeOffset()
	if err != nil {
		return true, err
	}
	return true, a.clearLine(begin, AlertDraft{ClearAt: &o})
}

// clearSide mends a clear line that is told as so much above or below what it hangs on.
func (a *alertLine) clearSide(begin int, side alert.Kind, on alert.Base, step string) *wrong {
	out, in := on.String()+" by "+step, on.String()+" by -"+step
	e := a.fault(begin, "On the side where the alert fires, or on the good one? Pick one:", out, in)
	switch {
	case a.draft.Kind == 0 || a.draft.Kind == alert.KindOutside || side == alert.KindOutside:
	case side == a.draft.Kind:
		e.sure = true
	default:
		e.put, e.sure = []string{in}, true
	}
	return e
}

// suffixed puts a suffix behind each of words.
func suffixed(words []string, suffix string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w + suffix
	}
	return out
}

// clearLine keeps the clear line that said has, which a line says once.
func (a *alertLine) clearLine(begin int, said AlertDraft) *wrong {
	f := &a.draft
	if f.Clear != nil || f.ClearLow != nil || f.ClearAt != nil {
		return a.fault(begin-1, "“clear” is there twice, and I don't know which one counts. Without the second:", "")
	}
	f.Clear, f.ClearLow, f.ClearHigh, f.ClearAt = said.Clear, said.ClearLow, said.ClearHigh, said.ClearAt
	a.clear[0], a.clear[1] = a.since(begin - 1)
	return nil
}

// checkRule lays the draft over the rule it makes, as whoever keeps it will, and words what
// is wrong with that.
func (a *alertLine) checkRule() *wrong {
	f := a.draft
	r, err := f.plain(5 * time.Minute)
	if err != nil {
		return &wrong{say: "That line is too near to nothing to be crossed. Try:", from: a.kindAt[0], to: a.kindAt[1], put: []string{"above 5m"}, try: alertTry}
	}
	usual := "clear " + typedClear(r)
	clear := func(say string, put string) *wrong {
		return &wrong{say: say, from: a.clear[0], to: a.clear[1], put: []string{put}, try: alertTry}
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
	if err := f.layClear(&r); err != nil {
		return clear("The clear line does not fit the line. Try:", usual)
	}
	switch err := r.Check(); {
	case err == nil:
		return nil
	case errors.Is(err, alert.ErrClear) && r.Relative():
		return clear(fmt.Sprintf("An alert %s ends at that line or inside it, and follows the same figure. Try:", typedLines(r)), usual)
	case errors.Is(err, alert.ErrClear) && f.Kind == alert.KindAbove:
		return clear(fmt.Sprintf("An alert above %s ends at that or lower, and not at no time at all. Try:", durationWord(f.High)), usual)
	case errors.Is(err, alert.ErrClear) && f.Kind == alert.KindBelow:
		return clear(fmt.Sprintf("An alert below %s ends at that or higher. Try:", durationWord(f.Low)), usual)
	case errors.Is(err, alert.ErrClear):
		return clear(fmt.Sprintf("An alert outside %s ends within that range. Try:", rangeWords(f.Low, f.High)), usual)
	default:
		return &wrong{say: "I can't make an alert of that. Try a line like these:", try: alertTry}
	}
}

// tooLong reports whether the duration at the next word is more than an AHT can be.
func (a *alertLine) tooLong() bool {
	probe := reader{line: a.line, words: a.words, at: a.at, begins: a.begins}
	d, err := probe.takeDuration()
	return err == nil && d > longMean
}

// partOfName says that a duration no AHT can have, behind the name, is part of that.
func (a *alertLine) partOfName() *wrong {
	begin := a.at
	_, _ = a.takeDuration()
	say := fmt.Sprintf("%s is no AHT. If it belongs to the name, put it into the quotes:", a.said(begin))
	if a.named == [2]int{} || a.named[1] != begin {
		return a.fault(begin, fmt.Sprintf("%s is no AHT, and I can't use it there. Without it:", a.said(begin)), "")
	}
	a.named[1] = a.at
	e := a.fault(a.named[0], say)
	e.put = []string{quote(asTyped(a.line[e.from:e.to]))}
	return e
}
