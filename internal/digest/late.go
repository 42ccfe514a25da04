package digest

import "time"

// How late a slot may be. It is late from a minute on, and skipped when the window of its
// readings would no longer be the one that was asked for.
const (
	LateFrom = time.Minute
	LateMost = 45 * time.Minute
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
	most, by := LateMost, max(0, now.Sub(slot.At))
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
