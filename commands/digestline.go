package commands

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"ahtbot/internal/digest"
)

// maxHeading is the longest name of a digest, in characters: it heads the message, with the
// day and the window behind it.
const maxHeading = 80

// digestLine reads what a digest is to be.
type digestLine struct {
	reader
	draft DigestDraft
	days  days
	span  *[2]digest.Clock // of every
	// starting reports whether a part begins at a word, as starts does, with a memory.
	starting func(i int) bool
	monthly  bool            // monthly or quarterly was said
	weeks    int             // of every; 0: not said
	but      digest.Weekdays // left out of days
	biweekly *wrong          // the word that said so, which may mean twice a week too
}

// newDigestLine returns a digestLine that stands behind the first n words.
func newDigestLine(line string, words []word, n int) *digestLine {
	d := &digestLine{reader: reader{line: line, words: words, at: n}}
	clock, set := followed(clockLooks), func(r *reader, i int) bool { return r.looks(i, setLooks) || r.looks(i, daysLook) }
	date := followed(datedLooks)
	d.known = append(append(d.recurring(), d.schedule()...),
		part{keys: []string{"campaign", "campaigns"}, begins: never, read: d.readCampaigns},
		part{keys: []string{"group"}, begins: never, read: d.readGroup},
		part{keys: []string{"watched"}, begins: never, read: func() *wrong { d.draft.What.Watched = true; return nil }},
		part{keys: []string{"agent", "agents"}, begins: never, read: d.readAgent},
		part{keys: []string{"at"}, begins: clock, read: d.readTimes},
		part{keys: []string{"every"}, begins: orEnd(everyLooks), read: d.readEvery, many: true},
		part{keys: []string{"from"}, begins: followed(fromLooks), read: d.readSpan},
		part{keys: []string{"on"}, begins: set, read: d.readDays},
		part{keys: []string{"monthly"}, begins: onNext, read: func() *wrong { return d.readMonthly(false) }},
		part{keys: []string{"quarterly"}, begins: onNext, read: func() *wrong { return d.readMonthly(true) }},
		part{keys: []string{"cron"}, begins: cronNext, read: d.readCron},
		part{keys: []string{"tz", "timezone"}, begins: anything, read: func() (err *wrong) { d.draft.When.Zone, err = d.takeZone(); return err }},
		part{keys: []string{"in"}, begins: placeNext, read: func() (err *wrong) { d.draft.In, err = d.takePlace(); return err }},
		part{keys: []string{"only"}, begins: followed(filterLooks), read: d.readOnly},
		part{keys: []string{"as"}, begins: followed(viewLooks), read: d.readView},
		part{keys: []string{"name"}, begins: quotedNext, read: d.readHeading},
		part{keys: []string{"except"}, begins: followed(exceptLooks), read: d.readExcept, many: true},
		part{keys: []string{"until"}, begins: date, read: func() (err *wrong) { d.draft.When.Until, err = d.takeDate(); return err }},
		part{keys: []string{"starting"}, begins: date, read: func() (err *wrong) { d.draft.When.Starting, err = d.takeDate(); return err }},
	)
	d.starting = once(d.starts)
	d.begins = once(func(i int) bool { return d.daysBegin(i) || d.starting(i) })
	return d
}

var (
	filterLooks = phrase(`off[-_ ]?target|changed|with[-_ ]?calls|all`)
	fromLooks   = phrase(clockIs + `(?:` + between + clockIs + `)?|` + dateIs + `|` + dayIs + between + dayIs)
	viewLooks   = phrase(`(?:a )?table(?: and chart)?|(?:a )?chart|both`)
)

func cronNext(r *reader, i int) bool {
	return i == len(r.words) || quotedNext(r, i) || r.looks(i, cronLooks) || strings.HasPrefix(r.words[i].low, "@")
}

func onNext(r *reader, i int) bool {
	return i < len(r.words) && (r.words[i].low == "on" || r.words[i].low == "at" || r.looks(i, nthLooks))
}

