// Package digestline is the language of /aht digest: its commands, and how a line that makes or changes a digest is read
// and written.
package digestline

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"ahtbot/commands/grammar"
	"ahtbot/internal/digest"
)

// maxHeading is the longest name of a digest, in characters: it heads the message, with the
// day and the window behind it.
const maxHeading = 80

// digestLine reads what a digest is to be.
type digestLine struct {
	grammar.Reader
	draft Draft
	days  grammar.Days
	span  *[2]digest.Clock // of every
	// starting reports whether a part begins at a word, as starts does, with a memory.
	starting func(i int) bool
	edit     bool
	monthly  bool               // monthly or quarterly was said
	weeks    int                // of every; 0: not said
	but      digest.Weekdays    // left out of days
	biweekly *grammar.LineError // the word that said so, which may mean twice a week too
}

var (
	filterLooks = grammar.Phrase(`off[-_ ]?target|changed|with[-_ ]?calls|all`)
	fromLooks   = grammar.Phrase(grammar.ClockIs + `(?:` + grammar.Between + grammar.ClockIs + `)?|` + grammar.DateIs + `|` + grammar.DayIs + grammar.Between + grammar.DayIs)
	viewLooks   = grammar.Phrase(`(?:a )?table(?: and chart)?|(?:a )?chart|both`)
)

func cronNext(r *grammar.Reader, i int) bool {
	return i == len(r.Words) || grammar.QuotedNext(r, i) || r.Looks(i, cronLooks) || strings.HasPrefix(r.Words[i].Low, "@")
}

func onNext(r *grammar.Reader, i int) bool {
	return i < len(r.Words) && (r.Words[i].Low == "on" || r.Words[i].Low == "at" || r.Looks(i, nthLooks))
}

// daysBegin reports whether days of the week begin at word i, and not words of a name: only
// where times, another part or nothing follow.
func (d *digestLine) daysBegin(i int) bool {
	probe := grammar.Reader{Line: d.Line, Words: d.Words, At: i, Begins: d.Begins}
	if _, ok, err := probe.TakeDays(); !ok && err == nil {
		return false
	}
	next := probe.Peek(0)
	return probe.End() || next.Comma() || next.Low == "at" || next.Low == "every" || d.Begins(probe.At) || d.Looks(probe.At, grammar.ClockLooks)
}

// digestTry are whole lines that show how a digest is made.
var digestTry = []string{
	`digest add campaign "Collections North", "Sales Outbound" mon-sat every 2h from 11:00 to 19:00`,
	`digest add watched daily at 9:00, 13:30 in #ops`,
}

func (d *digestLine) readCampaigns() *grammar.LineError {
	if d.Is("agent", "agents") && !d.Peek(1).Quoted && d.Peek(1).Text != "" {
		return d.readAgent()
	}
	names, err := d.Campaigns()
	if len(names) > digest.MaxCampaigns {
		return &grammar.LineError{Say: fmt.Sprintf("A digest names at most %d campaigns. Take a group, whose names begin alike:", digest.MaxCampaigns), Try: []string{`digest add group "Sales" daily at 9:00`}}
	}
	d.draft.What.Campaigns = names
	return err
}

func (d *digestLine) readGroup() *grammar.LineError {
	begin := d.At
	d.draft.What.Group = d.Name()
	if err := d.CheckName(begin, d.draft.What.Group, "group"); err != nil {
		return err
	}
	return d.Joined(begin)
}

func (d *digestLine) readAgent() *grammar.LineError {
	return &grammar.LineError{
		Say: "One person's AHT is not for a channel: about five calls in two hours say little about anybody. I send digests of campaigns:",
		Try: digestTry[:1],
	}
}

func (d *digestLine) readOnly() *grammar.LineError {
	word, err := d.OneOf("only", []string{"off-target", "changed", "with-calls", "all"}, map[string]string{
		"off target": "off-target", "off_target": "off-target", "offtarget": "off-target", "with calls": "with-calls", "with_calls": "with-calls",
	})
	if err == nil {
		_ = d.draft.Only.UnmarshalText([]byte(word)) // one of its words
		d.draft.HasOnly = true
	}
	return err
}

func (d *digestLine) readView() *grammar.LineError {
	word, err := d.OneOf("as", []string{"table", "chart", "both"}, map[string]string{
		"a table": "table", "a chart": "chart", "table and chart": "both", "chart and table": "both",
	})
	if err == nil {
		_ = d.draft.As.UnmarshalText([]byte(word)) // one of its words
		d.draft.HasAs = true
	}
	return err
}

func (d *digestLine) readHeading() *grammar.LineError {
	begin := d.At
	d.draft.Name = d.Name()
	if d.edit && d.draft.Name == "" && d.At > begin {
		d.draft.Nameless = true
		return nil
	}
	if err := d.CheckName(begin, d.draft.Name, "digest"); err != nil {
		return err
	}
	if utf8.RuneCountInString(d.draft.Name) > maxHeading {
		return d.Fault(begin, fmt.Sprintf("That name is too long for a heading: at most %d characters. Cut short:", maxHeading), grammar.Quote(string([]rune(d.draft.Name)[:maxHeading])))
	}
	return nil
}

// checkWhat checks that the line says whose figures, in one way; an edit may leave it out.
func (d *digestLine) checkWhat(edit bool) *grammar.LineError {
	w := d.draft.What
	switch {
	case edit && len(w.Campaigns) == 0 && w.Group == "" && !w.Watched:
		return nil
	case len(w.Campaigns) == 0 && w.Group == "" && !w.Watched:
		at := d.Words[0].To
		return &grammar.LineError{
			Say:  "Say whose figures, first of all: campaign and its name, group and how the names begin, or watched.",
			From: at, To: at, Put: []string{` campaign "Sales Outbound"`, " watched"},
		}
	case w.Check() != nil:
		return d.Without("A digest is of named campaigns, of a group, or of all watched ones: one of the three. Try:", "watched", "group", "campaign")
	default:
		return nil
	}
}
