package alertline

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/internal/alert"
)

// Words that people use for above and below, and for the range of outside, before what can
// only be a line.
var (
	overLooks    = regexp.MustCompile(`(?i)^` + overIs + `$`)
	underLooks   = regexp.MustCompile(`(?i)^` + underIs + `$`)
	sideLooks    = regexp.MustCompile(`(?i)^(` + overIs + `|` + underIs + `)(?: *\d| +` + baseIs + `(?:[ ,]|$))`)
	signLooks    = regexp.MustCompile(`^([<>]=?|=[<>]|[≤≥]) *(?:$|` + baseIs + `)`)
	betweenLooks = grammar.Phrase(`(between|within|inside)(?: +from)? +(` + grammar.DurationIs + `)(?:` + grammar.Dash + `| +(?:to|and|until) +)(` + grammar.DurationIs + `)`)
	notInLooks   = grammar.Phrase(`(?:not +(?:between|within|inside|in|from)|out +of|outwith) +((?:` + grammar.DurationIs + `)(?:` + grammar.Dash + `| +(?:to|and|until) +)(?:` + grammar.DurationIs + `))`)
	awayLooks    = grammar.Phrase(`(?:off|away +from|far +from|out +of) +(` + baseIs + `)`)
)

// ownSides are the words for a side that the language has itself.
var ownSides = []string{"above", "over", "below", "under", "outside"}

// sideAt returns how long the words for a side are that stand at word i before a line; 0
// when none do.
func (a *alertLine) sideAt(i int) (n int, k alert.Kind) {
	if i >= len(a.Words) || a.Words[i].Quoted || slices.Contains(ownSides, a.Words[i].Low) {
		return 0, 0
	}
	rest := a.Line[a.Words[i].From:]
	for _, re := range []*regexp.Regexp{sideLooks, signLooks} {
		if m := re.FindStringSubmatch(rest); m != nil {
			return len(m[1]), sideOf(strings.TrimSpace(m[1]))
		}
	}
	return 0, 0
}

// sideBegins reports whether words for a line that are not the language's own begin at
// word i. A name does not begin with any.
func (a *alertLine) sideBegins(i int) bool {
	if i > 0 && strings.HasPrefix(a.Words[i-1].Low, "campaign") {
		return false
	}
	if n, _ := a.sideAt(i); n > 0 {
		return true
	}
	return a.Looks(i, distanceLooks) || a.Looks(i, ofLooks) || a.Looks(i, betweenLooks) || a.Looks(i, notInLooks) || a.Looks(i, awayLooks)
}

// otherWords mends a line at the next word, if that tells what is watched for in words that
// are not the language's own; nil when it does not.
func (a *alertLine) otherWords() *grammar.LineError {
	begin := a.At
	if a.draft.Kind != 0 {
		return nil
	}
	if n, k := a.sideAt(a.At); n > 0 {
		e := a.Before(fmt.Sprintf("Write “%s” before the line:", k), k.String()+" ").Surely()
		e.To += n
		return e
	}
	if m := a.Take(distanceLooks); m != nil {
		return a.Fault(begin, "Write the line as below:", fmt.Sprintf("%s %s by %s", sideOf(m[2]), base(m[3]), m[1])).Surely()
	}
	if m := a.Take(notInLooks); m != nil {
		return a.Fault(begin, "Write “outside” before the range:", "outside "+m[1]).Surely()
	}
	if m := a.Take(betweenLooks); m != nil {
		return a.Fault(begin, "I tell when AHT leaves a range, not while it is in one. To be told when it leaves this one:", "outside "+m[2]+".."+m[3])
	}
	if m := a.Take(awayLooks); m != nil {
		return a.Fault(begin, "Write “outside” before what the line follows:", "outside "+m[1]).Surely()
	}
	if a.Looks(a.At, ofLooks) || a.Looks(a.At, baseLooks) {
		return a.Before("Write “above” or “below” before what the line follows:", "above ", "below ")
	}
	return nil
}
