package commands

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/people"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// usageReply words a UsageError: what was understood, what is missing, lines to copy.
func usageReply(e *request.UsageError) reply.Reply {
	r := reply.Reply{Outcome: "usage", Lines: []string{faultLine(e)}}
	for i, g := range e.Guesses[:min(len(e.Guesses), mostOffered)] {
		r.Try = append(r.Try, request.Readable(g))
		r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionLine, Label: e.Label(i), Value: request.ButtonValue(g)})
	}
	for _, t := range e.Try {
		r.Try = append(r.Try, request.CommandWord+" "+t)
	}
	switch {
	case len(e.Try) > 0:
	case e.Fault == request.FaultPerson:
		r.Try = []string{request.CommandWord + " trend campaign Sales_Outbound"}
	case e.Fault == request.FaultGoalPerson:
		r.Try = []string{request.CommandWord + " target campaign Sales_Outbound 4m30s"}
	case len(e.Guesses) == 0:
		r.Try = patterns(e.Kind)
	}
	r.Example = true // but for the guesses, which are buttons by now
	r.Buttons = Pressable(r).Buttons
	r = withHelp(r, request.Help{Topic: topic(e)})
	r.Text = reply.JoinSentences(append(append([]string{}, r.Lines...), reply.TryText(r.Try))...)
	return r
}

// withHelp says that r did nothing, and where more is said, unless five lines are offered already.
func withHelp(r reply.Reply, help request.Help) reply.Reply {
	r.Note = "Nothing was asked."
	more := " lists what I understand."
	if help.Topic != "" {
		r.Note, more = "Nothing was changed.", " says more."
	}
	if len(r.Try) < mostOffered {
		r.Note += " " + request.Line(help) + more
		r.Buttons = append(r.Buttons, request.TryButton(help))
	}
	return r
}

// withForm is r with a button for the form in which q, whose line is no command, can be filled in: what was typed is in it as far
// as it is understood.
func (h *Handler) withForm(r reply.Reply, q request.Question) reply.Reply {
	text, ok := q.Line()
	if !ok || r.Outcome != "usage" {
		return r
	}
	word, rest := splitVerb(stripCommand(strings.TrimSpace(text)))
	verb := strings.ToLower(word)
	if _, known := lookup(verb); !known {
		near := nearest(verb)
		if len(near) != 1 {
			return r
		}
		verb = near[0].Name
	}
	isHelp := func(b reply.Button) bool {
		return b.Action == reply.ActionTry && strings.HasPrefix(b.Value, request.ButtonValue(request.Help{}))
	}
	at := slices.IndexFunc(r.Buttons, isHelp)
	if at < 0 {
		at = len(r.Buttons)
	}
	r.Buttons = slices.Concat(r.Buttons[:at], h.AppendForm(nil, "Fill in a form", strings.TrimSpace(verb+" "+rest)), r.Buttons[at:])
	return r
}

// topics are what of the help says more about a fault; the others are about the whole language.
var topics = map[request.Fault]string{
	request.FaultDigest: "digest", request.FaultAlert: "alert", request.FaultPeople: people.Verb.Name,
	request.FaultGoalPerson: "target", request.FaultGoalZero: "target", request.FaultBare: "target", request.FaultNoGoal: "target",
}

// topic is what of the help says more about e; empty: all of it.
func topic(e *request.UsageError) string {
	if e.Fault == request.FaultMisspelt && len(e.Guesses) > 0 && request.Changes(e.Guesses[0]) {
		return e.Meant
	}
	return topics[e.Fault]
}

// patterns are lines to copy when nothing better is known: of the kind that was meant, or
// one of each.
func patterns(k aht.Kind) []string {
	var out []string
	for _, v := range language()[:2] {
		for i, example := range v.Examples {
			if k == 0 && i == 0 || v.Name == k.String() {
				out = append(out, request.CommandWord+" "+example)
			}
		}
	}
	return out
}

// faultWords say what is wrong with a line, as [faultLine] fills them in.
var faultWords = map[request.Fault]string{
	request.FaultUnknown:    "I don't know the word “{said}”. Start with agent or campaign, then the name:",
	request.FaultMisspelt:   "I don't know the word “{said}”. Did you mean {meant}?",
	request.FaultEmpty:      "Which {kind}? The {name} is missing, for example:",
	request.FaultBoth:       "That names an agent and a campaign. I can look up one at a time; pick one:",
	request.FaultTwice:      "That says agent twice. Is it the agent, or an id of two words?",
	request.FaultAfterQuote: "There are words behind the closing quote: “{said}”. Do they belong to the name?",
	request.FaultLong:       fmt.Sprintf("That line is too long for me: a name has at most %d characters. Try a line like these:", aht.MaxName),
	request.FaultUnreadable: "That {name} has characters in it that can't be typed. Type it by hand instead of pasting:",
	request.FaultGoalPerson: "A target for one person makes short calls, not good ones, so I keep targets of campaigns only:",
	request.FaultGoalZero:   "A target of no time at all can't be met. To take the target away:",
	request.FaultBare:       "Is that minutes or seconds? Write {said}m or {said}s. Nothing was changed yet:",
	request.FaultNoGoal:     "“{said}” is no length of time. Write it as 4m30s, 4.5m or 270s:",
	request.FaultSpan:       "I can't show “{said}”. A trend is of today, of 24 hours or of 7 days:",
	request.FaultPerson:     "One person has about five calls in two hours, too few for a trend. I show the trend of a campaign:",
	request.FaultMention:    "I know agents by their CloudAgent id, not by their Slack name. Write the id they sign in with:",
}

