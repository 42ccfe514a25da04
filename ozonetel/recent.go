package ozonetel

import (
	"slices"
	"time"
)

// recent counts what happened in the last 60 s.
type recent []time.Time

func (r *recent) add(now time.Time) {
	r.forget(now)
	*r = append(*r, now)
}

func (r *recent) count(now time.Time) int {
	r.forget(now)
	return len(*r)
}

func (r *recent) forget(now time.Time) {
	i := 0
	for i < len(*r) && now.Sub((*r)[i]) >= time.Minute {
		i++
	}
	*r = slices.Delete(*r, 0, i)
}
