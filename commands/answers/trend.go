package answers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Trend asks how the AHT of a campaign went. A person's is not shown: a handful of calls
// in each window makes a line that means nothing (product.md §0, finding 2).
type Trend struct {
	Target aht.Target
	Span   reply.Span
}

// trend answers a Trend from the readings kept. It asks nothing upstream.
func (h Handler) trend(ctx context.Context, t Trend, q request.Question) (reply.Reply, error) {
	now := q.At.In(h.Zone)
	from := t.Span.From(now)
	readings, err := h.History(ctx, t.Target, from, now)
	m := request.Meant{Target: t.Target}
	asked := t.Target
	if err == nil && len(readings) == 0 {
		if m = h.Meant(asked); m.Target != asked {
			t.Target = m.Target
			readings, err = h.History(ctx, t.Target, from, now)
		}
	}
	if err != nil {
		return reply.OneLine("store_away", "The store that keeps past readings does not answer, so I can't show a trend now. Try again in a minute."), err
	}
	r := trendReply(t, readings, from, h.Zone)
	r.Public = q.Open
	if taken := m.Taken(asked); taken != "" {
		r.Note, r.Text = reply.JoinNonEmpty("\n", taken, r.Note), reply.JoinSentences(r.Text, taken)
	}
	if before, last, ok := h.Shorter(t.Target); m.Strange && ok && strings.ContainsFunc(last, unicode.IsDigit) {
		return reply.Reply{}, noSpan(before, last)
	}
	if m.Strange {
		r.Lines, r.Try = []string{r.Lines[0], "I know no campaign of that name. " + request.ClosestWords(m)}, nil
		r = h.WithClosest(r, m, "Trend of", func(c aht.Target) request.Command { return Trend{c, t.Span} }, q)
	}
	return r, nil
}

// trendReply words the readings of t since from, oldest first: the course, every point,
// and what is not known.
func trendReply(t Trend, readings []aht.Reading, from time.Time, zone *time.Location) reply.Reply {
	points := t.Span.Points(readings, zone)
	if len(points) == 0 {
		return noTrend(t, len(readings))
	}
	title := fmt.Sprintf("AHT of %s %s", reply.Subject(t.Target), t.Span.Words())
	var course, labels []string
	var values []float64
	for _, p := range points {
		course = append(course, p.Label+" "+aht.FormatDuration(p.Mean))
		labels, values = append(labels, p.Label), append(values, p.Mean.Seconds())
	}
	r := reply.Reply{
		Outcome: "trend", Title: title,
		Lines: []string{summary(points), strings.Join(course, " · ")},
		Note:  reply.JoinNonEmpty("\n", t.Span.Worth(), unknown(readings, from, zone)),
	}
	if len(points) > 1 {
		r.Chart = &reply.Chart{
			Title: "AHT in seconds", YLabel: "seconds", Categories: labels,
			Series: []reply.Series{{Name: t.Target.Name(), Values: values}},
		}
	}
	r.Text = reply.JoinSentences(title+":", r.Lines[0], r.Note)
	return r
}

func noTrend(t Trend, readings int) reply.Reply {
	line := fmt.Sprintf("No reading of %s is kept %s, so there is no trend to show.", reply.Subject(t.Target), t.Span.Words())
	if readings > 0 {
		line = fmt.Sprintf("All %d readings of %s %s found no calls: there is nothing to average.", readings, reply.Subject(t.Target), t.Span.Words())
	}
	how := "Ozonetel has no past to ask for: ahtbot can show only what it has read. Ask now, and this is the first point:"
	r := reply.Reply{Outcome: "trend", Lines: []string{line, how}, Try: []string{request.Line(request.Show{Target: t.Target})}}
	r.Text = reply.JoinSentences(line, how, r.Try[0])
	return r
}

