package digest

import (
	"fmt"
	"time"
)

// When the readings of a slot begin: as late as the budget allows, so that they are fresh.
const (
	ReadingTime    = 2 * time.Minute  // when all of them fit into this
	MaxReadingTime = 15 * time.Minute // else earlier, but never more than this
)

// TooManyTargetsError is a digest whose readings cannot be taken in the time before a slot.
type TooManyTargetsError struct {
	Targets   int // that have to be read
	PerMinute int // requests a minute there are for them
	Max       int // targets that would fit
}

func (e *TooManyTargetsError) Error() string {
	return fmt.Sprintf("%d targets at %d requests a minute do not fit into %v, %d would", e.Targets, e.PerMinute, MaxReadingTime, e.Max)
}

// ReadingStart returns when reading must begin so that targets readings, one request each, are
// there at the slot due at a moment, when perMinute requests a minute are to be had. More
// than fit into [ReadMost] are a [*TooManyError].
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

// How late a slot may be. It is late from a minute on, and skipped when the window of its
// readings would no longer be the one that was asked for.
const (
	LateFrom    = time.Minute
	MaxLateness = 45 * time.Minute
)

// Verdict says what to do with a slot that has come.
type Verdict uint8

// The verdicts.
const (
	Post     Verdict = iota + 1 // in time
	PostLate                    // and say by how much
	Skip                        // and name it once
)

// String returns the verdict as the log writes it.
func (v Verdict) String() string {
	switch v {
	case Post:
		return "post"
	case PostLate:
		return "post late"
	case Skip:
		return "skip"
	default:
		return "none"
	}
}

// Lateness says what to do at now with a slot that is due and not posted, and how late it
// is: it may be posted until 45 minutes after, or half the way to the next slot if that is
// sooner. The zero Slot as next means that none follows. now is not before the slot.
func Lateness(slot, next Slot, now time.Time) (Verdict, time.Duration) {
	most, by := MaxLateness, max(0, now.Sub(slot.At))
	if !next.At.IsZero() {
		most = min(most, next.At.Sub(slot.At)/2)
	}
	switch {
	case by > most:
		return Skip, by
	case by >= LateFrom:
		return PostLate, by
	default:
		return Post, by
	}
}
