package answers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
)

// SetGoal gives a campaign the AHT its people aim for.
type SetGoal struct{ Goal aht.Goal } // without By and At

// ClearGoal takes a campaign's goal away.
type ClearGoal struct{ Target aht.Target }

// ShowGoal asks for the goal of a campaign; the zero Target for all of them.
type ShowGoal struct{ Target aht.Target }

// setGoal does what a SetGoal asks.
func (h Handler) setGoal(ctx context.Context, c SetGoal, q request.Question) (reply.Reply, error) {
	m, was, had := h.goalOf(c.Goal.Target)
	if m.Strange && !q.Sure() {
		return h.strangeSet(c, m, q), nil
	}
	if no, err := h.mayChangeGoal(ctx, was, q); no != nil {
		return *no, err
	}
	if again := h.Again(ctx, q); again != nil { // the second answer would take the first one's Undo away
		return *again, nil
	}
	g := c.Goal
	g.Target, g.By, g.At = m.Target, q.User, q.At
	if err := h.Goals.SetGoal(ctx, g); err != nil {
		return goalAway(err), err
	}
	line := fmt.Sprintf("The target of %s is %s from now on.", reply.Subject(g.Target), aht.FormatDuration(g.Mean))
	if had {
		line = fmt.Sprintf("The target of %s is %s from now on; it was %s.", reply.Subject(g.Target), aht.FormatDuration(g.Mean), aht.FormatDuration(was.Mean))
	}
	how := standing.Followers(ctx, h.Alerts, g.Target, "follows it", "follow it") + "Every answer about it now says how far it is from that."
	r := reply.Reply{Outcome: "goal", Lines: []string{line, how}, Note: m.Taken(c.Goal.Target)}
	r.Text = reply.JoinSentences(line, how, r.Note)
	return withUndo(r, g.Target, g, was), nil
}

const itIsNew = "It is new, set it"

// strangeSet asks back before a campaign that nobody has seen gets a goal.
func (h Handler) strangeSet(c SetGoal, m request.Meant, q request.Question) reply.Reply {
	r := goalReply(fmt.Sprintf("I have never seen a campaign “%s”, so nothing was set yet.", reply.Short(m.Target.Name())))
	next := "If it is new, press “" + itIsNew + "”."
	if len(m.Closest) > 0 {
		next = "Did you mean one of these?"
	}
	r.Lines = append(r.Lines, next)
	set := func(t aht.Target) request.Command { return SetGoal{aht.Goal{Target: t, Mean: c.Goal.Mean}} }
	r = h.WithClosest(r, m, "Set it for", set, q)
	r.Outcome, r.Field = "unseen", "campaign"
	r.Buttons = append(r.Buttons, reply.Button{Action: reply.ActionSure, Label: itIsNew, Value: request.ButtonValue(set(m.Target))})
	return r
}

// goalOf returns which campaign is meant by t, and its goal if it has one. A goal that t
// has as it is typed comes before any other spelling.
func (h Handler) goalOf(t aht.Target) (m request.Meant, g aht.Goal, had bool) {
	if g, had = h.Goals.Goal(t); had {
		return request.Meant{Target: t}, g, true
	}
	m = h.Meant(t)
	g, had = h.Goals.Goal(m.Target)
	return m, g, had
}

// dropGoal does what a ClearGoal asks.
func (h Handler) dropGoal(ctx context.Context, c ClearGoal, q request.Question) (reply.Reply, error) {
	m, was, had := h.goalOf(c.Target)
	if !had {
		r := goalReply(fmt.Sprintf("%s has no target, so there was nothing to take away.", reply.UpperFirst(reply.Subject(m.Target))))
		if m.Strange {
			return h.strangeGoal(r, m, q), nil
		}
		return r, nil
	}
	if no, err := h.mayChangeGoal(ctx, was, q); no != nil {
		return *no, err
	}
	if err := h.Goals.DropGoal(ctx, m.Target, q.User); err != nil {
		return goalAway(err), err
	}
	line := fmt.Sprintf("%s has no target any more; it was %s.", reply.UpperFirst(reply.Subject(m.Target)), aht.FormatDuration(was.Mean))
	r := goalReply(reply.JoinSentences(line, standing.Followers(ctx, h.Alerts, m.Target, "followed it, and waits for a new one", "followed it, and wait for a new one")))
	if r.Note = m.Taken(c.Target); r.Note != "" {
		r.Text = reply.JoinSentences(r.Text, r.Note)
	}
	return withUndo(r, m.Target, aht.Goal{}, was), nil
}

