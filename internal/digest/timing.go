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
// MaxLateness its readings would be about another time, and it is skipped.
const (
	LateFrom    = time.Minute
	MaxLateness = 45 * time.Minute
)

// Verdict says what to do with a slot whose time has come. The zero Verdict is none.
type Verdict uint8

// The verdicts.
const (
	Post     Verdict = iota + 1 // in time
	PostLate                    // late: the post says by how much
	Skip                        // too late: the next post names it
)

// Lateness returns what to do at now with a slot that is due and not yet posted, and how
// late it is. It may be posted up to [MaxLateness] after its time, or half of the time to
// the next slot if that is shorter. The zero Slot as next means that there is none. now
// must not be before the slot.
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
