package commands

import (
	"fmt"
	"time"
)

// Waits says why a question is not sent yet and when it will be, about: others are ahead, or
// something else has used the account up and nothing is sent for usedUp. why is the sentence
// that says what holds them up; empty: Ozonetel's limit. The person behind ref can give up.
func Waits(why string, place int, wait, usedUp time.Duration, ref string) Reply {
	turn := fmt.Sprintf("others are ahead: place %d, about %s", place, roughly(wait))
	if place <= 1 {
		turn = "yours is next, in about " + roughly(wait)
	}
	if why == "" {
		why, turn = "Ozonetel allows this account only so many requests a minute, and "+turn+".", ""
	} else {
		turn = upperFirst(turn) + "."
	}
	r := slowReply(joinSentences(why, turn, "The figure follows here."))
	if usedUp > 0 {
		r = slowReply("Something else uses this Ozonetel account and has used up its requests of this minute. " +
			"I ask again in about " + roughly(max(wait, usedUp)) + " by myself, and the figure follows here.")
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

func cancelReply(line string) Reply { return oneLine("cancelled", line) }

func slowReply(line string) Reply { return oneLine("delayed", line) }

// ShareUnsure is the private reply when Slack did not say whether it showed what was to
// be shared.
func ShareUnsure() Reply {
	line := "Slack did not say whether the channel got the figure. Look there before you share it again."
	return oneLine("unsure", line)
}

// Busy is the reply when more questions are in the works than the process can carry.
func Busy() Reply {
	line := "Too many questions are in the works at this moment, so I can't take yours. Try again in a minute."
	return oneLine("busy", line)
}

// Stopping is the reply to a question that arrives or is cut short while ahtbot restarts.
func Stopping() Reply {
	line := "ahtbot is restarting and could not finish this. Ask again in a minute."
	return oneLine("stopping", line)
}

// Broken is the apology when something went wrong on our side; ref finds it in the log.
func Broken(ref string) Reply {
	line := "Something went wrong on my side, sorry. Try once more; if it happens again, tell whoever runs ahtbot: reference " + ref + "."
	return oneLine("broken", line)
}

// Unreachable is the reply when Slack gave no usable address for a later answer.
func Unreachable() Reply {
	line := "Slack gave me no address to answer to, so I did not ask. Type the command again."
	return oneLine("no_address", line)
}

// oneLine is a Reply of one sentence.
func oneLine(outcome, line string) Reply {
	return Reply{Outcome: outcome, Text: line, Lines: []string{line}}
}