// strangeGoal adds to r, about a campaign nobody knows, where else a target may be.
func (h Handler) strangeGoal(r reply.Reply, m request.Meant, q request.Question) reply.Reply {
	r.Lines = []string{r.Lines[0], "I know no campaign of that name. " + request.ClosestWords(m)}
	r.Try = nil
	return h.WithClosest(r, m, "Target of", func(t aht.Target) request.Command { return ShowGoal{t} }, q)
}

// mayChangeGoal is MayChange for a goal.
func (h Handler) mayChangeGoal(ctx context.Context, g aht.Goal, q request.Question) (*reply.Reply, error) {
	return h.MayChange(ctx, g.By, fmt.Sprintf("set the target of %s to %s", reply.Subject(g.Target), aht.FormatDuration(g.Mean)), q)
}

// goals words one goal, or the list.
func (h Handler) goals(c ShowGoal, q request.Question) (reply.Reply, *request.UsageError) {
	if !c.Target.IsZero() {
		m, g, ok := h.goalOf(c.Target)
		if m.Strange {
			if usage := h.noDuration(m); usage != nil {
				return reply.Reply{}, usage
			}
			return h.strangeGoal(goalReply(reply.UpperFirst(reply.Subject(m.Target))+" has no target."), m, q), nil
		}
		if !ok {
			return h.settable("Set a target", reply.UpperFirst(reply.Subject(m.Target))+" has no target. To set one:", m.Target), nil
		}
		return h.settable("Change the target", fmt.Sprintf("The target of %s is %s. To change it:", reply.Subject(g.Target), aht.FormatDuration(g.Mean)), g.Target), nil
	}
	all := h.Goals.All()
	if len(all) == 0 {
		return h.settable("Set a target", "No campaign has a target yet. To set one:", aht.Target{}), nil
	}
	r := reply.Reply{Outcome: "goal", Title: "Targets", Table: &reply.Table{Caption: "Target AHT by campaign", Header: []string{"Campaign", "Target"}}}
	var words []string
	for _, g := range all {
		mean := aht.FormatDuration(g.Mean)
		r.Table.Rows = append(r.Table.Rows, []reply.Cell{reply.Words(g.Target.Name()), reply.Number(mean, g.Mean.Seconds())})
		words = append(words, g.Target.Name()+" "+mean)
	}
	r.Lines = []string{"What each campaign aims for:"}
	r.Text = "Targets: " + strings.Join(words, ", ")
	r.Buttons = h.AppendForm(r.Buttons, "Set a target", "target")
	return r, nil
}

// noDuration answers a line that was to set a goal and ends in a word that is no duration:
// nobody knows a campaign of that name, and the words before its last are one.
func (h Handler) noDuration(m request.Meant) *request.UsageError {
	before, last, ok := h.Shorter(m.Target)
	typed := grammar.NewFolded(m.Target.Name())
	mistyped := slices.ContainsFunc(m.Closest, func(c aht.Target) bool {
		by, near := typed.Near(c.Name())
		return near && by.Way < 2 && c != before
	})
	if !ok || mistyped {
		return nil
	}
	return noGoalIn(before, last)
}

// settable is a line and how to set a goal: by a button that label is on, or by a line.
func (h Handler) settable(label, line string, t aht.Target) reply.Reply {
	about := "target"
	name := "Sales_Outbound"
	if !t.IsZero() {
		name = request.Spell(t)
		about = request.ButtonValue(ShowGoal{t})
	}
	try := request.CommandWord + " target campaign " + name + " 4m30s"
	r := reply.Reply{Outcome: "goal", Lines: []string{line}, Try: []string{try}, Example: true, Text: reply.JoinSentences(line, try)}
	r.Buttons = h.AppendForm(r.Buttons, label, about)
	return r
}

func goalReply(line string) reply.Reply { return reply.OneLine("goal", line) }

func goalAway(err error) reply.Reply {
	return request.NotKept(err, "The store that keeps targets does not answer, so I can't say whether yours was kept. Try again in a minute.")
}

// against says how a reading stands to its goal; empty without one.
func (h Handler) against(r aht.Reading) string {
	g, _ := h.Goals.Goal(r.Target)
	return against(g, r)
}

func against(g aht.Goal, r aht.Reading) string {
	by, known := g.Over(r)
	switch {
	case !known:
		return ""
	case by > 0:
		return fmt.Sprintf("Over the target of %s by %s.", aht.FormatDuration(g.Mean), aht.FormatDuration(by))
	case by < 0:
		return fmt.Sprintf("Within the target of %s, by %s.", aht.FormatDuration(g.Mean), aht.FormatDuration(-by))
	default:
		return fmt.Sprintf("Exactly on the target of %s.", aht.FormatDuration(g.Mean))
	}
}
