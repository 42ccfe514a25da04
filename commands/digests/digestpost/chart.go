package digestpost

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// What a chart holds (slack.md §3): more lines nobody can tell apart.
const (
	chartCampaigns = 6
	chartPoints    = 20
	// chartNear is how long before a point a reading of it may be taken: reading a large
	// digest takes that long.
	chartNear = 15 * time.Minute
)

// chartSteps are how far the points of a chart may be apart; half a day fits the widest, and
// what is longer is cut off at its beginning.
var chartSteps = [...]time.Duration{
	5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute, time.Hour,
}

// course is what one campaign had at each of the moments of a chart.
type course struct {
	digestRow
	mean  []time.Duration // 0: no calls, or not read
	fresh []bool          // read since the moment before
}

// chart draws the shift so far of the first campaigns, and says in words what it shows and
// what it can't. Nil when there are no two points to join, or when nothing moved.
func (m digestMessage) chart() (*reply.Chart, string) {
	at := m.moments()
	var drawn []course
	for _, r := range m.shown[:min(len(m.shown), chartCampaigns)] {
		if c := r.course(at); c.points() > 1 {
			drawn = append(drawn, c)
		}
	}
	whole, left := together(drawn, len(at))
	for len(whole) < 2 && len(drawn) > 1 { // the one with the fewest points keeps all others away
		drawn = without(drawn)
		whole, left = together(drawn, len(at))
	}
	if len(whole) < 2 || !slices.ContainsFunc(drawn, func(c course) bool { return c.moves(whole) }) {
		return nil, ""
	}
	first, last := at[whole[0]], at[whole[len(whole)-1]]
	c := &reply.Chart{Title: reply.CutTo("AHT since "+first.Format("15:04 MST"), 50), YLabel: "seconds"}
	for _, i := range whole {
		c.Categories = append(c.Categories, at[i].Format("15:04"))
	}
	words := make([]string, 0, len(drawn))
	for _, d := range drawn {
		s := reply.Series{Name: d.Target.Name()}
		for _, i := range whole {
			s.Values = append(s.Values, d.mean[i].Seconds())
		}
		c.Series = append(c.Series, s)
		words = append(words, d.words(at, whole))
	}
	caption := fmt.Sprintf("From %s to %s: %s.", first.Format("15:04"), last.Format("15:04"), strings.Join(words, "; "))
	return c, reply.JoinSentences(caption, leftOut(at, left), m.notDrawn(drawn))
}

// moments are the times a chart may show, the oldest first: evenly apart up to the end of
// the message, and the same for all campaigns.
func (m digestMessage) moments() []time.Time {
	_, end := m.taken()
	end = Later(m.end(), end.In(m.zone))
	span := time.Duration(0)
	for _, r := range m.shown {
		if len(r.Course) > 0 {
			span = max(span, end.Sub(r.Course[0].At))
		}
	}
	step := chartSteps[len(chartSteps)-1]
	for _, s := range slices.Backward(chartSteps[:]) {
		if span <= s*(chartPoints-1) {
			step = s
		}
	}
	at := make([]time.Time, chartPoints)
	for i := range at {
		at[i] = end.Add(-step * time.Duration(chartPoints-1-i))
	}
	return at
}

// course is what was known of r at each of some moments: the newest reading up to then that
// is not too old to stand for it.
func (r digestRow) course(at []time.Time) course {
	c := course{r, make([]time.Duration, len(at)), make([]bool, len(at))}
	near := max(chartNear, at[1].Sub(at[0]))
	next := 0
	for i, t := range at {
		for ; next < len(r.Course) && !r.Course[next].At.After(t); next++ {
			c.fresh[i] = t.Sub(r.Course[next].At) < near
		}
		if next > 0 && t.Sub(r.Course[next-1].At) < near {
			c.mean[i] = max(0, r.Course[next-1].Mean)
		}
	}
	return c
}

// points counts the moments of c that have a place on a line.
func (c course) points() (n int) {
	for _, mean := range c.mean {
		if mean > 0 {
			n++
		}
	}
	return n
}

// moves reports whether c is not the same at all of some moments.
func (c course) moves(at []int) bool {
	return slices.ContainsFunc(at, func(i int) bool { return c.mean[i] != c.mean[at[0]] })
}

// without is courses without the one that has the fewest points; the last of them when
// there are several.
func without(courses []course) []course {
	fewest := 0
	for i, c := range courses {
		if c.points() <= courses[fewest].points() {
			fewest = i
		}
	}
	return slices.Delete(slices.Clone(courses), fewest, fewest+1)
}

// together returns which of n moments have something new, whole when every campaign has a
// figure then, and left when not.
func together(courses []course, n int) (whole, left []int) {
	for i := range n {
		switch {
		case !slices.ContainsFunc(courses, func(c course) bool { return c.fresh[i] }):
		case slices.ContainsFunc(courses, func(c course) bool { return c.mean[i] == 0 }):
			left = append(left, i)
		default:
			whole = append(whole, i)
		}
	}
	return whole, left
}

// words is c in words.
func (c course) words(at []time.Time, whole []int) string {
	byMean := func(a, b int) int { return int(c.mean[a] - c.mean[b]) }
	first, last := c.mean[whole[0]], c.mean[whole[len(whole)-1]]
	low, high := slices.MinFunc(whole, byMean), slices.MaxFunc(whole, byMean)
	words := fmt.Sprintf("%s %s to %s", reply.CutTo(c.Target.Name(), 20), aht.FormatDuration(first), aht.FormatDuration(last))
	if h := c.mean[high]; h > max(first, last) {
		words += fmt.Sprintf(", highest %s at %s", aht.FormatDuration(h), at[high].Format("15:04"))
	}
	if l := c.mean[low]; l < min(first, last) {
		words += fmt.Sprintf(", lowest %s at %s", aht.FormatDuration(l), at[low].Format("15:04"))
	}
	return words
}

// leftOut says which times the chart leaves out: it can't draw a gap.
func leftOut(at []time.Time, left []int) string {
	const why = " left out: not every campaign had a figure then."
	if len(left) > 3 {
		return reply.Plural(len(left), "time") + why
	}
	var times []string
	for _, i := range left {
		times = append(times, at[i].Format("15:04"))
	}
	if len(times) == 0 {
		return ""
	}
	return reply.Enumerate(times) + why
}

// notDrawn names the campaigns with a figure that the chart leaves out.
func (m digestMessage) notDrawn(drawn []course) string {
	var names []string
	for _, r := range m.shown {
		if r.HasReading() && !r.quiet() && !slices.ContainsFunc(drawn, func(c course) bool { return c.Target == r.Target }) {
			names = append(names, reply.CutTo(r.Target.Name(), 20))
		}
	}
	switch n := len(names); {
	case n == 0:
		return ""
	case n > 3:
		return fmt.Sprintf("Not drawn: the other %d.", n)
	default:
		return "Not drawn: " + reply.Enumerate(names) + "."
	}
}
