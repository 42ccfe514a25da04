package commands

import (
	"errors"
	"fmt"

	"ahtbot/internal/aht"
)

// usageReply words a UsageError: what was understood, what is missing, lines to copy.
func usageReply(e *UsageError) Reply {
	r := Reply{Outcome: "usage", Lines: usageLines(e)}
	for i, g := range e.Guesses[:min(len(e.Guesses), mostOffered)] {
		r.Try = append(r.Try, readable(g))
		r.Buttons = append(r.Buttons, Button{Action: ActionLine, Label: e.label(i), Value: typedLine(g)})
	}
	for _, t := range e.Try {
		r.Try = append(r.Try, Name+" "+t)
	}
	switch {
	case len(e.Try) > 0:
	case e.Fault == FaultPerson:
		r.Try = []string{Name + " trend campaign Sales_Outbound"}
	case e.Fault == FaultGoalPerson:
		r.Try = []string{Name + " target campaign Sales_Outbound 4m30s"}
	case len(e.Guesses) == 0:
		r.Try = patterns(e.Kind)
	}
	r.Buttons = Pressable(r).Buttons
	r = withHelp(r, Help{Topic: topic(e)})
	r.Text = joinSentences(append(append([]string{}, r.Lines...), tryText(r.Try))...)
	return r
}

// withHelp says that r did nothing, and where more is said, unless five lines are offered already.
func withHelp(r Reply, help Help) Reply {
	r.Note = "Nothing was asked."
	more := " lists what I understand."
	if help.Topic != "" {
		r.Note, more = "Nothing was changed.", " says more."
	}
	if len(r.Try) < mostOffered {
		r.Note += " " + Line(help) + more
		r.Buttons = append(r.Buttons, tryButton(help))
	}
	return r
}

// topic is what of the help says more about e; empty: all of it.
func topic(e *UsageError) string {
	switch e.Fault { //nolint:exhaustive // the others are about the whole language
	case FaultDigest:
		return "digest"
	case FaultAlert:
		return "alert"
	case FaultGoalPerson, FaultGoalZero, FaultBare, FaultNoGoal:
		return "target"
	case FaultMisspelt:
		if len(e.Guesses) > 0 && changes(e.Guesses[0]) {
			return e.Meant
		}
		return ""
	default:
		return ""
	}
}

// patterns are lines to copy when nothing better is known: of the kind that was meant, or
// one of each.
func patterns(k aht.Kind) []string {
	var out []string
	for _, v := range language()[:2] {
		for i, example := range v.examples {
			if k == 0 && i == 0 || v.name == k.String() {
				out = append(out, Name+" "+example)
			}
		}
	}
	return out
}

func usageLines(e *UsageError) []string {
	switch e.Fault {
	case FaultUnknown:
		return []string{fmt.Sprintf("I don't know the word “%s”. Start with agent or campaign, then the name:", short(e.Said))}
	case FaultMisspelt:
		return []string{fmt.Sprintf("I don't know the word “%s”. Did you mean %s?", short(e.Said), e.Meant)}
	case FaultEmpty:
		return []string{fmt.Sprintf("You asked for %s, but the %s is missing. Write it behind the word:", article(e.Kind), nameWord(e.Kind))}
	case FaultBoth:
		return []string{"That names an agent and a campaign. I can look up one at a time; pick one:"}
	case FaultTwice:
		return []string{"That says agent twice. Is it the agent, or an id of two words?"}
	case FaultAfterQuote:
		return []string{fmt.Sprintf("There are words behind the closing quote: “%s”. Do they belong to the name?", short(e.Said))}
	case FaultLong:
		return []string{fmt.Sprintf("That line is too long for me: a name has at most %d characters. Try a line like these:", aht.MaxName)}
	case FaultUnreadable:
		return []string{fmt.Sprintf("That %s has characters in it that can't be typed. Type it by hand instead of pasting:", nameWord(e.Kind))}
	case FaultGoalPerson:
		return []string{"A target for one person makes short calls, not good ones, so I keep targets of campaigns only:"}
	case FaultGoalZero:
		return []string{"A target of no time at all can't be met. To take the target away:"}
	case FaultBare:
		return []string{"Is that minutes or seconds? Nothing was changed yet:"}
	case FaultNoGoal:
		return []string{fmt.Sprintf("“%s” is no length of time. Write it as 4m30s, 4.5m or 270s:", short(e.Said))}
	case FaultSpan:
		return []string{fmt.Sprintf("I can't show “%s”. A trend is of today, of 24 hours or of 7 days:", short(e.Said))}
	case FaultPerson:
		return []string{"One person has about five calls in two hours, too few for a trend. I show the trend of a campaign:"}
	case FaultDigest, FaultAlert:
		return []string{e.Says}
	case FaultMention:
		if e.Kind == aht.KindCampaign {
			return []string{"That is a person in Slack. Write the campaign's name as CloudAgent shows it:"}
		}
		return []string{"I know agents by their CloudAgent id, not by their Slack name. Write the id they sign in with:"}
	default:
		return []string{"I could not read that line. Try a line like these:"}
	}
}

// article names a kind in a sentence.
func article(k aht.Kind) string {
	if k == aht.KindAgent {
		return "an agent"
	}
	return "a campaign"
}

// nameWord is what people call the name of a kind.
func nameWord(k aht.Kind) string {
	if k == aht.KindAgent {
		return "agent id"
	}
	return "campaign name"
}

// unreadButton is for a button that can't be read, for err.
func unreadButton(err error, ref string) Reply {
	if !errors.Is(err, errOldButton) {
		return Explain(err, aht.Target{}, ref)
	}
	r := Reply{Outcome: "usage", Lines: []string{"That button is from an older message that I can't read any more. Type the question:"}, Try: patterns(0)}
	r.Text = joinSentences(r.Lines[0], tryText(r.Try))
	return r
}
