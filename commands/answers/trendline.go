package answers

import (
	"fmt"
	"strings"
	"unicode"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// spans are the words for the spans, as they are typed.
var spans = map[reply.Span]string{reply.SpanToday: "today", reply.SpanDay: "24h", reply.SpanWeek: "7d"}

// ParseTrend reads "campaign X [today|24h|7d]". Only last words that are a span are one:
// quotes keep them in the name.
func ParseTrend(rest string) (request.Command, error) {
	n, err := request.CampaignOf(rest, request.FaultPerson)
	if err != nil {
		return nil, err
	}
	name, behind, quoted := request.SplitQuoted(n.Rest)
	if !quoted {
		name, behind = splitSpan(n.Rest)
	}
	cmd, err := request.ParseShow(aht.KindCampaign, name)
	if err != nil {
		return nil, err
	}
	t := Trend{Target: request.About(request.Plain(cmd))}
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

// trendLine writes t so that it reads back.
func trendLine(t Trend) string {
	return fmt.Sprintf("%s trend campaign %s %s", request.CommandWord, request.Spell(t.Target), spans[t.Span])
}

// Typed is [request.Command].
func (t Trend) Typed(grammar.Writer) string { return trendLine(t) }

// Effect is [request.Command].
func (Trend) Effect() request.Effect { return request.EffectNone }

// Label is [request.Command].
func (t Trend) Label() string {
	return fmt.Sprintf("Trend of %s, %s", reply.Short(t.Target.Name()), spans[t.Span])
}

// About is whom it is about.
func (t Trend) About() aht.Target { return t.Target }
