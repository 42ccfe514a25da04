package alerts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

const (
	// aWeek is how far back it is shown what a rule would have done, before it is made.
	aWeek = 7 * 24 * time.Hour
	// fewEpisodes is how many alerts of that time are listed.
	fewEpisodes = 5
)

// WouldBe says what an alert made of a draft would have done lately, and what it costs to read its campaign. A Reply is why
// there can't be one.
func (h Handler) WouldBe(ctx context.Context, d alertline.Draft, q request.Question) (lines []string, no *reply.Reply, err error) {
	if h.Alerts == nil {
		return nil, new(notKept()), nil
	}
	l, no, err := h.propose(ctx, d, func(d alertline.Draft) request.Command { return alertline.Add{Draft: d} }, false, q)
	if no != nil || err != nil {
		return nil, no, err
	}
	after, err := h.Alerts.Plan(ctx, l.Target)
	if err != nil {
		return nil, nil, err
	}
	if lines, err = h.lately(ctx, l.Target, l.Rule, q); err != nil {
		return nil, nil, err
	}
	if l.took != "" {
		lines = append([]string{l.took}, lines...)
	}
	return append(lines, costWords(l.before, after)), nil, nil
}

// WouldBecome says what an alert on t would have done lately by another rule.
func (h Handler) WouldBecome(ctx context.Context, t aht.Target, rule alert.Rule, q request.Question) ([]string, error) {
	if h.Alerts == nil {
		return notKept().Lines, nil
	}
	p, err := h.Alerts.Plan(ctx)
	if err != nil {
		return nil, err
	}
	rule.Interval = p.Asked
	return h.lately(ctx, t, rule, q)
}

// lately says how often a rule on t would have fired in the last days, and lists when.
func (h Handler) lately(ctx context.Context, t aht.Target, rule alert.Rule, q request.Question) ([]string, error) {
	var readings []aht.Reading // older ones say what is usual
	if h.History != nil {
		var err error
		if readings, err = h.History(ctx, t, q.At.Add(-keptFor), q.At); err != nil {
			return nil, err
		}
	}
	since := q.At.Add(-aWeek)
	first := slices.IndexFunc(readings, func(m aht.Reading) bool { return !m.At.Before(since) })
	if first < 0 {
		return []string{fmt.Sprintf("No reading of %s is kept from the last 7 days, so I can't show what this would have done.", reply.Subject(t))}, nil
	}
	goal, _ := h.Goals.Goal(t)
	episodes := alert.Preview(rule, readings[first:], goal.Mean, func(at time.Time) (aht.Band, bool) { return aht.Usual(readings, at, h.Zone) })
	long := over(q.At.Sub(readings[first].At))
	if len(episodes) == 0 {
		return []string{fmt.Sprintf("In the last %s it would not have fired.", long)}, nil
	}
	return []string{fmt.Sprintf("In the last %s it would have fired %s:", long, times(len(episodes))), h.episodeLines(episodes, fewEpisodes, q.At)}, nil
}

// episodeLines lists the newest alerts, one a line.
func (h Handler) episodeLines(all []alert.Episode, most int, now time.Time) string {
	var lines []string
	for _, e := range slices.Backward(all) {
		if len(lines) == most {
			lines = append(lines, "• "+reply.More(len(all)-most))
			break
		}
		lines = append(lines, "• "+h.episodeWords(e, now))
	}
	return strings.Join(lines, "\n")
}
