package digest

import (
	"fmt"
	"time"
)

// How long before a slot its readings start: as late as the allowance permits, so that they
// are fresh.
const (
	ReadingTime    = 2 * time.Minute  // if all readings fit into it
	MaxReadingTime = 15 * time.Minute // at most
)

// TooManyTargetsError is for a digest with more targets than can be read in
// [MaxReadingTime].
type TooManyTargetsError struct {
	Targets   int // to read
	PerMinute int // requests a minute that are free for it
	Max       int // the most targets that would fit
}

func (e *TooManyTargetsError) Error() string {
	return fmt.Sprintf("%d targets at %d requests a minute do not fit into %v, %d would", e.Targets, e.PerMinute, MaxReadingTime, e.Max)
}

// ReadingStart returns when reading has to start so that targets readings, one request
// each, are complete at the slot due, with perMinute requests a minute. More than fit into
// [MaxReadingTime] are a [*TooManyTargetsError].
func ReadingStart(due time.Time, targets, perMinute int) (time.Time, error) {
	perMinute = min(max(0, perMinute), 1_000_000)
	if most := perMinute * int(MaxReadingTime/time.Minute); targets > most {
		return time.Time{}, &TooManyTargetsError{Targets: targets, PerMinute: perMinute, Max: most}
	}
	need := ReadingTime
	if targets > 0 {
		need = max(need, time.Duration(targets)*time.Minute/time.Duration(perMinute))
	}
	return due.Add(-need), nil
}

// How late a slot may be posted. From LateFrom on the post says that it is late; after
// maxLateness its readings would be about another time, and it is skipped.
const (
	LateFrom    = time.Minute
	maxLateness = 45 * time.Minute
)

// Lateness returns how late a slot that is not yet posted is at now, and whether it is too
// late to be posted: after 45 minutes, or half of the time to the next slot if that is
// shorter. The zero Slot as next means that there is none.
func Lateness(slot, next Slot, now time.Time) (late time.Duration, tooLate bool) {
	most, late := maxLateness, max(0, now.Sub(slot.At))
	if !next.At.IsZero() {
		most = min(most, next.At.Sub(slot.At)/2)
	}
	return late, late > most
}
