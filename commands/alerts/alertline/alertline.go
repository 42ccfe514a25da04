// Package alertline is the language of /aht alert: its commands, and how a line that makes or changes an alert is read and
// written.
package alertline

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/internal/alert"
)

// alertLine reads what an alert is to be.
type alertLine struct {
	grammar.Reader
	draft  Draft
	zone   string
	always bool   // active always
	kindAt [2]int // where the kind and its lines stand
	clear  [2]int // where the clear line stands
	named  [2]int // the words of a name without quotes
}

// alertTry are whole lines that show how an alert is made.
var alertTry = []string{
	`alert add campaign "Collections North" above 5m for 15m`,
	`alert add campaign "Sales Outbound" outside 3m..6m active mon-sat 9:00-19:00`,
}

// lineBegins reports whether a duration or a range stands at word i where its word, such as
// above, was left out: at the end of a name that another part, or nothing, follows.
func (a *alertLine) lineBegins(i int) bool {
	probe := grammar.Reader{Line: a.Line, Words: a.Words, At: i, Begins: a.Begins}
	if probe.Take(grammar.RangeLooks) == nil && (!probe.Looks(i, grammar.UnitLooks) || probe.Take(grammar.DurationLooks) == nil) {
		return false
	}
	return probe.End() || probe.Peek(0).Comma() || a.Begins(probe.At)
}

// unknown says what is wrong with a word that no part begins with.
func (a *alertLine) unknown() *grammar.LineError {
	if err := a.otherWords(); err != nil {
		return err
	}
	begin, w := a.At, a.Peek(0)
	switch {
	case w.Named:
		a.At++
		return a.Fault(begin, fmt.Sprintf("%s stands alone. Write “in” before the channel:", a.Said(begin)), "in "+a.Line[w.From:w.To])
	case a.Looks(a.At, grammar.RangeLooks) && a.draft.Kind == 0:
		return a.Before("The range stands alone. Write “outside” before it, or put it into quotes with the name if it belongs there:", "outside ").Surely()
	case a.Looks(a.At, grammar.DurationLooks) && a.draft.Kind == 0 && a.tooLong():
		return a.partOfName()
	case a.Looks(a.At, grammar.DurationLooks) && a.draft.Kind == 0:
		return a.Before("The duration stands alone. Write “above” or “below” before it, or put it into quotes with the name if it belongs there:", "above ", "below ")
	case a.Looks(a.At, grammar.DurationLooks):
		return a.Before("The duration stands alone. Write “for” before how long, or “clear” before where it ends:", "for ", "clear ")
	case a.draft.Target.IsZero():
		return a.Unknown(a.Before("Say which campaign, first of all: the word campaign, then its name.", "campaign ").Surely())
	default:
		return a.Unknown(nil)
	}
}

func (a *alertLine) readCampaign() *grammar.LineError {
	begin := a.At
	if a.Is("agent", "agents") && !a.Peek(1).Quoted && a.Peek(1).Text != "" && !a.Begins(a.At+1) {
		return a.readAgent()
	}
	names, err := a.Campaigns()
	switch {
	case err != nil:
		return err
	case len(names) > 1:
		return a.Fault(begin, "An alert watches one campaign. Make one for each:", grammar.Quote(names[0]), grammar.Quote(names[1]))
	}
	a.draft.Target = grammar.CampaignNamed(names[0])
	if !a.Words[begin].Quoted {
		a.named = [2]int{begin, a.At}
	}
	return nil
}

func (a *alertLine) readMany() *grammar.LineError {
	return &grammar.LineError{Say: "An alert watches one campaign, not a group. Make one for each:", From: a.Words[a.At-1].From, To: a.Words[a.At-1].To, Put: []string{"campaign"}}
}

// misread finds what was meant to be the line of an alert in a name without quotes: the word
// above, with something behind it that is no duration.
func (a *alertLine) misread() *grammar.LineError {
	for i := a.named[1] - 2; i > a.named[0]; i-- {
		if low := a.Words[i].Low; low == "outside" || overLooks.MatchString(low) || underLooks.MatchString(low) {
			a.At = a.named[1]
			e := a.BadDuration(i+1, strings.Trim(a.Said(i+1), "“”"), grammar.Means, "5m")
			if low == "outside" {
				e.Put = []string{"3m..5m"}
			}
			return e
		}
	}
	return nil
}

func (a *alertLine) readAgent() *grammar.LineError {
	return &grammar.LineError{
		Say: "I keep no alerts on a person: five calls in a window prove nothing about anybody, and a two-hour figure is for a talk, not for a siren. I watch campaigns:",
		Try: alertTry[:1],
	}
}

// kind keeps what is watched for, which a line says once.
func (a *alertLine) kind(begin int, k alert.Kind) *grammar.LineError {
	if a.draft.Kind != 0 {
		return a.Fault(begin-1, "An alert has one line: above, below, outside or no calls. Without the second:", "")
	}
	a.draft.Kind = k
	a.kindAt[0], a.kindAt[1] = a.Since(begin - 1)
	return nil
}

func (a *alertLine) readLine(k alert.Kind, line *time.Duration) *grammar.LineError {
	if is, err := a.readRelative(k); is {
		return err
	}
	begin := a.At
	d, err := a.Duration(k.String(), grammar.Means, "5m")
	if err != nil {
		return err
	}
	if err := a.kind(begin, k); err != nil {
		return err
	}
	if d == 0 {
		return a.Fault(begin, "A line at no time at all is never crossed. Try:", "5m")
	}
	*line = d
	return nil
}

func (a *alertLine) readOutside() *grammar.LineError {
	if is, err := a.readRelative(alert.KindOutside); is {
		return err
	}
	begin := a.At
	low, high, err := a.Durations("outside")
	if err != nil {
		return err
	}
	if err := a.kind(begin, alert.KindOutside); err != nil {
		return err
	}
	switch {
	case low == high:
		return a.Fault(begin, "The range begins where it ends, so nothing would be inside. Try:", grammar.RangeWords(low, low+max(low/2, time.Minute)))
	case low > high:
		e := a.Fault(begin, "The range ends before it begins. The other way round:", grammar.RangeWords(high, low))
		e.Sure = high > 0
		return e
	case low == 0:
		return a.Fault(begin-1, "A range from no time at all can only be left upwards. Write above:", "above "+grammar.DurationWord(high)).Surely()
	}
	a.draft.Low, a.draft.High = low, high
	return nil
}

func (a *alertLine) readNoCalls() *grammar.LineError {
	begin := a.At
	if !a.Skip("calls", "call") {
		return a.Lacks("Behind “no” I know “calls” only: an alert for when no call ended in two hours.", "calls")
	}
	return a.kind(begin, alert.KindNoCalls)
}

// How the words behind a key look.
var (
	directLooks = grammar.Phrase(`dm|direct(?: +message)?|message`)
	digitsLook  = grammar.Phrase(`\d+`)
	offLooks    = grammar.Phrase(`off|every .*|` + grammar.DurationIs)
	someNumber  = grammar.Phrase(`\d.*`)
	clearLooks  = grammar.Phrase(`for|at|\d.*|` + baseIs)
	callsLook   = grammar.Phrase(`calls?`)
	onLooks     = grammar.Phrase(`on|off`)
	alwaysLooks = grammar.Phrase(`always|from`)
)
