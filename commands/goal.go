package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahtbot/internal/aht"
)

// SetGoal gives a campaign the AHT its people aim for.
type SetGoal struct{ Goal aht.Goal } // without By and At

// ClearGoal takes a campaign's goal away.
type ClearGoal struct{ Target aht.Target }

// ShowGoal asks for the goal of a campaign; the zero Target for all of them.
type ShowGoal struct{ Target aht.Target }

// noGoals has no goals and keeps none.
type noGoals struct{}

var errNoGoals = errors.New("goals are not kept here")

func (noGoals) Goal(aht.Target) (aht.Goal, bool)                   { return aht.Goal{}, false }
func (noGoals) All() []aht.Goal                                    { return nil }
func (noGoals) SetGoal(context.Context, aht.Goal) error            { return errNoGoals }
func (noGoals) DropGoal(context.Context, aht.Target, string) error { return errNoGoals }

func (noGoals) ChangeGoal(context.Context, aht.Goal, aht.Goal, string) (bool, error) {
	return false, errNoGoals
}

// setGoal does what a SetGoal asks.
func (h Answers) setGoal(ctx context.Context, c SetGoal, q Question) (Reply, error) {
	m, was, had := h.goalOf(c.Goal.Target)
	if m.strange && !q.sure() {
		return h.strangeSet(c, m, q), nil
	}
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
	how := followers(ctx, h.Alerts, g.Target, "follows it", "follow it") + "Every answer about it now says how far it is from that."
	r := Reply{Outcome: "goal", Lines: []string{line, how}, Note: m.taken(c.Goal.Target)}
	r.Text = joinSentences(line, how, r.Note)
	return withUndo(r, g.Target, g, was), nil
}

const itIsNew = "It is new, set it"

// strangeSet asks back before a campaign that nobody has seen gets a goal.
func (h Answers) strangeSet(c SetGoal, m meant, q Question) Reply {
	r := goalReply(fmt.Sprintf("I have never seen a campaign “%s”, so nothing was set yet.", short(m.target.Name())))
	next := "If it is new, press “" + itIsNew + "”."
	if len(m.closest) > 0 {
		next = "Did you mean one of these?"
	}
	r.Lines = append(r.Lines, next)
	set := func(t aht.Target) Command { return SetGoal{aht.Goal{Target: t, Mean: c.Goal.Mean}} }
	r = h.withClosest(r, m, "Set it for", set, q)
	r.Outcome = "unseen"
	r.Buttons = append(r.Buttons, Button{Action: ActionSure, Label: itIsNew, Value: typedLine(set(m.target))})
	return r
}

// goalOf returns which campaign is meant by t, and its goal if it has one. A goal that t
// has as it is typed comes before any other spelling.
func (h Answers) goalOf(t aht.Target) (m meant, g aht.Goal, had bool) {
	if g, had = h.Goals.Goal(t); had {
		return meant{target: t}, g, true
	}
	m = h.meant(t)
	g, had = h.Goals.Goal(m.target)
	return m, g, had
}

// dropGoal does what a ClearGoal asks.
func (h Answers) dropGoal(ctx context.Context, c ClearGoal, q Question) (Reply, error) {
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
	line := fmt.Sprintf("%s has no target any more; it was %s.", upperFirst(subject(m.target)), aht.FormatDuration(was.Mean))
	r := goalReply(joinSentences(line, followers(ctx, h.Alerts, m.target, "followed it, and waits for a new one", "followed it, and wait for a new one")))
	if r.Note = m.taken(c.Target); r.Note != "" {
		r.Text = joinSentences(r.Text, r.Note)
	}
	return withUndo(r, m.target, aht.Goal{}, was), nil
}

// strangeGoal adds to r, about a campaign nobody knows, where else a target may be.
func (h Answers) strangeGoal(r Reply, m meant, q Question) Reply {
	r.Lines = []string{r.Lines[0], "I know no campaign of that name. " + closestWords(m)}
	r.Try = nil
	return h.withClosest(r, m, "Target of", func(t aht.Target) Command { return ShowGoal{t} }, q)
}

// mayChangeGoal is mayChange for a goal.
func (h Answers) mayChangeGoal(ctx context.Context, g aht.Goal, q Question) (*Reply, error) {
	return h.mayChange(ctx, g.By, fmt.Sprintf("set the target of %s to %s", subject(g.Target), aht.FormatDuration(g.Mean)), q)
}

// goals words one goal, or the list.
func (h Answers) goals(c ShowGoal, q Question) (Reply, *UsageError) {
	if !c.Target.IsZero() {
		m, g, ok := h.goalOf(c.Target)
		if m.strange {
			if usage := h.noDuration(m); usage != nil {
				return Reply{}, usage
			}
			return h.strangeGoal(goalReply(upperFirst(subject(m.target))+" has no target."), m, q), nil
		}
		if !ok {
			return settable(upperFirst(subject(m.target))+" has no target. To set one:", m.target), nil
		}
		return settable(fmt.Sprintf("The target of %s is %s. To change it:", subject(g.Target), aht.FormatDuration(g.Mean)), g.Target), nil
	}
	all := h.Goals.All()
	if len(all) == 0 {
		return settable("No campaign has a target yet. To set one:", aht.Target{}), nil
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
	return r, nil
}

// noDuration answers a line that was to set a goal and ends in a word that is no duration:
// nobody knows a campaign of that name, and the words before its last are one.
func (h Answers) noDuration(m meant) *UsageError {
	before, last, ok := h.shorter(m.target)
	typed := newFolded(m.target.Name())
	mistyped := slices.ContainsFunc(m.closest, func(c aht.Target) bool {
		by, near := typed.near(c.Name())
		return near && by.way < 2 && c != before
	})
	if !ok || mistyped {
		return nil
	}
	return noGoalIn(before, last)
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

func goalReply(line string) Reply { return oneLine("goal", line) }

func goalAway(err error) Reply {
	return notKept(err, "The store that keeps targets does not answer, so I can't say whether yours was kept. Try again in a minute.")
}

// against says how a reading stands to its goal; empty without one.
func (h Answers) against(r aht.Reading) string {
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
