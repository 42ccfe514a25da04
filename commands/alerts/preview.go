package alerts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

const (
	// keptFor is how far back a preview and a usual band look.
	keptFor = 28 * 24 * time.Hour
	// mostEpisodes is how many alerts a preview lists.
	mostEpisodes = 10
)

// preview says when a rule would have fired over the readings kept. It asks nothing
// upstream and keeps nothing.
func (h Handler) preview(ctx context.Context, c alertline.Preview, q request.Question) (reply.Reply, error) {
	l, no, err := h.propose(ctx, c.Draft, func(d alertline.Draft) request.Command { return alertline.Preview{Draft: d} }, false, q)
	if no != nil || err != nil {
		return standing.OrNothing(no), err
	}
	c.Draft.Target = l.Target
	var readings []aht.Reading
	if h.History != nil {
		if readings, err = h.History(ctx, l.Target, q.At.Add(-keptFor), q.At); err != nil {
			return reply.Reply{}, err
		}
	}
	if len(readings) == 0 {
		return alertReply(fmt.Sprintf("No reading of %s is kept, so there is nothing to try this on. Ask now, and this is the first:", reply.Subject(l.Target)), request.Line(request.Show{Target: l.Target})), nil
	}
	r := h.previewed(l.Rule, readings, q)
	stands := h.standsAlready(ctx, l.Watch, q)
	if stands == "" {
		r.Buttons = lineButton("Add this alert", "%s", request.ButtonValue(alertline.Add(c)))
	}
	return reply.WithLines(r, append([]string{l.took, stands}, r.Lines...)), nil
}

// standsAlready names the alert of who asks q that is just what w is; empty when there is none, or nobody can say.
func (h Handler) standsAlready(ctx context.Context, w alert.Watch, q request.Question) string {
	all, err := h.Alerts.All(ctx)
	at := slices.IndexFunc(all, func(s alert.Standing) bool {
		return s.Watch.By == q.User && s.Watch.Target == w.Target && sameRule(s.Watch.Rule, w.Rule)
	})
	if err != nil || at < 0 {
		return ""
	}
	return fmt.Sprintf("Your alert #%d is just that.", all[at].Watch.ID)
}

// previewed words what a rule would have said of readings, oldest first and not empty.
func (h Handler) previewed(rule alert.Rule, readings []aht.Reading, q request.Question) reply.Reply {
	learning, asked := 0, 0
	goal, _ := h.Goals.Goal(readings[0].Target)
	episodes := alert.Preview(rule, readings, goal.Mean, func(at time.Time) (aht.Band, bool) {
		band, known := aht.Usual(readings, at, h.Zone)
		if asked++; !known {
			learning++
		}
		return band, known
	})
	long := over(q.At.Sub(readings[0].At))
	r := alertReply("")
	r.Title = fmt.Sprintf("Would have fired %s in %s", times(len(episodes)), long)
	if len(episodes) == 0 {
		r.Title = "Would not have fired in " + long
	}
	r.Lines = []string{fmt.Sprintf("%s, %s, over the %s kept since %s.", reply.UpperFirst(reply.Subject(readings[0].Target)), alertpost.Condition(h.figures(alert.Watch{Target: readings[0].Target, Rule: rule}, aht.Band{})), reply.Plural(len(readings), "reading"), reply.When(readings[0].At, q.At, h.Zone))}
	if list := h.episodeLines(episodes, mostEpisodes, q.At); list != "" {
		r.Lines = append(r.Lines, list)
	}
	r.Note = reply.JoinNonEmpty("\n",
		"What happened between the readings that were kept, this can't know.",
		breakWords(rule, readings), learningWords(rule, asked, learning), todaysTarget(rule, goal))
	r.Chart = h.newestDay(rule, readings)
	return r
}

// over writes the length of what was looked at: "28 days", or less than one to the minute.
func over(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 20*time.Hour {
		return reply.Lasting(max(time.Minute, d.Round(time.Minute)))
	}
	return reply.Plural(int((d+day/2)/day), "day")
}

