package fault_test

import (
	"strings"
	"testing"

	"ahtbot/ozonetel/fault"
)

func TestErrorNamesAreStable(t *testing.T) {
	e := &fault.Error{Op: "aht", Class: fault.Limit, Reason: fault.LimitExceeded, Wait: 60e9, Status: 429}
	if e.ErrorClass() != "limit" || e.ErrorReason() != "limit-exceeded" || e.RetryIn() != 60e9 {
		t.Errorf("%q %q %v", e.ErrorClass(), e.ErrorReason(), e.RetryIn())
	}
	if got, want := e.Error(), "ozonetel aht: limit: limit-exceeded (http 429) (wait 1m0s)"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	var words []string
	for c := range fault.Unreadable + 2 {
		words = append(words, c.String())
	}
	if got := strings.Join(words, " "); got != "none refused auth limit unreachable unreadable none" {
		t.Errorf("classes %q", got)
	}
}
