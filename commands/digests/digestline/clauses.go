package digestline

import "ahtbot/commands/grammar"

// newDigestLine returns a digestLine that stands behind the first n words.
func newDigestLine(line string, words []grammar.Word, n int) *digestLine {
	d := &digestLine{Reader: grammar.Reader{Line: line, Words: words, At: n}}
	clock, set := grammar.Followed(grammar.ClockLooks), func(r *grammar.Reader, i int) bool {
		return r.Looks(i, grammar.SetLooks) || r.Looks(i, grammar.DaysLook)
	}
	date := grammar.Followed(grammar.DatedLooks)
	d.Known = append(append(d.recurring(), d.schedule()...),
		grammar.Part{Keys: []string{"campaign", "campaigns"}, Begins: grammar.Never, Read: d.readCampaigns},
		grammar.Part{Keys: []string{"group"}, Begins: grammar.Never, Read: d.readGroup},
		grammar.Part{Keys: []string{"watched"}, Begins: grammar.Never, Read: func() *grammar.LineError { d.draft.What.Watched = true; return nil }},
		grammar.Part{Keys: []string{"agent", "agents"}, Begins: grammar.Never, Read: d.readAgent},
		grammar.Part{Keys: []string{"at"}, Begins: clock, Read: d.readTimes},
		grammar.Part{Keys: []string{"every"}, Begins: grammar.OrEnd(everyLooks), Read: d.readEvery, Many: true},
		grammar.Part{Keys: []string{"from"}, Begins: grammar.Followed(fromLooks), Read: d.readSpan},
		grammar.Part{Keys: []string{"on"}, Begins: set, Read: d.readDays},
		grammar.Part{Keys: []string{"monthly"}, Begins: onNext, Read: func() *grammar.LineError { return d.readMonthly(false) }},
		grammar.Part{Keys: []string{"quarterly"}, Begins: onNext, Read: func() *grammar.LineError { return d.readMonthly(true) }},
		grammar.Part{Keys: []string{"cron"}, Begins: cronNext, Read: d.readCron},
		grammar.Part{Keys: []string{"tz", "timezone"}, Begins: grammar.Anything, Read: func() (err *grammar.LineError) { d.draft.When.Zone, err = d.TakeZone(); return err }},
		grammar.Part{Keys: []string{"in"}, Begins: grammar.PlaceNext, Read: func() (err *grammar.LineError) { d.draft.In, err = d.TakePlace(); return err }},
		grammar.Part{Keys: []string{"only"}, Begins: grammar.Followed(filterLooks), Read: d.readOnly},
		grammar.Part{Keys: []string{"as"}, Begins: grammar.Followed(viewLooks), Read: d.readView},
		grammar.Part{Keys: []string{"name"}, Begins: grammar.QuotedNext, Read: d.readHeading},
		grammar.Part{Keys: []string{"except"}, Begins: grammar.Followed(exceptLooks), Read: d.readExcept, Many: true},
		grammar.Part{Keys: []string{"until"}, Begins: date, Read: func() (err *grammar.LineError) { d.draft.When.Until, err = d.TakeDate(); return err }},
		grammar.Part{Keys: []string{"starting"}, Begins: date, Read: func() (err *grammar.LineError) { d.draft.When.Starting, err = d.TakeDate(); return err }},
	)
	d.starting = grammar.Once(d.Starts)
	d.Begins = grammar.Once(func(i int) bool { return d.daysBegin(i) || d.starting(i) })
	return d
}

// parse reads all parts behind the verb of an add, or of an edit.
func (d *digestLine) parse(edit bool) (Draft, *grammar.LineError) {
	d.edit = edit
	if err := d.Parts(d.unknown); err != nil {
		return Draft{}, err
	}
	if err := d.finish(edit); err != nil {
		return Draft{}, err
	}
	return d.draft, nil
}
