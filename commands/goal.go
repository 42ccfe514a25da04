package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahtbot/internal/aht"
)

// SetGoal gives a campaign the AHT its people aim for.
type SetGoal struct{ Goal aht.Goal } // without By and At

// ClearGoal takes a campaign's goal away.
type ClearGoal struct{ Target aht.Target }

// ShowGoal asks for the goal of a campaign; the zero Target for all of them.
type ShowGoal struct{ Target aht.Target }

func (SetGoal) command()   {}
func (ClearGoal) command() {}
func (ShowGoal) command()  {}

// Goals is where the goals of campaigns are kept.
type Goals interface {
	// Goal and All answer from memory and never block.
	Goal(t aht.Target) (aht.Goal, bool)
	All() []aht.Goal // by name
	// SetGoal and DropGoal may ask a database; an error means that nothing may have changed.
	SetGoal(ctx context.Context, g aht.Goal) error
	DropGoal(ctx context.Context, t aht.Target, by string) error
}

// noGoals has no goals and keeps none.
type noGoals struct{}

var errNoGoals = errors.New("goals are not kept here")

func (noGoals) Goal(aht.Target) (aht.Goal, bool)                   { return aht.Goal{}, false }
func (noGoals) All() []aht.Goal                                    { return nil }
func (noGoals) SetGoal(context.Context, aht.Goal) error            { return errNoGoals }
func (noGoals) DropGoal(context.Context, aht.Target, string) error { return errNoGoals }

// parseGoal reads "campaign X 4m30s", "campaign X clear", "campaign X", or nothing. Only a
// last word that is a duration or clear is one: quotes keep it in the name.
func parseGoal(rest string) (Command, error) {
	word, name := splitWord(rest)
	switch {
	case rest == "" || strings.EqualFold(rest, "list"):
		return ShowGoal{}, nil
	case strings.EqualFold(word, aht.KindAgent.String()):
		return nil, &UsageError{Fault: FaultGoalPerson, Kind: aht.KindCampaign}
	case !strings.EqualFold(word, aht.KindCampaign.String()):
		name = rest
	}
	line, last := splitDuration(name)
	cmd, err := parseShow(aht.KindCampaign, line)
	if err != nil {
		return nil, err
	}
	t := target(cmd)
	switch {
	case last == "":
		return ShowGoal{t}, nil
	case strings.EqualFold(last, clearWord):
		return ClearGoal{t}, nil
	}
	mean, err := aht.ParseDuration(last)
	if err != nil || mean == 0 {
		return nil, &UsageError{Fault: FaultGoalZero, Kind: aht.KindCampaign, Guesses: []Command{ClearGoal{t}}, Err: err}
	}
	return SetGoal{aht.Goal{Target: t, Mean: mean}}, nil
}

// clearWord takes a goal away.
const clearWord = "clear"

// splitDuration takes a duration of up to three words, or the word clear, off the end of a
// line; last is empty when there is none, or nothing but that.
func splitDuration(line string) (before, last string) {
	words := strings.Fields(line)
	for n := min(3, len(words)-1); n > 0; n-- {
		last := strings.Join(words[len(words)-n:], " ")
		if _, err := aht.ParseDuration(last); err == nil || strings.EqualFold(last, clearWord) {
			return strings.Join(words[:len(words)-n], " "), last
		}
	}
	return line, ""
}

// goalLine writes a command about goals so that it reads back.
func goalLine(t aht.Target, rest string) string {
	if t.IsZero() {
		return Name + " target"
	}
	return strings.TrimSpace(Name + " target campaign " + spell(t) + " " + rest)
}

// compact writes a duration as one word.
func compact(g aht.Goal) string { return strings.ReplaceAll(aht.FormatDuration(g.Mean), " ", "") }

// setGoal does what a SetGoal asks.
func (h *Handler) setGoal(ctx context.Context, c SetGoal, q Question) (Reply, error) {
	m, was, had := h.goalOf(c.Goal.Target)
	if no, err := h.mayChangeGoal(ctx, was, q); no != nil {
		return *no, err
	}
	g := c.Goal
	g.Target, g.By, g.At = m.target, q.User, q.At
	if err := h.Goals.SetGoal(ctx, g); err != nil {
		return goalAway(err), err
	}
	line := fmt.Sprintf("The target of %s is %s from now on.", subject(g.Target), aht.FormatDuration(g.Mean))
	if had {
		line = fmt.Sprintf("The target of %s is %s from now on; it was %s.", subject(g.Target), aht.FormatDuration(g.Mean), aht.FormatDuration(was.Mean))
	}
	if m.strange {
		r := goalReply(line)
		r.Lines = append(r.Lines, "But I know no campaign of that name. If you meant another, set it there and take this one away:")
		r.Try = []string{Line(ClearGoal{g.Target})}
		return h.withClosest(r, m, "Set it for", func(t aht.Target) Command { return SetGoal{aht.Goal{Target: t, Mean: g.Mean}} }, q), nil
	}
	how := "Every answer about it now says how far it is from that. To take the target away:"
	r := Reply{Outcome: "goal", Lines: []string{line, how}, Try: []string{Line(ClearGoal{g.Target})}}
	if taken := m.taken(c.Goal.Target); taken != "" {
		r.Lines = append([]string{taken}, r.Lines...)
	}
	r.Text = joinSentences(append(r.Lines, r.Try[0])...)
	return r, nil
}

