package digestpost

import (
	"slices"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/digest"
)

// InOrder sorts rows as a digest does: those over target first, those not read last.
func InOrder(rows []digest.Row) {
	slices.SortStableFunc(rows, func(a, b digest.Row) int { return inOrder(digestRow{a}, digestRow{b}) })
}

// Line is one row in a sentence of its own, for who reads it at now: the figure, when it was read, and all that is known to hold it
// against.
func Line(r digest.Row, now time.Time, zone *time.Location) string {
	name := reply.Short(r.Target.Name()) + ": "
	if !r.HasReading() && r.Last.At.IsZero() {
		return name + "not read yet."
	}
	return name + digestMessage{zone: zone, now: now, ownTime: true}.figures(digestRow{r}, true) + "."
}
