package socket

import (
	"slices"
	"time"
)

// spacing is how far from each other the connections of a process are to be renewed: ten
// minutes, and one more for what comes in between. Four that live for an hour still fit.
const spacing = 11 * time.Minute

// renewal returns when the connection that said h is to be renewed by ourselves: when four
// fifths of its life are over, before Slack does it. Where that is too near to one of
// others, the moments at which further connections of the process were or will be opened,
// it is a share of that time earlier: a half with two connections of ours, a third with
// three. If nothing is far enough from all of them, it is what is farthest; in any case it
// is not so soon after one was opened.
func renewal(h hello, now time.Time, ours int, others []time.Time) time.Time {
	whole := h.lifetime / 5 * 4
	best, farthest := h.at.Add(whole), time.Duration(-1)
	for k := range max(1, ours) {
		t := h.at.Add(whole - time.Duration(k)*whole/time.Duration(ours))
		if k > 0 && t.Before(now) || farthest >= spacing {
			break
		}
		if d := nearest(t, others); d > farthest {
			best, farthest = t, d
		}
	}
	for _, o := range others {
		if after := o.Add(min(spacing, whole/2)); !o.After(now) && after.After(best) {
			best = after
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
