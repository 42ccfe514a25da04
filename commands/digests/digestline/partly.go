package digestline

import (
	"slices"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
)

// mostCuts is how many mistakes are cut out of a line of which as much as can be is read.
const mostCuts = 12

// Partly is what a normalised line behind the word digest says, as far as it is understood, and the number of the digest that it is to
// change; 0: it makes a new one. Nothing in it is checked against the rest. left are the parts that were not understood.
func Partly(line string) (d Draft, id int64, left []string) {
	line = Language().Mended(line)
	switch c, _ := Language().Parse(line); c := whole(c).(type) {
	case nil:
	case Add:
		return c.Draft, 0, nil
	case Edit:
		return c.Draft, c.ID, nil
	default: // it asks something else
		return Draft{}, 0, nil
	}
	for range mostCuts {
		words, err := grammar.SplitWords(line)
		if err != nil {
			line = line[:err.From] + line[err.To:]
			continue
		}
		begin := 0
		if begin, id = behindVerb(words); begin == 0 && len(words) > 0 && slices.Contains(Language().Verbs, words[0].Low) {
			return Draft{}, 0, nil
		}
		read := newDigestLine(line, words, begin)
		if err = read.Parts(read.unknown); err == nil {
			return read.partly(), id, left
		}
		var cut string
		if line, cut = read.mendedOrCut(err, begin); cut != "" && begin > 0 {
			left = append(left, cut)
		}
	}
	return Draft{}, id, left
}

// whole is c without a word on how it was read; nil for none.
func whole(c request.Command) request.Command {
	if c == nil {
		return nil
	}
	return request.Plain(c)
}

// behindVerb is the word behind the verb of a line that makes or changes a digest, and behind the number.
func behindVerb(words []grammar.Word) (begin int, id int64) {
	if len(words) == 0 || words[0].Low != "add" && words[0].Low != "edit" {
		return 0, 0
	}
	if words[0].Low == "edit" && len(words) > 1 {
		id, _ = grammar.Number(words[1])
	}
	if id > 0 {
		return 2, id
	}
	return 1, 0
}

// mendedOrCut is the line with what is wrong in it mended, where only one thing can be meant or but a comma is missing, or
// else without the part that is wrong, which it returns. begin is the first word of the first part.
func (d *digestLine) mendedOrCut(e *grammar.LineError, begin int) (line, cut string) {
	if len(e.Put) > 0 && (e.Sure || e.Put[0] == ", ") {
		return d.Line[:e.From] + e.Put[0] + d.Line[e.To:], ""
	}
	from, to := 0, e.To
	if begin > 0 {
		from = d.Words[begin-1].To
	}
	for _, at := range d.Stands { // the parts that were read end before it
		from = max(from, min(at[1], e.From))
	}
	if to <= from { // nothing would be cut
		from, to = e.From, d.Peek(0).To
	}
	return d.Line[:from] + " " + d.Line[to:], strings.TrimSpace(grammar.AsTyped(d.Line[from:to]))
}

// partly is the draft as far as it was read, with its days and hours.
func (d *digestLine) partly() Draft {
	if d.biweek() != nil || d.days.Set&^d.but == 0 {
		d.but = 0
	}
	when := &d.draft.When
	when.Days, when.Workdays, when.Weeks = d.days.Set&^d.but, d.days.Work, d.weeks
	if d.draft.HasSpan = d.span != nil; d.draft.HasSpan {
		when.Every.From, when.Every.To = d.span[0], d.span[1]
	}
	if when.Weeks == 1 {
		when.Weeks = 0
	}
	return d.draft
}
