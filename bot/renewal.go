package bot

import (
	"slices"
	"time"
)

// spacing is how far from each other the connections of a process are to be renewed: ten
// minutes, and a few more for what comes in between.
const spacing = 12 * time.Minute

// renewal returns when the connection that said h is to be renewed by ourselves: when four
// fifths of its life are over, before Slack does it. Where that is too near to one of
// others, the moments at which further connections of the process were or will be opened,
// it is a share of that time earlier, a half with two connections of ours, a third with
// three; or else it is left for Slack to ask for when the life is over. If nothing is far
// enough from all of them, it is what is farthest. What is before now can't be chosen any
// more, but for the first.
func renewal(h hello, now time.Time, ours int, others []time.Time) time.Time {
	whole := h.lifetime / 5 * 4
	first := h.at.Add(whole)
	choices := []time.Time{first}
	for k := 1; k < ours; k++ {
		choices = append(choices, first.Add(-time.Duration(k)*whole/time.Duration(ours)))
	}
	choices = append(choices, h.at.Add(h.lifetime))
	best, farthest := first, time.Duration(-1)
	for i, t := range choices {
		if i > 0 && t.Before(now) {
			continue
		}
		d := nearest(t, others)
		if d >= spacing {
			return t
		}
		if d > farthest {
			best, farthest = t, d
		}
	}
	return best
}

// nearest returns how far the nearest of others is from t; a day, if there is none.
func nearest(t time.Time, others []time.Time) time.Duration {
	distances := []time.Duration{24 * time.Hour}
	for _, o := range others {
		distances = append(distances, t.Sub(o).Abs())
	}
	return slices.Min(distances)
}
