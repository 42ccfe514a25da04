package reply

import (
	"errors"
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
func Cancelled() Reply { return OneLine("cancelled", "Cancelled. Nothing was asked of Ozonetel.") }

// TooLate is Cancelled where there was nothing left to give up.
func TooLate() Reply {
	return OneLine("cancelled", "Too late to cancel: the answer has come or is on its way.")
}

// Cancelling is Cancelled where another process has the question, if any has.
func Cancelling() Reply {
	return OneLine("cancelled", "Cancelling: if the answer is not on its way yet, it is given up in a few seconds.")
}

// SlowReply is a notice that the answer takes longer.
func SlowReply(line string) Reply { return OneLine("delayed", line) }

// ShareUnsure is the private reply when Slack did not say whether it showed what was to
// be shared.
func ShareUnsure() Reply {
	return OneLine("unsure", "Slack did not say whether the channel got the figure. Look there before you share it again.")
}

// Busy is the reply when more questions are in the works than the process can carry.
func Busy() Reply {
	return OneLine("busy", "Too many questions are in the works at this moment, so I can't take yours. Try again in a minute.")
}

// Stopping is the reply to a question that arrives or is cut short while ahtbot restarts.
func Stopping() Reply {
	return OneLine("stopping", "ahtbot is restarting and could not finish this. Ask again in a minute.")
}

// Broken is the apology when something went wrong on our side; ref finds it in the log.
func Broken(ref string) Reply {
	return OneLine("broken", "Something went wrong on my side, sorry. Try once more; if it happens again, tell whoever runs ahtbot: reference "+ref+".")
}

// Unreachable is the reply when Slack gave no usable address for a later answer.
func Unreachable() Reply {
	return OneLine("no_address", "Slack gave me no address to answer to, so I did not ask. Type the command again.")
}

// OneLine is a Reply of one sentence.
func OneLine(outcome, line string) Reply {
	return Reply{Outcome: outcome, Text: line, Lines: []string{line}}
}

// StoreCauses say in a few words why a store can't keep anything, by the cause's stable
// word. What whoever runs ahtbot has to do is in its log.
var StoreCauses = map[string]string{
	"disk-full":        "its disk is full",
	"quota":            "the quota of its disk is used up",
	"read-only-disk":   "its disk takes no changes",
	"read-only-server": "its server takes no changes",
	"no-permission":    "it may not be written to",
	"gone":             "it is not where it was",
	"locked":           "another program has locked it",
	"slow":             "it does not answer in time",
	"unreachable":      "it can't be reached",
	"damaged":          "its disk has a fault",
}

// StoreFault is what of an error of the store is read here.
type StoreFault interface {
	error
	StoreCause() string // a key of StoreCauses; others have no words
	NothingKept() bool  // surely nothing was kept
}

// CantKeep says that the store can't keep anything, and why where that is known. It is the
// beginning of a sentence.
func CantKeep(cause string) string {
	line := "My store can't keep anything just now"
	if why := StoreCauses[cause]; why != "" {
		line += " (" + why + ")"
	}
	return line
}

// StoreCause is why the store that err is of is away; empty when err is of no store, or the
// cause has no words.
func StoreCause(err error) string {
	if fault, ok := errors.AsType[StoreFault](err); ok {
		return fault.StoreCause()
	}
	return ""
}

// Unchanged is the Reply to a change that surely was not made, since the store is away with
// err.
func Unchanged(err error) Reply {
	return OneLine("store_away", CantKeep(StoreCause(err))+", so nothing was changed. Try again when that is mended; ahtbot's log says how.")
}
