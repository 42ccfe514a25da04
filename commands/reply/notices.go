package reply

import (
	"fmt"
	"time"
)

// Waits says why a question is not sent yet and when it will be, about: others are ahead, or
// something else has used the account up and nothing is sent for usedUp. why is the sentence
// that says what holds them up; empty: Ozonetel's limit. The person behind ref can give up.
func Waits(why string, place int, wait, usedUp time.Duration, ref string) Reply {
	turn := fmt.Sprintf("others are ahead: place %d, about %s", place, Roughly(wait))
	if place <= 1 {
		turn = "yours is next, in about " + Roughly(wait)
	}
	if why == "" {
		why, turn = "Ozonetel allows this account only so many requests a minute, and "+turn+".", ""
	} else {
		turn = UpperFirst(turn) + "."
	}
	r := SlowReply(JoinSentences(why, turn, "The figure follows here."))
	if usedUp > 0 {
		r = SlowReply("Something else uses this Ozonetel account and has used up its requests of this minute. " +
			"I ask again in about " + Roughly(max(wait, usedUp)) + " by myself, and the figure follows here.")
	}
	r.Buttons = []Button{{Action: ActionCancel, Label: "Cancel", Value: ref}}
	return r
}

// Cancelled takes the place of a notice whose question was given up.
func Cancelled() Reply { return cancelReply("Cancelled. Nothing was asked of Ozonetel.") }

// TooLate is Cancelled where there was nothing left to give up.
func TooLate() Reply {
	return cancelReply("Too late to cancel: the answer has come or is on its way.")
}

// Cancelling is Cancelled where another process has the question, if any has.
func Cancelling() Reply {
	return cancelReply("Cancelling: if the answer is not on its way yet, it is given up in a few seconds.")
}

func cancelReply(line string) Reply { return OneLine("cancelled", line) }

// SlowReply is a notice that the answer takes longer.
func SlowReply(line string) Reply { return OneLine("delayed", line) }

// ShareUnsure is the private reply when Slack did not say whether it showed what was to
// be shared.
func ShareUnsure() Reply {
	line := "Slack did not say whether the channel got the figure. Look there before you share it again."
	return OneLine("unsure", line)
}

// Busy is the reply when more questions are in the works than the process can carry.
func Busy() Reply {
	line := "Too many questions are in the works at this moment, so I can't take yours. Try again in a minute."
	return OneLine("busy", line)
}

// Stopping is the reply to a question that arrives or is cut short while ahtbot restarts.
func Stopping() Reply {
	line := "ahtbot is restarting and could not finish this. Ask again in a minute."
	return OneLine("stopping", line)
}

// Broken is the apology when something went wrong on our side; ref finds it in the log.
func Broken(ref string) Reply {
	line := "Something went wrong on my side, sorry. Try once more; if it happens again, tell whoever runs ahtbot: reference " + ref + "."
	return OneLine("broken", line)
}

// Unreachable is the reply when Slack gave no usable address for a later answer.
func Unreachable() Reply {
	line := "Slack gave me no address to answer to, so I did not ask. Type the command again."
	return OneLine("no_address", line)
}

// OneLine is a Reply of one sentence.
func OneLine(outcome, line string) Reply {
	return Reply{Outcome: outcome, Text: line, Lines: []string{line}}
}
