package commands

import (
	"errors"
)

// notKept is the Reply to a change that was not kept for err: surely not, or unsure says
// that nobody knows, with what to look at then.
func notKept(err error, unsure string, look ...Command) Reply {
	if fault, ok := errors.AsType[storeFault](err); ok && fault.NothingKept() {
		return unchanged(err)
	}
	r := Reply{Outcome: "store_away", Lines: []string{unsure}}
	for _, cmd := range look {
		r.Try = append(r.Try, Line(cmd))
	}
	r.Text = joinSentences(unsure, tryText(r.Try))
	return r
}
