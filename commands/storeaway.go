package commands

import (
	"context"
	"errors"
	"time"
)

// storeCauses say in a few words why a store can't keep anything, by the cause's stable
// word. What whoever runs ahtbot has to do is in its log.
var storeCauses = map[string]string{
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

// storeFault is what of an error of the store is read here.
type storeFault interface {
	error
	StoreCause() string // a key of storeCauses; others have no words
	NothingKept() bool  // surely nothing was kept
}

// cantKeep says that the store can't keep anything, and why where that is known. It is the
// beginning of a sentence.
func cantKeep(cause string) string {
	line := "My store can't keep anything just now"
	if why := storeCauses[cause]; why != "" {
		line += " (" + why + ")"
	}
	return line
}

// storeCause is why the store that err is of is away; empty when err is of no store, or the
// cause has no words.
func storeCause(err error) string {
	if fault, ok := errors.AsType[storeFault](err); ok {
		return fault.StoreCause()
	}
	return ""
}

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

// unchanged is the Reply to a change that surely was not made, since the store is away with
// err.
func unchanged(err error) Reply {
	line := cantKeep(storeCause(err)) + ", so nothing was changed. Try again when that is mended; ahtbot's log says how."
	return Reply{Outcome: "store_away", Text: line, Lines: []string{line}}
}

// refuseChange returns the refusal of cmd when it changes something and the store can't keep
// that, before anybody is told of it; nil when it may be done.
func (h *Handler) refuseChange(ctx context.Context, cmd Command) (*Reply, error) {
	if h.Keeps == nil || !keeps(cmd) {
		return nil, nil //nolint:nilnil // no refusal and no error is what lets it be done
	}
	err := h.Keeps(ctx)
	if err == nil {
		return nil, nil //nolint:nilnil // the same
	}
	r := unchanged(err)
	return &r, err
}

// slowness is why people wait for their turn, as a sentence's beginning that ends in a full
// stop; empty when it is Ozonetel's limit alone.
func (h *Handler) slowness() string {
	if h.Health == nil {
		return ""
	}
	switch s := h.Health(); {
	case s.Degraded || s.StoreCause != "":
		return cantKeep(s.StoreCause) + ", so I ask Ozonetel less often."
	case s.Back:
		return "My store could not keep anything and has just come back, so I hold back for a minute."
	default:
		return ""
	}
}

// storeQueue is the refusal to queue a question that would wait too long while the store is
// away for cause.
func storeQueue(cause string, wait time.Duration) string {
	return cantKeep(cause) + ", so I ask Ozonetel less often, and yours would take about " + roughly(wait) + ". I did not queue it. Try again in a minute or two."
}

// keeps reports whether cmd changes what is kept. A digest that is sent and an alert that is
// tried out are posted, whatever becomes of the record.
func keeps(cmd Command) bool { return changes(cmd) && cmd.Effect() != EffectPost }
