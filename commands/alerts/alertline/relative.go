package alertline

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// How what a line hangs on looks, and how far from it a line may lie.
const (
	baseIs    = `(?:(?:the|its) +)?(?:target|goal|usual|normal)`
	percentIs = `\d+(?:[.,]\d+)? *(?:%|per *cent|pct)`
	stepIs    = `(?:` + percentIs + `|` + grammar.DurationIs + `)`
	overIs    = `(?:>=?|=>|≥|above|over|beyond|exceed(?:s|ing)?|(?:more|longer|greater|higher|bigger|larger|slower) +than|at +least)`
	underIs   = `(?:<=?|=<|≤|below|under|beneath|(?:less|shorter|lower|fewer|smaller|faster) +than|at +most)`
)

var (
	baseLooks     = grammar.Phrase(`(` + baseIs + `)`)
	byLooks       = grammar.Phrase(`by +(-?)(` + stepIs + `)`)
	plusLooks     = grammar.Phrase(`(?:(plus|minus|[-+]) *)?(` + stepIs + `)`)
	ofLooks       = grammar.Phrase(`(` + percentIs + `) +of +(` + baseIs + `)`)
	distanceLooks = grammar.Phrase(`(?:by +)?(` + stepIs + `) +(` + overIs + `|` + underIs + `|off|outside) +(` + baseIs + `)`)
	inLooks       = grammar.Phrase(`(` + stepIs + `) +inside(?: +the +line)?`)
)

// baseWords names what a line hangs on.
func baseWords(b alert.Base) string {
	if b == alert.BaseUsual {
		return "what is usual"
	}
	return "the target"
}

// base reads a word for what a line hangs on.
func base(said string) alert.Base {
	if low := strings.ToLower(said); strings.HasSuffix(low, "usual") || strings.HasSuffix(low, "normal") {
		return alert.BaseUsual
	}
	return alert.BaseTarget
}

// step reads how far a line lies from what it hangs on.
func (a *alertLine) step(begin int, said string) (percent int, by time.Duration, err *grammar.LineError) {
	number := strings.TrimRight(strings.ToLower(said), " %percntg")
	if _, bare := grammar.BareNumber(said); bare {
		return 0, 0, a.Fault(begin, fmt.Sprintf("“%s” may be percent or seconds. Write which:", said), said+"%", said+"s")
	}
	if by, err := aht.ParseDuration(said); err == nil {
		if by > time.Hour {
			return 0, 0, a.Fault(begin, "A line is at most an hour off. Try:", "30s")
		}
		return 0, by, nil
	}
	share, bad := strconv.ParseFloat(strings.ReplaceAll(number, ",", "."), 64)
	switch {
	case bad != nil:
		return 0, 0, a.Fault(begin, fmt.Sprintf("“%s” is no percentage and no duration I can use. Write it as 10%% or 30s:", reply.Short(said)), "10%", "30s")
	case share > 900:
		return 0, 0, a.Fault(begin, "A line is at most 900 % off. Try:", "10%")
	case share != float64(int(share)):
		return 0, 0, a.Fault(begin, "I count in whole percent. The nearest:", strconv.Itoa(int(share+0.5))+"%")
	}
	return int(share), 0, nil
}

// takeOffset goes past what a line hangs on and how far from that it is.
func (a *alertLine) takeOffset() (o alert.Offset, err *grammar.LineError) {
	o.Of = base(a.Take(baseLooks)[1])
	begin := a.At
	if m := a.Take(byLooks); m != nil {
		begin++
		if o.Percent, o.By, err = a.step(begin, m[2]); err != nil {
			err.Put = affixed(m[1], err.Put, "")
			return o, err
		}
		if m[1] != "" {
			o.Percent, o.By = -o.Percent, -o.By
		}
		return o, nil
	}
	if !a.Looks(a.At+1, directLooks) && a.Skip("by") {
		return o, a.Lacks("By how much? Write a percentage or a duration:", "10%", "30s")
	}
	m := a.Take(plusLooks)
	if m == nil {
		return o, nil
	}
	minus := map[bool]string{true: "-", false: ""}[m[1] == "-" || strings.EqualFold(m[1], "minus")]
	e := a.Fault(begin, "Write “by” before how far from it the line is:", "by "+minus+m[2])
	if e.Sure = m[1] != "" || strings.ContainsAny(m[2], "%pP"); !e.Sure {
		e.Say, e.Put = "The duration stands alone. Write “by” before how far from it the line is, or “for” before how long:", []string{"by " + m[2], "for " + m[2]}
	}
	return o, e
}

