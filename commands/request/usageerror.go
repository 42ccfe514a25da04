package request

import (
	"fmt"

	"ahtbot/internal/aht"
)

// Fault says what is wrong with a line.
type Fault uint8

// What can be wrong with a line. Each is worded by usageReply.
const (
	FaultUnknown    Fault = iota + 1 // first word is no verb and near none
	FaultMisspelt                    // first word is near a verb
	FaultEmpty                       // the kind is there, the name is not
	FaultBoth                        // an agent and a campaign at once
	FaultTwice                       // the kind twice: "agent Agent 42"
	FaultAfterQuote                  // more words behind the closing quote
	FaultLong                        // line or name too long
	FaultUnreadable                  // control characters or broken text in a name
	FaultMention                     // a Slack person where an agent id belongs
	FaultGoalPerson                  // a goal for one person
	FaultGoalZero                    // a goal of no time at all
	FaultBare                        // a goal without a unit, which may be minutes or seconds
	FaultNoGoal                      // words behind a campaign that are no length of time
	FaultSpan                        // words behind a campaign that are no span of a trend
	FaultPerson                      // an agent where only a campaign makes sense
	FaultDigest                      // a line about digests; Says has the words
	FaultAlert                       // a line about alerts; Says has the words
	FaultPeople                      // a line about which agent somebody is; Says has the words
)

// UsageError is a line that is not exactly one command. It costs nothing upstream.
type UsageError struct {
	Fault   Fault
	Kind    aht.Kind  // which name was being read, when one was
	Said    string    // the words in question, as typed
	Meant   string    // the verb it is probably meant to be
	Says    string    // what is wrong with a line about digests or alerts
	Guesses []Command // what the person may have meant, best first; five of them are offered
	Labels  []string  // what the button of each guess says; none, or an empty one: the line
	Try     []string  // lines to copy when there are no guesses, without the command itself
	Err     error     // the cause, if there is one
}

// Error is for the operator: the fault, without the words of the person.
func (e *UsageError) Error() string { return fmt.Sprintf("usage fault %d", e.Fault) }

func (e *UsageError) Unwrap() error { return e.Err }

// Label is what the button of a guess says.
func (e *UsageError) Label(i int) string {
	if i < len(e.Labels) && e.Labels[i] != "" {
		return e.Labels[i]
	}
	return Label(e.Guesses[i])
}
