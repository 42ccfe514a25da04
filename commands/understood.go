package commands

import (
	"errors"
	"slices"
	"strings"

	"ahtbot/commands/answers"
	"ahtbot/commands/grammar"
	"ahtbot/commands/people"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// understood is what a question is taken to ask, with the campaigns known by name.
type understood struct {
	request.Command
	how   string       // for the small print; empty when the line says just that
	typed aht.Target   // the campaign as it was typed, where a known one is asked about instead
	which []aht.Target // known campaigns that it may be, where several differ in so little
	// unsure is a line that may be a campaign's name as it stands.
	unsure bool
}

// mayName reports whether who asks q may read names of campaigns: guests and people of other
// workspaces may not, and who is not known yet may be one.
func (h *Handler) mayName(q request.Question) bool {
	return h.Names != nil && h.maySee(q, aht.Target{})
}

// isUnknown reports whether err is a line that begins with no word of the language.
func isUnknown(err error) bool {
	ue, ok := errors.AsType[*request.UsageError](err)
	return ok && ue.Fault == request.FaultUnknown
}

// read is what q asks, with the names that who asks may read. The error is a [*request.UsageError] for a line, or of a button that cannot
// be read.
func (h *Handler) read(q request.Question) (understood, error) {
	text, isLine := q.Line()
	if !isLine {
		cmd, err := read(q)
		return understood{Command: cmd}, err
	}
	p, err := understand(text)
	p.cmd, err = h.inSlack(p.cmd, err)
	named := h.mayName(q)
	if named {
		p, err = h.withNames(p, err)
	}
	if err != nil {
		return understood{}, err
	}
	u := understood{Command: p.cmd, unsure: !p.literal.IsZero()}
	if p.loosely {
		u.how = "Read as " + request.Readable(p.cmd)
	}
	if show, ok := p.cmd.(request.Show); ok && named {
		u = h.spelled(u, show.Target)
	}
	return u, nil
}

// inSlack is cmd, or the guesses of err, with the people they name as Slack shows them, where that
// is known from memory.
func (h *Handler) inSlack(cmd request.Command, err error) (request.Command, error) {
	name := func(id string) string {
		if h.People == nil {
			return ""
		}
		p, _ := h.People.Known(id)
		return p.Name
	}
	if ue, ok := errors.AsType[*request.UsageError](err); ok && ue.Fault == request.FaultPeople {
		named := *ue
		named.Guesses = slices.Clone(ue.Guesses)
		for i, g := range named.Guesses {
			named.Guesses[i] = people.Of(g, name)
		}
		err = &named
	}
	return people.Of(cmd, name), err
}

// withNames is how a line is read by somebody who knows the campaigns.
func (h *Handler) withNames(p parsed, err error) (parsed, error) {
	if ue, ok := errors.AsType[*request.UsageError](err); ok {
		name, known := h.nameAlone(ue)
		if !known {
			return p, err
		}
		p = parsed{cmd: request.Show{Target: name}, loosely: true}
	}
	if p.loosely && h.isOne(p.literal) {
		p = parsed{cmd: request.Show{Target: p.literal}}
	}
	p.cmd, err = h.setting(p.cmd, &p.loosely)
	return p, err
}

// isOne reports whether t is a campaign known by that name, or the only one that is spelled
// a little differently.
func (h *Handler) isOne(t aht.Target) bool {
	return !t.IsZero() && len(h.same(t.Name())) == 1
}

// same returns the known campaigns that a name is taken for: see [grammar.SameNames].
func (h *Handler) same(name string) []string {
	if h.Names == nil {
		return nil
	}
	all, _ := h.Names.Campaigns()
	return grammar.SameNames(name, all)
}

// nameAlone returns the campaign that a line without a verb is, where one is known by it.
func (h *Handler) nameAlone(e *request.UsageError) (aht.Target, bool) {
	if e.Fault != request.FaultUnknown {
		return aht.Target{}, false
	}
	for _, g := range e.Guesses {
		if show, ok := g.(request.Show); ok && show.Target.Kind() == aht.KindCampaign && h.isOne(show.Target) {
			return show.Target, true
		}
	}
	return aht.Target{}, false
}

// setting reads "target campaign Sales 270" as what sets the target of Sales, where no
// campaign is known as "Sales 270" and one is as Sales.
func (h *Handler) setting(cmd request.Command, loosely *bool) (request.Command, error) {
	shown, ok := cmd.(answers.ShowGoal)
	if !ok || shown.Target.IsZero() {
		return cmd, nil
	}
	before, last, ok := h.Shorter(shown.Target)
	if _, number := aht.ParseNumber(last); !ok || !number {
		return cmd, nil
	}
	cmd, err := answers.GoalCommand(before, last)
	*loosely = true
	return request.Plain(cmd), err
}

// spelled is u, which asks for t, about the campaign known by that name in another spelling.
func (h *Handler) spelled(u understood, t aht.Target) understood {
	if t.Kind() != aht.KindCampaign {
		return u
	}
	names := h.same(t.Name())
	if word, rest := grammar.SplitWord(t.Name()); len(names) == 0 && rest != "" && strings.EqualFold(word, aht.KindCampaign.String()) {
		names = h.same(rest) // campaign campaign Sales
	}
	var same []aht.Target
	for _, name := range names {
		if one, err := aht.NewTarget(aht.KindCampaign, name); err == nil {
			same = append(same, one)
		}
	}
	switch {
	case len(same) == 0 || slices.Contains(same, t):
	case len(same) > 1:
		u.typed, u.which = t, same
	default:
		u.Command, u.typed, u.how = request.Show{Target: same[0]}, t, request.Meant{Target: same[0]}.Taken(t)
	}
	return u
}

// noted is r with how the question was read on top of its small print.
func (u understood) noted(r reply.Reply) reply.Reply {
	if u.how == "" || r.Outcome == "denied" {
		return r
	}
	r.Note = reply.JoinNonEmpty("\n", u.how, r.Note)
	r.Text = reply.JoinSentences(r.Text, u.how)
	if !u.typed.IsZero() && (r.Figure() || r.Outcome == "refused") {
		r.Buttons = append(r.Buttons, u.asTyped())
	}
	return r
}

// asTyped asks about the campaign as it was typed.
func (u understood) asTyped() reply.Button {
	return reply.Button{Action: reply.ActionAsk, Label: "Ask “" + reply.Short(u.typed.Name()) + "” as typed", Value: request.Encode(u.typed, nil)}
}

// ask asks back which of the campaigns is meant whose names differ in so little.
func (u understood) ask() reply.Reply {
	r := reply.Reply{Outcome: "which", Lines: []string{"There are several campaigns of nearly that name. Which one?"}, Note: "Nothing was asked yet."}
	for _, t := range u.which[:min(len(u.which), request.MostSame)] {
		r.Try = append(r.Try, request.Line(request.Show{Target: t}))
		r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionLine, Label: request.Label(request.Show{Target: t}), Value: request.ButtonValue(request.Show{Target: t})})
	}
	r.Buttons = append(r.Buttons, u.asTyped())
	r.Text = reply.JoinSentences(r.Lines[0], reply.TryText(r.Try))
	return r
}
