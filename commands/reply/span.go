package reply

import (
	"fmt"
	"slices"
	"time"

	"ahtbot/internal/aht"
)

// Span is how far back a Trend looks. The zero Span is today.
type Span uint8

// The spans.
const (
	SpanToday Span = iota // since local midnight, a point an hour
	SpanDay               // the last 24 hours, a point every two: windows that share no calls
	SpanWeek              // the last 7 days, a point a day
)

// spans are the words of each Span: where it is in a sentence, and how to read its points.
var spans = map[Span]struct{ words, worth string }{
	SpanToday: {"today", "Each point looks back two hours, so neighbours share calls and a change shows late."},
	SpanDay:   {"in the last 24 hours", "Each point is the last reading of its two hours, so neighbours share few calls."},
	SpanWeek:  {"in the last 7 days", "Each point is the middle reading of its day."},
}

// Words names the span in a sentence.
func (s Span) Words() string { return spans[s].words }

// Worth says how to read the points.
func (s Span) Worth() string { return spans[s].worth }

// From returns when the span that ends at now begins.
func (s Span) From(now time.Time) time.Time {
	switch s {
	case SpanDay:
		return now.Add(-24 * time.Hour)
	case SpanWeek:
		return now.AddDate(0, 0, -7)
	case SpanToday:
		fallthrough
	default:
		return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	}
}

// Point is one point of a trend.
type Point struct {
	Label string
	Mean  time.Duration
	At    time.Time // of the last reading in it
}

// Points reduces readings to at most twenty points: of every hour or two the last reading,
// of every day the median. Readings of no calls have no place on a line.
func (s Span) Points(readings []aht.Reading, zone *time.Location) []Point {
	type bucket struct {
		label string
		means []time.Duration
		at    time.Time
	}
	var buckets []bucket
	last := ""
	for _, r := range readings {
		if r.NoCalls() {
			continue
		}
		key, label := s.slot(r.At.In(zone))
		if key != last {
			buckets, last = append(buckets, bucket{}), key
		}
		b := &buckets[len(buckets)-1]
		b.label, b.means, b.at = label, append(b.means, r.Mean), r.At
	}
	var out []Point
	for _, b := range buckets[max(0, len(buckets)-20):] {
		mean := b.means[len(b.means)-1]
		if s == SpanWeek {
			slices.Sort(b.means)
			mean = b.means[len(b.means)/2]
		}
		out = append(out, Point{b.label, mean, b.at})
	}
	return out
}

// slot returns which point a reading at at belongs to, and what that is called when the
// reading is its last.
func (s Span) slot(at time.Time) (key, label string) {
	switch s {
	case SpanWeek:
		return at.Format(time.DateOnly), at.Format("Mon 2 Jan")
	case SpanDay:
		return fmt.Sprintf("%s %d", at.Format(time.DateOnly), at.Hour()/2), at.Format("Mon 15:04")
	case SpanToday:
		fallthrough
	default:
		return at.Format("15"), at.Format("15:04")
	}
}