// summary words the course in one sentence.
func summary(points []reply.Point) string {
	first, last := points[0], points[len(points)-1]
	if len(points) == 1 {
		return fmt.Sprintf("One point so far: %s at %s.", aht.FormatDuration(first.Mean), first.Label)
	}
	byMean := func(a, b reply.Point) int { return int(a.Mean - b.Mean) }
	low, high := slices.MinFunc(points, byMean), slices.MaxFunc(points, byMean)
	return fmt.Sprintf("From %s (%s) to %s (%s). Lowest %s (%s), highest %s (%s).",
		aht.FormatDuration(first.Mean), first.Label, aht.FormatDuration(last.Mean), last.Label,
		aht.FormatDuration(low.Mean), low.Label, aht.FormatDuration(high.Mean), high.Label)
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
	out := "From " + reply.Plural(len(readings), "reading") + "."
	if none > 0 {
		out = reply.JoinSentences(out, fmt.Sprintf("Without calls, and so without a point: %d.", none))
	}
	if len(gaps) > 0 {
		more := ""
		if n := len(gaps) - 3; n > 0 {
			gaps, more = gaps[:3], " "+reply.More(n)
		}
		out = reply.JoinSentences(out, "Nothing is known of "+strings.Join(gaps, ", ")+more+": nothing was read then.")
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

// spans are the words for the spans, as they are typed.
var spans = map[reply.Span]string{reply.SpanToday: "today", reply.SpanDay: "24h", reply.SpanWeek: "7d"}

// ParseTrend reads "campaign X [today|24h|7d]". Only last words that are a span are one:
// quotes keep them in the name.
func ParseTrend(rest string) (request.Command, error) {
	n, target, behind, err := campaignAnd(rest, request.FaultPerson, splitSpan)
	if err != nil {
		return nil, err
	}
	t := Trend{Target: target}
	span, own, known := readSpan(behind)
	switch t.Span = span; {
	case behind == "" || own:
	case !known:
		return nil, noSpan(t.Target, behind)
	default:
		return request.Interpreted{Command: t}, nil
	}
	if n.Api {
		return n.Loosely(t), nil
	}
	return t, nil
}

// noSpan says that a trend has no such span, and offers those it has.
func noSpan(t aht.Target, said string) *request.UsageError {
	return &request.UsageError{Fault: request.FaultSpan, Said: said, Kind: aht.KindCampaign, Guesses: []request.Command{Trend{t, reply.SpanToday}, Trend{t, reply.SpanDay}, Trend{t, reply.SpanWeek}}}
}

// splitSpan takes a span of up to three words off the end of a line.
func splitSpan(line string) (before, span string) {
	words := strings.Fields(line)
	if len(words) == 1 {
		if _, own, _ := readSpan(words[0]); own {
			return "", words[0]
		}
	}
	for n := min(3, len(words)-1); n > 0; n-- {
		span = strings.Join(words[len(words)-n:], " ")
		_, own, known := readSpan(span)
		if own || known && strings.ContainsFunc(span, unicode.IsDigit) { // “Week” may end a name
			return strings.Join(words[:len(words)-n], " "), span
		}
	}
	return line, ""
}

// readSpan reads a span in the language's own words, or in others that mean the same.
func readSpan(said string) (s reply.Span, own, known bool) {
	said = strings.ToLower(strings.Join(strings.Fields(said), ""))
	for s, word := range spans {
		if said == word {
			return s, true, true
		}
	}
	switch strings.TrimPrefix(strings.TrimPrefix(said, "the"), "last") {
	case "24hr", "24hrs", "24hours", "1d", "1day", "day":
		return reply.SpanDay, false, true
	case "7day", "7days", "1w", "1week", "week", "168h":
		return reply.SpanWeek, false, true
	default:
		return reply.SpanToday, false, false
	}
}

// Typed is [request.Command].
func (t Trend) Typed(grammar.Writer) string {
	return fmt.Sprintf("%s trend campaign %s %s", request.CommandWord, request.Spell(t.Target), spans[t.Span])
}

// Effect is [request.Command].
func (Trend) Effect() request.Effect { return request.EffectNone }

// Label is [request.Command].
func (t Trend) Label() string {
	return fmt.Sprintf("Trend of %s, %s", reply.Short(t.Target.Name()), spans[t.Span])
}

// About is whom it is about.
func (t Trend) About() aht.Target { return t.Target }
