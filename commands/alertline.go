package commands

import (
	"fmt"
	"strings"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// alertLine reads what an alert is to be.
type alertLine struct {
	reader
	draft  AlertDraft
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

// newAlertLine returns an alertLine that stands behind the first n words.
func newAlertLine(line string, words []word, n int) *alertLine {
	a := &alertLine{reader: reader{line: line, words: words, at: n}}
	number, off := followed(durationLooks), followed(offLooks)
	past := func(r *reader, i int) bool {
		return i == len(r.words) || r.looks(i, durationLooks) || a.relativeBegins(i)
	}
	a.known = []part{
		{keys: []string{"campaign", "campaigns"}, begins: never, read: a.readCampaign},
		{keys: []string{"group", "watched"}, begins: never, read: a.readMany},
		{keys: []string{"agent", "agents"}, begins: never, read: a.readAgent},
		{keys: []string{"above", "over"}, begins: past, read: func() *wrong { return a.readLine(alert.KindAbove, &a.draft.High) }, many: true},
		{keys: []string{"below", "under"}, begins: past, read: func() *wrong { return a.readLine(alert.KindBelow, &a.draft.Low) }, many: true},
		{keys: []string{"outside"}, begins: func(r *reader, i int) bool {
			return i == len(r.words) || r.looks(i, someNumber) || a.relativeBegins(i)
		}, read: a.readOutside, many: true},
		{keys: []string{"no"}, begins: followed(callsLook), read: a.readNoCalls, many: true},
		{keys: []string{"for"}, begins: number, read: func() *wrong { return a.readTime("for", &a.draft.For, waits, "15m") }},
		{keys: []string{"clear"}, begins: followed(clearLooks), read: a.readClear, many: true},
		{keys: []string{"remind"}, begins: off, read: a.readRemind},
		{keys: []string{"readings"}, begins: followed(digitsLook), read: a.readReadings},
		{keys: []string{"guard"}, begins: followed(onLooks), read: a.readGuard},
		{keys: []string{"warmup", "warm-up"}, begins: off, read: func() *wrong { return a.readOff("warmup", &a.draft.WarmUp, warmUps, "60m") }},
		{keys: []string{"active"}, begins: func(r *reader, i int) bool {
			return r.looks(i, alwaysLooks) || r.looks(i, setLooks) || r.looks(i, daysLook) || r.looks(i, spanLooks)
		}, read: a.readActive},
		{keys: []string{"tz", "timezone"}, begins: anything, read: func() (err *wrong) { a.zone, err = a.takeZone(); return err }},
		{keys: []string{"in"}, begins: placeNext, read: a.readPlace},
		{keys: []string{"by"}, begins: followed(directLooks), read: a.readDirect},
	}
	a.begins = once(func(i int) bool { return a.starts(i) || a.lineBegins(i) || a.sideBegins(i) })
	return a
}

// lineBegins reports whether a duration or a range stands at word i where its word, such as
// above, was left out: at the end of a name that another part, or nothing, follows.
func (a *alertLine) lineBegins(i int) bool {
	probe := reader{line: a.line, words: a.words, at: i, begins: a.begins}
	if probe.take(rangeLooks) == nil && (!probe.looks(i, unitLooks) || probe.take(durationLooks) == nil) {
		return false
	}
	return probe.end() || probe.peek(0).comma() || a.begins(probe.at)
}

// parse reads all parts behind the verb of an add or a preview, or of an edit.
func (a *alertLine) parse(edit bool) (AlertDraft, *wrong) {
	if err := a.parts(a.unknown); err != nil {
		return AlertDraft{}, err
	}
	if err := a.finish(edit); err != nil {
		return AlertDraft{}, err
	}
	return a.draft, nil
}

// unknown says what is wrong with a word that no part begins with.
func (a *alertLine) unknown() *wrong {
	if err := a.otherWords(); err != nil {
		return err
	}
	begin, w := a.at, a.peek(0)
	key, near := a.nearestPart()
	none := a.draft.Target.IsZero()
	switch insert := func(say string, put ...string) *wrong {
		return &wrong{say: say, from: w.from, to: w.from, put: put, try: alertTry}
	}; {
	case w.named:
		a.at++
		return a.fault(begin, fmt.Sprintf("%s stands alone. Write “in” before the channel:", a.said(begin)), "in "+a.line[w.from:w.to])
	case a.looks(a.at, rangeLooks) && a.draft.Kind == 0:
		e := insert("The range stands alone. Write “outside” before it, or put it into quotes with the name if it belongs there:", "outside ")
		e.sure = true
		return e
	case a.looks(a.at, durationLooks) && a.draft.Kind == 0 && a.tooLong():
		return a.partOfName()
	case a.looks(a.at, durationLooks) && a.draft.Kind == 0:
		return insert("The duration stands alone. Write “above” or “below” before it, or put it into quotes with the name if it belongs there:", "above ", "below ")
	case a.looks(a.at, durationLooks):
		return insert("The duration stands alone. Write “for” before how long, or “clear” before where it ends:", "for ", "clear ")
	case !w.quoted && near:
		a.at++
		return a.fault(begin, fmt.Sprintf("I don't know the word %s. Did you mean %s?", a.said(begin), key), key)
	case none:
		e := insert("Say which campaign, first of all: the word campaign, then its name.", "campaign ")
		e.sure = true
		return e
	}
	a.at++
	return a.fault(begin, fmt.Sprintf("I can't use %s in that line. Without it:", a.said(begin)), "")
}

func (a *alertLine) readCampaign() *wrong {
	begin := a.at
	if a.is("agent", "agents") && !a.peek(1).quoted && a.peek(1).text != "" && !a.begins(a.at+1) {
		return a.readAgent()
	}
	names, err := a.campaigns()
	switch {
	case err != nil:
		return err
	case len(names) > 1:
		return a.fault(begin, "An alert watches one campaign. Make one for each:", quote(names[0]), quote(names[1]))
	}
	a.draft.Target = campaignNamed(names[0])
	if !a.words[begin].quoted {
		a.named = [2]int{begin, a.at}
	}
	return nil
}

func (a *alertLine) readMany() *wrong {
	return &wrong{say: "An alert watches one campaign, not a group. Make one for each:", from: a.words[a.at-1].from, to: a.words[a.at-1].to, put: []string{"campaign"}, try: alertTry}
}

// misread finds what was meant to be the line of an alert in a name without quotes: the word
// above, with something behind it that is no duration.
func (a *alertLine) misread() *wrong {
	for i := a.named[1] - 2; i > a.named[0]; i-- {
		if low := a.words[i].low; low == "outside" || overLooks.MatchString(low) || underLooks.MatchString(low) {
			a.at = a.named[1]
			e := a.badDuration(i+1, strings.Trim(a.said(i+1), "“”"), means, "5m")
			if low == "outside" {
				e.put = []string{"3m..5m"}
			}
			return e
		}
	}
	return nil
}

func (a *alertLine) readAgent() *wrong {
	return &wrong{
		say: "I keep no alerts on a person: five calls in a window prove nothing about anybody, and a two-hour figure is for a talk, not for a siren. I watch campaigns:",
		try: alertTry[:1],
	}
}

// kind keeps what is watched for, which a line says once.
func (a *alertLine) kind(begin int, k alert.Kind) *wrong {
	if a.draft.Kind != 0 {
		return a.fault(begin-1, "An alert has one line: above, below, outside or no calls. Without the second:", "")
	}
	a.draft.Kind = k
	a.kindAt[0], a.kindAt[1] = a.since(begin - 1)
	return nil
}

func (a *alertLine) readLine(k alert.Kind, line *time.Duration) *wrong {
	if is, err := a.readRelative(k); is {
		return err
	}
	begin := a.at
	d, err := a.duration(k.String(), means, "5m")
	if err != nil {
		return err
	}
	if err := a.kind(begin, k); err != nil {
		return err
	}
	if d == 0 {
		return a.fault(begin, "A line at no time at all is never crossed. Try:", "5m")
	}
	*line = d
	return nil
}

func (a *alertLine) readOutside() *wrong {
	if is, err := a.readRelative(alert.KindOutside); is {
		return err
	}
	begin := a.at
	low, high, err := a.durations("outside")
	if err != nil {
		return err
	}
	if err := a.kind(begin, alert.KindOutside); err != nil {
		return err
	}
	switch {
	case low == high:
		return a.fault(begin, "The range begins where it ends, so nothing would be inside. Try:", rangeWords(low, low+max(low/2, time.Minute)))
	case low > high:
		e := a.fault(begin, "The range ends before it begins. The other way round:", rangeWords(high, low))
		e.sure = high > 0
		return e
	case low == 0:
		e := a.fault(begin-1, "A range from no time at all can only be left upwards. Write above:", "above "+durationWord(high))
		e.sure = true
		return e
	}
	a.draft.Low, a.draft.High = low, high
	return nil
}

func (a *alertLine) readNoCalls() *wrong {
	begin := a.at
	if !a.skip("calls", "call") {
		return a.lacks("Behind “no” I know “calls” only: an alert for when no call ended in two hours.", "calls")
	}
	return a.kind(begin, alert.KindNoCalls)
}

// How the words behind a key look.
var (
	directLooks = phrase(`dm|direct(?: +message)?|message`)
	digitsLook  = phrase(`\d+`)
	offLooks    = phrase(`off|every .*|` + durationIs)
	someNumber  = phrase(`\d.*`)
	clearLooks  = phrase(`for|at|\d.*|` + baseIs)
	callsLook   = phrase(`calls?`)
	onLooks     = phrase(`on|off`)
	alwaysLooks = phrase(`always|from`)
)

// checkTarget checks that the line names a campaign; an edit may leave it out.
func (a *alertLine) checkTarget(edit bool) *wrong {
	if !edit && a.draft.Target == (aht.Target{}) {
		at := a.words[0].to
		return &wrong{say: "Say which campaign, first of all: the word campaign, then its name.", from: at, to: at, put: []string{` campaign "Sales Outbound"`}}
	}
	return nil
}
