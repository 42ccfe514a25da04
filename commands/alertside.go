package commands

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ahtbot/internal/alert"
)

// Words that people use for above and below, and for the range of outside, before what can
// only be a line.
var (
	overLooks    = regexp.MustCompile(`(?i)^` + overIs + `$`)
	underLooks   = regexp.MustCompile(`(?i)^` + underIs + `$`)
	sideLooks    = regexp.MustCompile(`(?i)^(` + overIs + `|` + underIs + `)(?: *\d| +` + baseIs + `(?:[ ,]|$))`)
	signLooks    = regexp.MustCompile(`^([<>]=?|=[<>]|[≤≥]) *(?:$|` + baseIs + `)`)
	betweenLooks = phrase(`(between|within|inside)(?: +from)? +(` + durationIs + `)(?:` + dash + `| +(?:to|and|until) +)(` + durationIs + `)`)
	notInLooks   = phrase(`(?:not +(?:between|within|inside|in|from)|out +of|outwith) +((?:` + durationIs + `)(?:` + dash + `| +(?:to|and|until) +)(?:` + durationIs + `))`)
	awayLooks    = phrase(`(?:off|away +from|far +from|out +of) +(` + baseIs + `)`)
)

// ownSides are the words for a side that the language has itself.
var ownSides = []string{"above", "over", "below", "under", "outside"}

// sideAt returns how long the words for a side are that stand at word i before a line; 0
// when none do.
func (a *alertLine) sideAt(i int) (n int, k alert.Kind) {
	if i >= len(a.words) || a.words[i].quoted || slices.Contains(ownSides, a.words[i].low) {
		return 0, 0
	}
	rest := a.line[a.words[i].from:]
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
	if i > 0 && strings.HasPrefix(a.words[i-1].low, "campaign") {
		return false
	}
	if n, _ := a.sideAt(i); n > 0 {
		return true
	}
	return a.looks(i, distanceLooks) || a.looks(i, ofLooks) || a.looks(i, betweenLooks) || a.looks(i, notInLooks) || a.looks(i, awayLooks)
}

// otherWords mends a line at the next word, if that tells what is watched for in words that
// are not the language's own; nil when it does not.
func (a *alertLine) otherWords() *wrong {
	begin := a.at
	if a.draft.Kind != 0 {
		return nil
	}
	if n, k := a.sideAt(a.at); n > 0 {
		from := a.peek(0).from
		return &wrong{say: fmt.Sprintf("Write “%s” before the line:", k), from: from, to: from + n, put: []string{k.String() + " "}, sure: true}
	}
	if m := a.take(distanceLooks); m != nil {
		e := a.fault(begin, "Write the line as below:", fmt.Sprintf("%s %s by %s", sideOf(m[2]), base(m[3]), m[1]))
		e.sure = true
		return e
	}
	if m := a.take(notInLooks); m != nil {
		e := a.fault(begin, "Write “outside” before the range:", "outside "+m[1])
		e.sure = true
		return e
	}
	if m := a.take(betweenLooks); m != nil {
		return a.fault(begin, "I tell when AHT leaves a range, not while it is in one. To be told when it leaves this one:", "outside "+m[2]+".."+m[3])
	}
	if m := a.take(awayLooks); m != nil {
		e := a.fault(begin, "Write “outside” before what the line follows:", "outside "+m[1])
		e.sure = true
		return e
	}
	if a.looks(a.at, ofLooks) || a.looks(a.at, baseLooks) {
		from := a.peek(0).from
		return &wrong{say: "Write “above” or “below” before what the line follows:", from: from, to: from, put: []string{"above ", "below "}, try: alertTry}
	}
	return nil
}
