package digest

import (
	"fmt"
	"time"
)

// When the readings of a slot begin: as late as the budget allows, so that they are fresh.
const (
	ReadWithin = 2 * time.Minute  // when all of them fit into this
	ReadMost   = 15 * time.Minute // else earlier, but never more than this
)

// TooManyError is a digest whose readings cannot be taken in the time before a slot.
type TooManyError struct {
	Targets   int // that have to be read
	PerMinute int // requests a minute there are for them
	Most      int // targets that would fit
}

func (e *TooManyError) Error() string {
	return fmt.Sprintf("%d targets at %d requests a minute do not fit into %v, %d would", e.Targets, e.PerMinute, ReadMost, e.Most)
}

// Begin returns when reading must begin so that targets readings, one request each, are
// there at the slot due at a moment, when perMinute requests a minute are to be had. More
// than fit into [ReadMost] are a [*TooManyError].
func Begin(due time.Time, targets, perMinute int) (time.Time, error) {
	perMinute = min(max(0, perMinute), 1_000_000)
	if most := perMinute * int(ReadMost/time.Minute); targets > most {
		return time.Time{}, &TooManyError{Targets: targets, PerMinute: perMinute, Most: most}
	}
	need := ReadWithin
	if targets > 0 {
		need = max(need, time.Duration(targets)*time.Minute/time.Duration(perMinute))
	}
	return due.Add(-need), nil
}
