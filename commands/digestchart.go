package commands

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/aht"
)

// What a chart holds (slack.md §3): more lines nobody can tell apart.
const (
	chartCampaigns = 6
	chartPoints    = 20
	// chartNear is how far apart readings of one point may be: reading a large digest takes
	// that long.
	chartNear = 15 * time.Minute
)

// moment is one point of the chart: a reading of each campaign that has one then.
type moment struct {
	at   time.Time
	mean []time.Duration // by campaign; 0: no calls
	read []bool
}

// chart draws the shift so far of the first campaigns, and says in words what it shows and
// what it can't. Nil when there are no two points to join.
func (m digestMessage) chart() (*Chart, string) {
	var drawn []digestRow
	for _, r := range m.shown[:min(len(m.shown), chartCampaigns)] {
		if r.points() > 1 {
			drawn = append(drawn, r)
		}
	}
	whole, left := moments(drawn)
	for len(whole) < 2 && len(drawn) > 1 { // the one with the fewest points keeps all others away
		drawn = without(drawn)
		whole, left = moments(drawn)
	}
	if len(whole) < 2 {
		return nil, ""
	}
	whole = whole[max(0, len(whole)-chartPoints):]
	first, last := whole[0].at.In(m.zone), whole[len(whole)-1].at.In(m.zone)
	c := &Chart{Title: cutTo("AHT since "+first.Format("15:04 MST"), 50), YLabel: "seconds"}
	for _, w := range whole {
		c.Categories = append(c.Categories, w.at.In(m.zone).Format("15:04"))
	}
	words := make([]string, 0, len(drawn))
	for i, r := range drawn {
		s := Series{Name: r.Target.Name()}
		for _, w := range whole {
			s.Values = append(s.Values, w.mean[i].Seconds())
		}
		c.Series = append(c.Series, s)
		words = append(words, chartWords(r, i, whole, m.zone))
	}
	caption := fmt.Sprintf("From %s to %s: %s.", first.Format("15:04"), last.Format("15:04"), strings.Join(words, "; "))
	return c, joinSentences(caption, m.leftOut(drawn, left, whole))
}

// points counts the readings of the shift that have a place on a line.
func (r digestRow) points() (n int) {
	for _, c := range r.Course {
		if !c.NoCalls() {
			n++
		}
	}
	return n
}

// without is rows without the one that has the fewest points; the last of them when there
// are several.
func without(rows []digestRow) []digestRow {
	fewest := 0
	for i, r := range rows {
		if r.points() <= rows[fewest].points() {
			fewest = i
		}
	}
	return slices.Delete(slices.Clone(rows), fewest, fewest+1)
}

// moments puts the readings of rows that lie near each other together. Whole are those
// where every row has calls, and left the others.
func moments(rows []digestRow) (whole, left []moment) {
	type one struct {
		who int
		r   aht.Reading
	}
	var all []one
	for i, r := range rows {
		for _, c := range r.Course {
			all = append(all, one{i, c})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int { return a.r.At.Compare(b.r.At) })
	var at []moment
	for _, o := range all {
		n := len(at) - 1
		if n < 0 || at[n].read[o.who] || o.r.At.Sub(at[n].at) > chartNear {
			at = append(at, moment{at: o.r.At, mean: make([]time.Duration, len(rows)), read: make([]bool, len(rows))})
			n++
		}
		at[n].mean[o.who], at[n].read[o.who] = max(0, o.r.Mean), true
	}
	for _, a := range at {
		if slices.Contains(a.mean, 0) {
			left = append(left, a)
		} else {
			whole = append(whole, a)
		}
	}
	return whole, left
}

// chartWords is one line of the chart in words.
func chartWords(r digestRow, i int, whole []moment, zone *time.Location) string {
	byMean := func(a, b moment) int { return int(a.mean[i] - b.mean[i]) }
	first, last := whole[0].mean[i], whole[len(whole)-1].mean[i]
	low, high := slices.MinFunc(whole, byMean), slices.MaxFunc(whole, byMean)
	words := fmt.Sprintf("%s %s to %s", cutTo(r.Target.Name(), 20), aht.FormatDuration(first), aht.FormatDuration(last))
	if h := high.mean[i]; h > max(first, last) {
		words += fmt.Sprintf(", highest %s at %s", aht.FormatDuration(h), high.at.In(zone).Format("15:04"))
	}
	if l := low.mean[i]; l < min(first, last) {
		words += fmt.Sprintf(", lowest %s at %s", aht.FormatDuration(l), low.at.In(zone).Format("15:04"))
	}
	return words
}

// leftOut says which times and campaigns the chart leaves out: it can't draw a gap.
func (m digestMessage) leftOut(drawn []digestRow, left, whole []moment) string {
	var times []string
	from := whole[0].at
	for _, l := range left {
		if !l.at.Before(from) || len(whole) < chartPoints {
			times = append(times, l.at.In(m.zone).Format("15:04"))
		}
	}
	var words []string
	if len(times) > 0 {
		words = append(words, someOf(times, 5)+" left out: not every campaign had a figure then.")
	}
	var more []string
	for _, r := range m.shown {
		is := func(d digestRow) bool { return d.Target == r.Target }
		if !slices.ContainsFunc(drawn, is) {
			more = append(more, cutTo(r.Target.Name(), 20))
		}
	}
	if len(more) > 0 {
		words = append(words, "Not drawn: "+someOf(more, 3)+".")
	}
	return strings.Join(words, " ")
}
