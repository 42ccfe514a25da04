package answers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// ParseGoal reads "campaign X 4m30s", "campaign X clear", "campaign X", or nothing. Only
// last words that are a duration, or clear, are one: quotes keep them in the name.
func ParseGoal(rest string) (request.Command, error) {
	if rest == "" || strings.EqualFold(rest, "list") {
		return ShowGoal{}, nil
	}
	n, t, value, err := campaignAnd(rest, request.FaultGoalPerson, splitGoal)
	if err != nil {
		return nil, err
	}
	cmd, err := GoalCommand(t, value)
	if err == nil && n.Api {
		return n.Loosely(cmd), nil
	}
	return cmd, err
}

// campaignAnd reads a campaign and what comes behind its name, which split takes off a name without quotes. person is what is
// wrong with a line about an agent.
func campaignAnd(rest string, person request.Fault, split func(string) (name, behind string)) (n request.Named, t aht.Target, behind string, err error) {
	if n, err = request.CampaignOf(rest, person); err != nil {
		return n, t, "", err
	}
	name, behind, quoted := request.SplitQuoted(n.Rest)
	if !quoted {
		name, behind = split(n.Rest)
	}
	cmd, err := request.ParseShow(aht.KindCampaign, name)
	if err != nil {
		return n, t, "", err
	}
	return n, request.About(cmd), behind, nil
}

// clearWord takes a goal away.
const clearWord = "clear"

// clearWords are what people type for it behind a name in quotes.
var clearWords = []string{"remove", "delete", "off", "none", "no", "reset", "unset", "away"}

// GoalCommand reads what comes behind the name of t.
func GoalCommand(t aht.Target, value string) (request.Command, error) {
	value = withoutTo(value)
	switch {
	case value == "":
		return ShowGoal{t}, nil
	case strings.EqualFold(value, clearWord):
		return ClearGoal{t}, nil
	case slices.Contains(clearWords, strings.ToLower(value)):
		return request.Interpreted{Command: ClearGoal{t}}, nil
	}
	mean, err := aht.ParseDuration(value)
	n, bare := aht.ParseNumber(value)
	switch {
	case err == nil && mean == 0 || bare && n == 0:
		return nil, &request.UsageError{Fault: request.FaultGoalZero, Kind: aht.KindCampaign, Guesses: []request.Command{ClearGoal{t}}, Err: err}
	case err == nil:
		return SetGoal{aht.Goal{Target: t, Mean: mean}}, nil
	case bare:
		return bareGoal(t, n)
	default:
		return nil, noGoalIn(t, value)
	}
}

// mostMinutes is how many minutes a handle time may have: a number up to it may be minutes
// as well as seconds, a larger one is seconds.
const mostMinutes = 60

// bareGoal reads a number without a unit.
func bareGoal(t aht.Target, n int) (request.Command, error) {
	in := func(unit time.Duration) request.Command {
		return SetGoal{aht.Goal{Target: t, Mean: time.Duration(n) * unit}}
	}
	if n > mostMinutes {
		return request.Interpreted{Command: in(time.Second)}, nil
	}
	return nil, &request.UsageError{Fault: request.FaultBare, Kind: aht.KindCampaign, Said: strconv.Itoa(n), Guesses: []request.Command{in(time.Minute), in(time.Second)}}
}

// noGoalIn says what is wrong with words behind a name that are no duration, although some
// of them may be one.
func noGoalIn(t aht.Target, value string) *request.UsageError {
	e := &request.UsageError{Fault: request.FaultNoGoal, Kind: aht.KindCampaign, Said: value}
	set := func(t aht.Target, said string) {
		if mean, err := aht.ParseDuration(said); err == nil && mean > 0 {
			e.Guesses = append(e.Guesses, SetGoal{aht.Goal{Target: t, Mean: mean}})
		}
	}
	before, last := splitGoal(value)
	if longer, err := aht.NewTarget(t.Kind(), t.Name()+" "+before); err == nil && last != "" {
		set(longer, last)
	}
	set(t, last)
	words := strings.Fields(value)
	for n := min(mostDurationWords, len(words)-1); n > 0 && len(e.Guesses) == 0; n-- {
		set(t, strings.Join(words[:n], " "))
	}
	if len(e.Guesses) == 0 {
		e.Try = []string{strings.TrimPrefix(request.GoalLine(t, "4m30s"), request.CommandWord+" ")}
	}
	return e
}

// mostDurationWords is how many words a duration has at most: 4 min and 30 s.
const mostDurationWords = 5

// splitGoal takes a duration, or the word clear, off the end of a line; value is empty when
// there is none, or nothing but that.
func splitGoal(line string) (before, value string) {
	words := strings.Fields(line)
	for n := min(mostDurationWords, len(words)-1); n > 0; n-- {
		value := strings.Join(words[len(words)-n:], " ")
		if _, err := aht.ParseDuration(value); err == nil || strings.EqualFold(value, clearWord) {
			before = strings.TrimRight(strings.Join(words[:len(words)-n], " "), " ,:=")
			if name, ok := strings.CutSuffix(strings.ToLower(before), " to"); ok {
				before = before[:len(name)]
			}
			return before, value
		}
	}
	return line, ""
}

// withoutTo drops what leads to a value.
func withoutTo(value string) string {
	word, rest := grammar.SplitWord(value)
	if rest != "" && slices.Contains([]string{"to", "is", "at", "of", "=", "as"}, strings.ToLower(word)) {
		return rest
	}
	return value
}

// Typed is [request.Command].
func (c SetGoal) Typed(grammar.Writer) string {
	return request.SetTargetLine(c.Goal.Target, c.Goal.Mean)
}

// Typed is [request.Command].
func (c ClearGoal) Typed(grammar.Writer) string { return request.GoalLine(c.Target, clearWord) }

// Typed is [request.Command].
func (c ShowGoal) Typed(grammar.Writer) string { return request.GoalLine(c.Target, "") }

// Effect is [request.Command].
func (SetGoal) Effect() request.Effect { return request.EffectUndo }

// Effect is [request.Command].
func (ClearGoal) Effect() request.Effect { return request.EffectUndo }

// Effect is [request.Command].
func (ShowGoal) Effect() request.Effect { return request.EffectNone }

// Label is [request.Command].
func (c SetGoal) Label() string {
	return fmt.Sprintf("Set the target of %s to %s", reply.Short(c.Goal.Target.Name()), aht.FormatDuration(c.Goal.Mean))
}

// Label is [request.Command].
func (c ClearGoal) Label() string { return "Take away the target of " + reply.Short(c.Target.Name()) }

// Label is [request.Command].
func (c ShowGoal) Label() string {
	if c.Target.IsZero() {
		return "All targets"
	}
	return "Target of " + reply.Short(c.Target.Name())
}

// About is whom it is about.
func (c SetGoal) About() aht.Target { return c.Goal.Target }

// About is whom it is about.
func (c ClearGoal) About() aht.Target { return c.Target }

// About is whom it is about.
func (c ShowGoal) About() aht.Target { return c.Target }