// daysBegin reports whether days of the week begin at word i, and not words of a name: only
// where times, another part or nothing follow.
func (d *digestLine) daysBegin(i int) bool {
	probe := reader{line: d.line, words: d.words, at: i, begins: d.begins}
	if _, ok, err := probe.takeDays(); !ok && err == nil {
		return false
	}
	next := probe.peek(0)
	return probe.end() || next.comma() || next.low == "at" || next.low == "every" || d.begins(probe.at) || d.looks(probe.at, clockLooks)
}

// parse reads all parts behind the verb of an add, or of an edit.
func (d *digestLine) parse(edit bool) (DigestDraft, *wrong) {
	if err := d.parts(d.unknown); err != nil {
		return DigestDraft{}, err
	}
	if err := d.finish(edit); err != nil {
		return DigestDraft{}, err
	}
	return d.draft, nil
}

// digestTry are whole lines that show how a digest is made.
var digestTry = []string{
	`digest add campaign "Collections North", "Sales Outbound" mon-sat every 2h from 11:00 to 19:00`,
	`digest add watched daily at 9:00, 13:30 in #ops`,
}

func (d *digestLine) readCampaigns() *wrong {
	if d.is("agent", "agents") && !d.peek(1).quoted && d.peek(1).text != "" {
		return d.readAgent()
	}
	names, err := d.campaigns()
	if len(names) > digest.MaxCampaigns {
		return &wrong{say: fmt.Sprintf("A digest names at most %d campaigns. Take a group, whose names begin alike:", digest.MaxCampaigns), try: []string{`digest add group "Sales" daily at 9:00`}}
	}
	d.draft.What.Campaigns = names
	return err
}

func (d *digestLine) readGroup() *wrong {
	begin := d.at
	d.draft.What.Group = d.name()
	if err := d.checkName(begin, d.draft.What.Group, "group"); err != nil {
		return err
	}
	return d.joined(begin)
}

func (d *digestLine) readAgent() *wrong {
	return &wrong{
		say: "One person's AHT is not for a channel: about five calls in two hours say little about anybody. I send digests of campaigns:",
		try: digestTry[:1],
	}
}

func (d *digestLine) readOnly() *wrong {
	word, err := d.oneOf("only", []string{"off-target", "changed", "with-calls", "all"}, map[string]string{
		"off target": "off-target", "off_target": "off-target", "offtarget": "off-target", "with calls": "with-calls", "with_calls": "with-calls",
	})
	if err == nil {
		_ = d.draft.Only.UnmarshalText([]byte(word)) // one of its words
		d.draft.HasOnly = true
	}
	return err
}

func (d *digestLine) readView() *wrong {
	word, err := d.oneOf("as", []string{"table", "chart", "both"}, map[string]string{
		"a table": "table", "a chart": "chart", "table and chart": "both", "chart and table": "both",
	})
	if err == nil {
		_ = d.draft.As.UnmarshalText([]byte(word)) // one of its words
		d.draft.HasAs = true
	}
	return err
}

func (d *digestLine) readHeading() *wrong {
	begin := d.at
	d.draft.Name = d.name()
	if err := d.checkName(begin, d.draft.Name, "digest"); err != nil {
		return err
	}
	if utf8.RuneCountInString(d.draft.Name) > maxHeading {
		return d.fault(begin, fmt.Sprintf("That name is too long for a heading: at most %d characters. Cut short:", maxHeading), quote(string([]rune(d.draft.Name)[:maxHeading])))
	}
	return nil
}

// checkWhat checks that the line says whose figures, in one way; an edit may leave it out.
func (d *digestLine) checkWhat(edit bool) *wrong {
	w := d.draft.What
	switch {
	case edit && len(w.Campaigns) == 0 && w.Group == "" && !w.Watched:
		return nil
	case len(w.Campaigns) == 0 && w.Group == "" && !w.Watched:
		at := d.words[0].to
		return &wrong{
			say:  "Say whose figures, first of all: campaign and its name, group and how the names begin, or watched.",
			from: at, to: at, put: []string{` campaign "Sales Outbound"`, " watched"},
		}
	case w.Check() != nil:
		return d.without("A digest is of named campaigns, of a group, or of all watched ones: one of the three. Try:", "watched", "group", "campaign")
	default:
		return nil
	}
}
