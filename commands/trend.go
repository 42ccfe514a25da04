package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"ahtbot/internal/aht"
)

// Trend asks how the AHT of a campaign went. A person's is not shown: a handful of calls
// in each window makes a line that means nothing (product.md §0, finding 2).
type Trend struct {
	Target aht.Target
	Span   Span
}

// trend answers a Trend from the readings kept. It asks nothing upstream.
func (h Answers) trend(ctx context.Context, t Trend, q Question) (Reply, error) {
	now := q.At.In(h.Zone)
	from := t.Span.from(now)
	readings, err := h.History(ctx, t.Target, from, now)
	m := meant{target: t.Target}
	asked := t.Target
	if err == nil && len(readings) == 0 {
		if m = h.meant(asked); m.target != asked {
			t.Target = m.target
			readings, err = h.History(ctx, t.Target, from, now)
		}
	}
	if err != nil {
		line := "The store that keeps past readings does not answer, so I can't show a trend now. Try again in a minute."
		return oneLine("store_away", line), err
	}
	r := trendReply(t, readings, from, h.Zone)
	r.Public = q.Open
	if taken := m.taken(asked); taken != "" {
		r.Note, r.Text = joinNonEmpty("\n", taken, r.Note), joinSentences(r.Text, taken)
	}
	if before, last, ok := h.shorter(t.Target); m.strange && ok && strings.ContainsFunc(last, unicode.IsDigit) {
		return Reply{}, noSpan(before, last)
	}
	if m.strange {
		r.Lines, r.Try = []string{r.Lines[0], "I know no campaign of that name. " + closestWords(m)}, nil
		r = h.withClosest(r, m, "Trend of", func(c aht.Target) Command { return Trend{c, t.Span} }, q)
	}
	return r, nil
}

// trendReply words the readings of t since from, oldest first: the course, every point,
// and what is not known.
func trendReply(t Trend, readings []aht.Reading, from time.Time, zone *time.Location) Reply {
	points := t.Span.points(readings, zone)
	if len(points) == 0 {
		return noTrend(t, len(readings))
	}
	title := fmt.Sprintf("AHT of %s %s", subject(t.Target), t.Span.words())
	var course, labels []string
	var values []float64
	for _, p := range points {
		course = append(course, p.label+" "+aht.FormatDuration(p.mean))
		labels, values = append(labels, p.label), append(values, p.mean.Seconds())
	}
	r := Reply{
		Outcome: "trend", Title: title,
		Lines: []string{summary(points), strings.Join(course, " · ")},
		Note:  joinNonEmpty("\n", t.Span.worth(), unknown(readings, from, zone)),
	}
	if len(points) > 1 {
		r.Chart = &Chart{
			Title: "AHT in seconds", YLabel: "seconds", Categories: labels,
			Series: []Series{{Name: t.Target.Name(), Values: values}},
		}
	}
	r.Text = joinSentences(title+":", r.Lines[0], r.Note)
	return r
}

func noTrend(t Trend, readings int) Reply {
	line := fmt.Sprintf("No reading of %s is kept %s, so there is no trend to show.", subject(t.Target), t.Span.words())
	if readings > 0 {
		line = fmt.Sprintf("All %d readings of %s %s found no calls: there is nothing to average.", readings, subject(t.Target), t.Span.words())
	}
	how := "Ozonetel has no past to ask for: ahtbot can show only what it has read. Ask now, and this is the first point:"
	r := Reply{Outcome: "trend", Lines: []string{line, how}, Try: []string{Line(Show{t.Target})}}
	r.Text = joinSentences(line, how, r.Try[0])
	return r
}

// summary words the course in one sentence.
func summary(points []point) string {
	first, last := points[0], points[len(points)-1]
	if len(points) == 1 {
		return fmt.Sprintf("One point so far: %s at %s.", aht.FormatDuration(first.mean), first.label)
	}
	byMean := func(a, b point) int { return int(a.mean - b.mean) }
	low, high := slices.MinFunc(points, byMean), slices.MaxFunc(points, byMean)
	return fmt.Sprintf("From %s (%s) to %s (%s). Lowest %s (%s), highest %s (%s).",
		aht.FormatDuration(first.mean), first.label, aht.FormatDuration(last.mean), last.label,
		aht.FormatDuration(low.mean), low.label, aht.FormatDuration(high.mean), high.label)
}

// unknown says how many readings there were, and of which times nothing is known: those
// that no reading looked back on.
func unknown(readings []aht.Reading, from time.Time, zone *time.Location) string {
	var gaps []string
	none, covered := 0, from
	for _, r := range readings {
		if r.NoCalls() {
			none++
		}
		if begin := r.At.Add(-aht.Window); begin.After(covered) {
			gaps = append(gaps, span(covered.In(zone), begin.In(zone)))
		}
		covered = r.At
	}
	out := "From " + plural(len(readings), "reading") + "."
	if none > 0 {
		out = joinSentences(out, fmt.Sprintf("Without calls, and so without a point: %d.", none))
	}
	if len(gaps) > 0 {
		more := ""
		if n := len(gaps) - 3; n > 0 {
			gaps, more = gaps[:3], " "+More(n)
		}
		out = joinSentences(out, "Nothing is known of "+strings.Join(gaps, ", ")+more+": nothing was read then.")
	}
	return out
}

// span writes a stretch of time, with the day where that is not the same.
func span(from, to time.Time) string {
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return from.Format("Mon 15:04") + " to " + to.Format("15:04")
	}
	return from.Format("Mon 15:04") + " to " + to.Format("Mon 15:04")
}
