package reply

import "errors"

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
	line := CantKeep(StoreCause(err)) + ", so nothing was changed. Try again when that is mended; ahtbot's log says how."
	return OneLine("store_away", line)
}