// faultLine says what is wrong with the line e is about.
func faultLine(e *request.UsageError) string {
	kind, name := "campaign", "campaign name"
	if e.Kind == aht.KindAgent {
		kind, name = "agent", "agent id"
	}
	words, known := faultWords[e.Fault]
	switch {
	case e.Fault == request.FaultDigest || e.Fault == request.FaultAlert || e.Fault == request.FaultPeople:
		return e.Says
	case e.Fault == request.FaultMention && e.Kind == aht.KindCampaign:
		return "That is a person in Slack. Write the campaign's name as CloudAgent shows it:"
	case !known:
		return "I could not read that line. Try a line like these:"
	}
	return strings.NewReplacer("{said}", reply.Short(e.Said), "{meant}", e.Meant, "{kind}", kind, "{name}", name).Replace(words)
}

// unreadButton is for a button that can't be read, for err.
func unreadButton(err error, ref string) reply.Reply {
	if !errors.Is(err, request.ErrOldButton) {
		return request.Explain(err, aht.Target{}, ref)
	}
	r := reply.Reply{Outcome: "usage", Lines: []string{"That button is from an older message that I can't read any more. Type the question:"}, Try: patterns(0)}
	r.Text = reply.JoinSentences(r.Lines[0], reply.TryText(r.Try))
	return r
}

// help lists the language, or tells more about one verb. It is made from the same table the
// parser reads.
func helpReply(h request.Help) reply.Reply {
	if v, ok := lookup(h.Topic); ok {
		return topicReply(v)
	}
	r := reply.Reply{
		Outcome: "help",
		Title:   "Average Handling Time, on request",
		Try:     []string{request.CommandWord + ` campaign "Sales Outbound"`, request.CommandWord + " agent 42", request.CommandWord + " campaigns", request.CommandWord + " help digest", request.CommandWord + " help alert"},
		Note:    "Figures are means over outbound calls of the last two hours. Answers are private unless you share them or ask with a mention. In a direct message or a mention, leave out " + request.CommandWord + ". " + request.CommandWord + " alone has buttons for those who rather press.",
	}
	var does []string
	for _, v := range language() {
		does = append(does, fmt.Sprintf("• %s: %s", v.Line(), v.Does))
	}
	r.Lines = []string{strings.Join(does, "\n"), "How long are calls taking? Press one of these, or copy it and put in your own name:"}
	r.Text = "What you can ask: " + strings.Join(r.Try, ", ")
	return r
}

// help is helpReply with the form of its topic, if there is one.
func (h *Handler) help(c request.Help) reply.Reply {
	r := helpReply(c)
	if line, ok := formLines[c.Topic]; ok {
		r.Buttons = h.AppendForm(r.Buttons, "Fill in a form", line)
	}
	return r
}

// formLines are the lines that open the form of a topic, empty.
var formLines = map[string]string{"agent": "ask", "campaign": "ask", "target": "target", "digest": "digest add", "alert": "alert add"}

func topicReply(v request.Verb) reply.Reply {
	r := reply.Reply{Outcome: "help", Example: true, Title: v.Line(), Lines: append([]string{reply.UpperFirst(v.Does) + "."}, v.More...)}
	for _, e := range v.Examples {
		r.Try = append(r.Try, request.CommandWord+" "+e)
	}
	r.Text = reply.JoinSentences(v.Line()+":", strings.Join(r.Lines, " "), "For example:", strings.Join(r.Try, ", "))
	return r
}

// nearFirst returns e with guesses that differ in their zones in the order of how near
// these are to who asks and to the account.
func (h *Handler) nearFirst(e *request.UsageError, q request.Question) *request.UsageError {
	at := map[string]int{}
	var zones []string
	for i, g := range e.Guesses {
		zone := zoneSaid(g)
		if _, twice := at[zone]; twice || zone == "" {
			return e
		}
		at[zone], zones = i, append(zones, zone)
	}
	var near []string
	if h.People != nil {
		if p, known := h.People.Known(q.User); known {
			near = append(near, p.Zone)
		}
	}
	near = append(near, h.Zone.String())
	sorted := *e
	sorted.Guesses, sorted.Labels = nil, nil
	for _, zone := range digest.Nearest(zones, near...) {
		sorted.Guesses = append(sorted.Guesses, e.Guesses[at[zone]])
		sorted.Labels = append(sorted.Labels, e.Label(at[zone]))
	}
	return &sorted
}

// zoneSaid is the zone that a command about a digest or an alert names; empty for none.
func zoneSaid(c request.Command) string {
	of := func(h *alert.Hours) string {
		if h == nil || h.Zone == nil {
			return ""
		}
		return h.Zone.String()
	}
	switch c := c.(type) {
	case digestline.Add:
		return c.Draft.When.Zone
	case digestline.Edit:
		return c.Draft.When.Zone
	case alertline.Add:
		return of(c.Draft.Active)
	case alertline.Edit:
		return of(c.Draft.Active)
	case alertline.Preview:
		return of(c.Draft.Active)
	default:
		return ""
	}
}