// times counts in words.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

// episodeWords is one alert: when it would have fired, how it ended, how bad it got.
func (h Handler) episodeWords(e alert.Episode, now time.Time) string {
	line := e.FiredAt.In(h.Zone).Format("Mon 2 Jan 15:04")
	switch {
	case e.Ended == "":
		line += ", and still at " + now.In(h.Zone).Format("15:04")
	case e.EndedAt.In(h.Zone).Format(time.DateOnly) == e.FiredAt.In(h.Zone).Format(time.DateOnly):
		line += " to " + e.EndedAt.In(h.Zone).Format("15:04")
	default:
		line += " to " + e.EndedAt.In(h.Zone).Format("Mon 15:04")
	}
	if e.Peak > 0 {
		line += ", " + aht.FormatDuration(e.Peak) + " at worst"
	}
	if e.Ended == alert.NoCalls {
		line += ", ended without calls"
	}
	if e.Reopens > 0 {
		line += ", fired again " + times(e.Reopens)
	}
	if e.ToldAt.IsZero() {
		line += ", told to nobody: outside active hours"
	}
	return line
}

// breakWords says how often readings were too far apart to judge on.
func breakWords(rule alert.Rule, readings []aht.Reading) string {
	breaks := 0
	for i := 1; i < len(readings); i++ {
		if rule.Gap(readings[i-1].At, readings[i].At) {
			breaks++
		}
	}
	if breaks == 0 {
		return ""
	}
	return fmt.Sprintf("Readings were more than %s apart %s: there it counted anew. Once it stands, an alert has its campaign read every %s.", reply.Lasting(2*rule.Interval), times(breaks), reply.Lasting(rule.Interval))
}

// todaysTarget says by what a line was judged that hangs on the campaign's target; empty for
// every other.
func todaysTarget(r alert.Rule, g aht.Goal) string {
	if r.Line.Of != alert.BaseTarget {
		return ""
	}
	return fmt.Sprintf("Judged by today's target of %s all along: what it was earlier is not kept.", aht.FormatDuration(g.Mean))
}

// learningWords says that part of it was judged by the line alone.
func learningWords(r alert.Rule, asked, learning int) string {
	unlined := r.Line.Of == alert.BaseUsual
	switch {
	case learning == 0:
		return ""
	case unlined && learning == asked:
		return "What is usual was not known yet, so nothing could be judged. That takes about ten days of readings."
	case unlined:
		return "In the first days what is usual was not known yet, so nothing was judged there."
	case learning == asked:
		return "What is usual was not known yet, so the line alone counted. Once it is known, it fires less often."
	default:
		return "In the first days what is usual was not known yet, so the line alone counted there."
	}
}

// newestDay draws the last day that has readings, hour by hour, with the lines.
func (h Handler) newestDay(rule alert.Rule, readings []aht.Reading) *reply.Chart {
	last := readings[len(readings)-1].At.In(h.Zone)
	from := reply.SpanToday.From(last)
	first := slices.IndexFunc(readings, func(m aht.Reading) bool { return !m.At.Before(from) })
	points := reply.SpanToday.Points(readings[first:], h.Zone)
	if len(points) < 2 {
		return nil
	}
	c := &reply.Chart{Title: "AHT in seconds on " + last.Format("Mon 2 Jan"), YLabel: "seconds"}
	var values []float64
	for _, p := range points {
		c.Categories, values = append(c.Categories, p.Label), append(values, p.Mean.Seconds())
	}
	var rules []alert.Rule
	goal, _ := h.Goals.Goal(readings[0].Target)
	for _, p := range points {
		b := alert.BaseValues{Goal: goal.Mean}
		if rule.Line.Of == alert.BaseUsual {
			b.Usual, _ = aht.Usual(readings, p.At, h.Zone)
		}
		at, _ := rule.At(b)
		rules = append(rules, at)
	}
	c.Series = append([]reply.Series{{Name: readings[0].Target.Name(), Values: values}}, alertpost.LineSeries(rules)...)
	return c
}
