package commands

import (
	"strings"
	"sync"

	"ahtbot/commands/alerts"
	"ahtbot/commands/alerts/alertform"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/answers"
	"ahtbot/commands/campaigns"
	"ahtbot/commands/digests"
	"ahtbot/commands/digests/digestform"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/people"
	"ahtbot/commands/request"
)

// row is a verb, once for each package what does its commands, and the form in which they are filled in, if there is one.
type row struct {
	verb request.Verb
	room func(*request.Base) room
	form func(*request.Base) form.Form
}

// table lists the verbs in the order help shows them; the kinds of target come first. A new verb is one more package and one
// more row. It is made once, at the first use: the parser of help reads it itself.
func table() []row {
	made.Do(func() {
		rows = makeRows()
		for _, r := range rows {
			verbs = append(verbs, r.verb)
		}
	})
	return rows
}

var (
	rows  []row
	verbs []request.Verb // of rows
	made  sync.Once
)

func makeRows() []row {
	return []row{
		{people.AlsoByName(answers.AgentVerb), func(b *request.Base) room { return answers.Handler{Base: b} }, func(b *request.Base) form.Form { return answers.AskForm{Handler: answers.Handler{Base: b}} }},
		{answers.CampaignVerb, nil, nil},
		{people.Verb, func(b *request.Base) room { return people.Handler{Base: b} }, nil},
		{campaigns.Verb, func(b *request.Base) room { return campaigns.Handler{Base: b} }, nil},
		{answers.TrendVerb, nil, nil},
		{answers.TargetVerb, nil, func(b *request.Base) form.Form { return answers.GoalForm{Handler: answers.Handler{Base: b}} }},
		{digestline.Verb(), func(b *request.Base) room { return digests.Handler{Base: b} }, func(b *request.Base) form.Form { return digestform.Form{Handler: digests.Handler{Base: b}} }},
		{alertline.Verb(), func(b *request.Base) room { return alerts.Handler{Base: b} }, func(b *request.Base) form.Form { return alertform.Form{Handler: alerts.Handler{Base: b}} }},
		{mineVerb, func(b *request.Base) room { return mine{b} }, nil},
		{request.Verb{
			Name: "status", Does: "how ahtbot is doing: connection, requests used, who is waiting",
			More:     []string{"Ozonetel allows this account a fixed number of requests a minute. Status shows how many are used."},
			Examples: []string{"status"},
			Parse:    func(rest string) (request.Command, error) { return parseAlone(Status{}, "status", rest), nil },
		}, nil, nil},
		{request.Verb{
			Name: "help", Args: "[topic]", Does: "this list, or more about one of its words",
			Examples: []string{"help", "help campaign"},
			Parse:    parseHelp,
		}, nil, nil},
	}
}

// language lists the verbs.
func language() []request.Verb {
	table()
	return verbs
}

// lookup returns the verb called name.
func lookup(name string) (request.Verb, bool) {
	for _, v := range language() {
		if v.Name == name {
			return v, true
		}
	}
	return request.Verb{}, false
}

// nearest returns the verbs that word may stand for, none when none is near: those it is the
// beginning of, the shortest alone; or those with the fewest slips, at most one in a word of
// up to five letters, two in a longer one.
func nearest(word string) []request.Verb {
	var best []request.Verb
	least := 1 + min(1, len([]rune(word))/6)
	for _, v := range language() {
		if len(v.Name) < 3 { // any two letters are near it
			continue
		}
		if len(word) >= 3 && strings.HasPrefix(v.Name, word) { // cut short
			return []request.Verb{v}
		}
		switch d := grammar.Slips(word, v.Name); {
		case d < least || d == least && best == nil:
			best, least = []request.Verb{v}, d
		case d == least:
			best = append(best, v)
		}
	}
	return best
}
