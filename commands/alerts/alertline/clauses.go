package alertline

import (
	"ahtbot/commands/grammar"
	"ahtbot/internal/alert"
)

// newAlertLine returns an alertLine that stands behind the first n words.
func newAlertLine(line string, words []grammar.Word, n int) *alertLine {
	a := &alertLine{Reader: grammar.Reader{Line: line, Words: words, At: n}}
	number, off := grammar.Followed(grammar.DurationLooks), grammar.Followed(offLooks)
	past := func(r *grammar.Reader, i int) bool {
		return i == len(r.Words) || r.Looks(i, grammar.DurationLooks) || a.relativeBegins(i)
	}
	a.Known = []grammar.Part{
		{Keys: []string{"campaign", "campaigns"}, Begins: grammar.Never, Read: a.readCampaign},
		{Keys: []string{"group", "watched"}, Begins: grammar.Never, Read: a.readMany},
		{Keys: []string{"agent", "agents"}, Begins: grammar.Never, Read: a.readAgent},
		{Keys: []string{"above", "over"}, Begins: past, Read: func() *grammar.LineError { return a.readLine(alert.KindAbove, &a.draft.High) }, Many: true},
		{Keys: []string{"below", "under"}, Begins: past, Read: func() *grammar.LineError { return a.readLine(alert.KindBelow, &a.draft.Low) }, Many: true},
		{Keys: []string{"outside"}, Begins: func(r *grammar.Reader, i int) bool {
			return i == len(r.Words) || r.Looks(i, someNumber) || a.relativeBegins(i)
		}, Read: a.readOutside, Many: true},
		{Keys: []string{"no"}, Begins: grammar.Followed(callsLook), Read: a.readNoCalls, Many: true},
		{Keys: []string{"for"}, Begins: number, Read: func() *grammar.LineError { return a.readTime("for", &a.draft.For, grammar.Waits, "15m") }},
		{Keys: []string{"clear"}, Begins: grammar.Followed(clearLooks), Read: a.readClear, Many: true},
		{Keys: []string{"remind"}, Begins: off, Read: a.readRemind},
		{Keys: []string{"readings"}, Begins: grammar.Followed(digitsLook), Read: a.readReadings},
		{Keys: []string{"guard"}, Begins: grammar.Followed(onLooks), Read: a.readGuard},
		{Keys: []string{"warmup", "warm-up"}, Begins: off, Read: func() *grammar.LineError { return a.readOff("warmup", &a.draft.WarmUp, grammar.WarmUps, "60m") }},
		{Keys: []string{"active"}, Begins: func(r *grammar.Reader, i int) bool {
			return r.Looks(i, alwaysLooks) || r.Looks(i, grammar.SetLooks) || r.Looks(i, grammar.DaysLook) || r.Looks(i, grammar.SpanLooks)
		}, Read: a.readActive},
		{Keys: []string{"tz", "timezone"}, Begins: grammar.Anything, Read: func() (err *grammar.LineError) { a.zone, err = a.TakeZone(); return err }},
		{Keys: []string{"in"}, Begins: grammar.PlaceNext, Read: a.readPlace},
		{Keys: []string{"by"}, Begins: grammar.Followed(directLooks), Read: a.readDirect},
	}
	a.Begins = grammar.Once(func(i int) bool { return a.Starts(i) || a.lineBegins(i) || a.sideBegins(i) })
	return a
}

// parse reads all parts behind the verb of an add or a preview, or of an edit.
func (a *alertLine) parse(edit bool) (Draft, *grammar.LineError) {
	if err := a.Parts(a.unknown); err != nil {
		return Draft{}, err
	}
	if err := a.finish(edit); err != nil {
		return Draft{}, err
	}
	return a.draft, nil
}
