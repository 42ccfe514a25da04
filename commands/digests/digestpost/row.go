package digestpost

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// digestRow is one campaign of a digest message.
type digestRow struct{ digest.Row }

// quiet reports whether the row was read and had no calls.
func (r digestRow) quiet() bool { return r.HasReading() && r.Reading.NoCalls() }

// over is by how much the row is over its target; not positive when it is not, or nobody
// knows.
func (r digestRow) over() time.Duration {
	by, known := r.Goal.Over(r.Reading)
	if !r.HasReading() || !known {
		return 0
	}
	return by
}

// change is how far the row has moved since two hours or more before.
func (r digestRow) change() (by time.Duration, known bool) {
	if !r.HasReading() || r.quiet() || r.Previous.At.IsZero() || r.Previous.NoCalls() {
		return 0, false
	}
	return r.Reading.Mean - r.Previous.Mean, true
}

// unusual says on which side of its usual range the row is: above, below, or neither.
func (r digestRow) unusual() string {
	switch {
	case !r.HasReading() || r.quiet() || !r.Usual.Known():
		return ""
	case r.Reading.Mean > r.Usual.High:
		return "above usual"
	case r.Reading.Mean < r.Usual.Low:
		return "below usual"
	default:
		return ""
	}
}

// passes reports whether a filter lets the row through. One that was not read always
// passes: nobody knows that it may be left out.
func (r digestRow) passes(f digest.Filter) bool {
	if !r.HasReading() {
		return true
	}
	switch f {
	case digest.ShowOffTarget:
		return r.over() > 0
	case digest.ShowChanged:
		by, known := r.change()
		began := !r.Previous.At.IsZero() && r.Previous.NoCalls() != r.quiet()
		return known && by != 0 || began
	case digest.ShowWithCalls:
		return !r.quiet()
	case digest.ShowAll:
	}
	return true
}

// rank groups rows: over target, the others with a figure, no calls, not read.
func (r digestRow) rank() int {
	switch {
	case !r.HasReading():
		return 3
	case r.quiet():
		return 2
	case r.over() > 0:
		return 0
	default:
		return 1
	}
}

// sortRows sorts by what matters: those over target first, the worst before the others,
// the rest by name, those without calls apart, those not read last.
func sortRows(rows []digestRow) { slices.SortStableFunc(rows, inOrder) }

func inOrder(a, b digestRow) int {
	return cmp.Or(
		cmp.Compare(a.rank(), b.rank()),
		cmp.Compare(max(0, b.over()), max(0, a.over())),
		strings.Compare(strings.ToLower(a.Target.Name()), strings.ToLower(b.Target.Name())),
	)
}

// counts are how many rows are how.
type counts struct{ all, goals, over, quiet, failed int }

func (m digestMessage) count(rows []digestRow) counts {
	n := counts{all: len(rows)}
	for _, r := range rows {
		if r.Goal.Mean > 0 {
			n.goals++
		}
		switch r.rank() {
		case 0:
			n.over++
		case 2:
			n.quiet++
		case 3:
			n.failed++
		}
	}
	return n
}

// spread is from what to what the figures go; empty when there are no two.
func (m digestMessage) spread() string {
	var means []time.Duration
	for _, r := range m.all {
		if r.HasReading() && !r.quiet() {
			means = append(means, r.Reading.Mean)
		}
	}
	if len(means) < 2 {
		return ""
	}
	return aht.FormatDuration(slices.Min(means)) + " to " + aht.FormatDuration(slices.Max(means))
}

// state is what there is to say of the row beside its figure.
func (r digestRow) state(clock func(time.Time) string) string {
	switch {
	case !r.HasReading():
		return r.last(clock)
	case r.quiet():
		return ""
	}
	goal := ""
	switch by := r.over(); {
	case r.Goal.Mean <= 0:
	case by > 0:
		goal = "over by " + aht.FormatDuration(by)
	default:
		goal = "within target"
	}
	return reply.JoinNonEmpty(", ", goal, r.unusual())
}

// last is what is known of a row that was not read.
func (r digestRow) last(clock func(time.Time) string) string {
	at := clock(r.Last.At)
	switch {
	case r.Last.At.IsZero():
		return "never read before"
	case r.Last.NoCalls():
		return "last no calls at " + at
	default:
		return "last " + aht.FormatDuration(r.Last.Mean) + " at " + at
	}
}

// figure is the row's AHT, or why there is none.
func (r digestRow) figure() string {
	switch {
	case !r.HasReading():
		return "not read"
	case r.quiet():
		return "no calls"
	default:
		return aht.FormatDuration(r.Reading.Mean)
	}
}

// changeWords writes a change with its sign; empty when it is not known.
func (r digestRow) changeWords() string {
	switch by, known := r.change(); {
	case !known:
		return ""
	case by > 0:
		return "+" + aht.FormatDuration(by)
	case by < 0:
		return "−" + aht.FormatDuration(-by)
	default:
		return "same"
	}
}

func (r digestRow) usualWords() string {
	if !r.Usual.Known() {
		return ""
	}
	return aht.FormatDuration(r.Usual.Low) + " to " + aht.FormatDuration(r.Usual.High)
}