// affixed puts something before and something behind each of words.
func affixed(before string, words []string, behind string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = before + w + behind
	}
	return out
}

// readRelative reads the line of a kind that hangs on something, behind the word of the kind;
// false when it does not hang on anything.
func (a *alertLine) readRelative(k alert.Kind) (bool, *grammar.LineError) {
	begin := a.At
	if m := a.Take(ofLooks); m != nil {
		percent, _, err := a.step(begin, m[1])
		if err == nil {
			err = a.shareOf(begin, k, percent, base(m[2]))
		}
		return true, err
	}
	if m := a.Take(distanceLooks); m != nil {
		on := " " + base(m[3]).String()
		e := a.Fault(begin, "That names two sides at once. Pick one:", strings.TrimSpace(on)+" by "+m[1], strings.TrimSpace(on)+" by -"+m[1])
		e.Sure = sideOf(m[2]) == k
		return true, e
	}
	if !a.Looks(a.At, baseLooks) {
		return false, nil
	}
	o, err := a.takeOffset()
	if err != nil {
		return true, err
	}
	if err := a.kind(begin, k); err != nil {
		return true, err
	}
	a.draft.Line = o
	inwards := o.Percent < 0 || o.By < 0
	switch {
	case k == alert.KindOutside && o == alert.Offset{Of: alert.BaseTarget}:
		return true, a.Lacks("How far from the target? Write a percentage or a duration:", "by 10%", "by 30s")
	case inwards && (k == alert.KindOutside || o.Of == alert.BaseUsual):
		o.Percent, o.By = max(o.Percent, -o.Percent), max(o.By, -o.By)
		return true, a.Fault(begin, "That line would be crossed while nothing is wrong. On the other side:", TypedOffset(o))
	case o.Percent < -90:
		return true, a.Fault(begin, "That line is too near to nothing to be crossed. Try:", TypedOffset(alert.Offset{Of: o.Of, Percent: 10}))
	}
	return true, nil
}

// shareOf is the mend of a line that is told as a share of what it hangs on: 110 % of it is 10 %
// farther up, and 10 % of it was more likely meant to be 10 % off.
func (a *alertLine) shareOf(begin int, k alert.Kind, percent int, of alert.Base) *grammar.LineError {
	out := percent - 100
	if k == alert.KindBelow {
		out = -out
	}
	on := of.String() + " by "
	if percent >= 50 {
		e := a.Fault(begin, "Write how far from it the line is:", on+strconv.Itoa(out)+"%")
		if e.Sure = true; out == 0 {
			e.Put[0] = of.String()
		}
		return e
	}
	return a.Fault(begin, fmt.Sprintf("%d %% of %s is very little. Did you mean %d %% off it?", percent, baseWords(of), percent), on+strconv.Itoa(percent)+"%")
}

// sideOf is the kind of line that a word for a side stands for.
func sideOf(word string) alert.Kind {
	switch {
	case overLooks.MatchString(word):
		return alert.KindAbove
	case underLooks.MatchString(word):
		return alert.KindBelow
	default:
		return alert.KindOutside
	}
}

// relativeBegins reports whether a line that hangs on something begins at word i, and not
// the words of a name: only where it has a distance, or where another part or nothing
// follows.
func (a *alertLine) relativeBegins(i int) bool {
	if a.Looks(i, ofLooks) || a.Looks(i, distanceLooks) {
		return true
	}
	probe := grammar.Reader{Line: a.Line, Words: a.Words, At: i, Begins: a.Begins}
	if i > 1 && strings.HasPrefix(a.Words[i-2].Low, "campaign") || probe.Take(baseLooks) == nil {
		return false
	}
	return probe.End() || probe.Peek(0).Comma() || probe.Looks(probe.At, byLooks) || probe.Looks(probe.At, plusLooks) || a.Begins(probe.At)
}