// goalOf returns which campaign is meant by t, and its goal if it has one. A goal that t
// has as it is typed comes before any other spelling.
func (h *Handler) goalOf(t aht.Target) (m meant, g aht.Goal, had bool) {
	if g, had = h.Goals.Goal(t); had {
		return meant{target: t}, g, true
	}
	m = h.meant(t)
	g, had = h.Goals.Goal(m.target)
	return m, g, had
}

// dropGoal does what a ClearGoal asks.
func (h *Handler) dropGoal(ctx context.Context, c ClearGoal, q Question) (Reply, error) {
	m, was, had := h.goalOf(c.Target)
	if !had {
		r := goalReply(fmt.Sprintf("%s has no target, so there was nothing to take away.", upperFirst(subject(m.target))))
		if m.strange {
			return h.strangeGoal(r, m, q), nil
		}
		return r, nil
	}
	if no, err := h.mayChangeGoal(ctx, was, q); no != nil {
		return *no, err
	}
	if err := h.Goals.DropGoal(ctx, m.target, q.User); err != nil {
		return goalAway(err), err
	}
	return goalReply(fmt.Sprintf("%s has no target any more; it was %s.", upperFirst(subject(m.target)), aht.FormatDuration(was.Mean))), nil
}

// strangeGoal adds to r, about a campaign nobody knows, where else a target may be.
func (h *Handler) strangeGoal(r Reply, m meant, q Question) Reply {
	r.Lines = []string{r.Lines[0], "I know no campaign of that name. " + closestWords(m)}
	r.Try = nil
	return h.withClosest(r, m, "Target of", func(t aht.Target) Command { return ShowGoal{t} }, q)
}

// mayChangeGoal is mayChange for a goal.
func (h *Handler) mayChangeGoal(ctx context.Context, g aht.Goal, q Question) (*Reply, error) {
	return h.mayChange(ctx, g.By, fmt.Sprintf("set the target of %s to %s", subject(g.Target), aht.FormatDuration(g.Mean)), q)
}

// goals words one goal, or the list.
func (h *Handler) goals(c ShowGoal, q Question) Reply {
	if !c.Target.IsZero() {
		m, g, ok := h.goalOf(c.Target)
		if m.strange {
			if r, is := h.noDuration(m.target); is {
				return r
			}
			return h.strangeGoal(goalReply(upperFirst(subject(m.target))+" has no target."), m, q)
		}
		if !ok {
			return settable(upperFirst(subject(m.target))+" has no target. To set one:", m.target)
		}
		return settable(fmt.Sprintf("The target of %s is %s. To change it:", subject(g.Target), aht.FormatDuration(g.Mean)), g.Target)
	}
	all := h.Goals.All()
	if len(all) == 0 {
		return settable("No campaign has a target yet. To set one:", aht.Target{})
	}
	r := Reply{Outcome: "goal", Title: "Targets", Table: &Table{Caption: "Target AHT by campaign", Header: []string{"Campaign", "Target"}}}
	var words []string
	for _, g := range all {
		mean := aht.FormatDuration(g.Mean)
		r.Table.Rows = append(r.Table.Rows, []Cell{Words(g.Target.Name()), Number(mean, g.Mean.Seconds())})
		words = append(words, g.Target.Name()+" "+mean)
	}
	r.Lines = []string{"What each campaign aims for:"}
	r.Text = "Targets: " + strings.Join(words, ", ")
	return r
}

// noDuration answers a line that was to set a goal and ends in a word that is no duration:
// nobody knows a campaign of that name, and the words before its last are one.
func (h *Handler) noDuration(t aht.Target) (Reply, bool) {
	at := strings.LastIndexByte(t.Name(), ' ')
	if at < 0 {
		return Reply{}, false
	}
	shorter, err := aht.NewTarget(t.Kind(), t.Name()[:at])
	if err != nil {
		return Reply{}, false
	}
	m := h.meant(shorter)
	if m.strange {
		return Reply{}, false
	}
	return settable(fmt.Sprintf("“%s” is no length of time. To set the target of %s:", short(t.Name()[at+1:]), subject(m.target)), m.target), true
}

// settable is a line and how to set a goal.
func settable(line string, t aht.Target) Reply {
	name := "Sales_Outbound"
	if !t.IsZero() {
		name = spell(t)
	}
	try := Name + " target campaign " + name + " 4m30s"
	return Reply{Outcome: "goal", Lines: []string{line}, Try: []string{try}, Text: joinSentences(line, try)}
}

func goalReply(line string) Reply { return Reply{Outcome: "goal", Lines: []string{line}, Text: line} }

func goalAway(err error) Reply {
	return notKept(err, "The store that keeps targets does not answer, so I can't say whether yours was kept. Try again in a minute.")
}

// against says how a reading stands to its goal; empty without one.
func (h *Handler) against(r aht.Reading) string {
	g, ok := h.Goals.Goal(r.Target)
	by, known := g.Over(r)
	switch {
	case !ok || !known:
		return ""
	case by > 0:
		return fmt.Sprintf("Over the target of %s by %s.", aht.FormatDuration(g.Mean), aht.FormatDuration(by))
	case by < 0:
		return fmt.Sprintf("Within the target of %s, by %s.", aht.FormatDuration(g.Mean), aht.FormatDuration(-by))
	default:
		return fmt.Sprintf("Exactly on the target of %s.", aht.FormatDuration(g.Mean))
	}
}
