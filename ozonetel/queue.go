package ozonetel

import (
	"cmp"
	"slices"
	"time"

	"ahtbot/internal/aht"
)

func (p *turn) op() string {
	if p.target.IsZero() {
		return opToken
	}
	return opAHT
}

func compareSeq(a, b uint64) int { return cmp.Compare(a, b) }

// waits lists the questions that wait for their turn, next first. Askers is left to the
// caller.
func (b *budget) waits(now time.Time) []Wait {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []Wait
	for i, p := range b.queue {
		if !p.target.IsZero() {
			out = append(out, Wait{Target: p.target, Place: len(out) + 1, For: b.estimate(i, now)})
		}
	}
	return out
}

// wait is t's entry in waits.
func (b *budget) wait(t aht.Target, now time.Time) (Wait, bool) {
	all := b.waits(now)
	i := slices.IndexFunc(all, func(w Wait) bool { return w.Target == t })
	if i < 0 {
		return Wait{}, false
	}
	return all[i], true
}

// count notes one request sent.
func (b *budget) count(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent.add(now)
}

// figures returns the requests sent and those refused for the limit in the last 60 s, and
// how long the hold still lasts.
func (b *budget) figures(now time.Time) (sent, refused int, held time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sent.count(now), b.refused.count(now), max(0, b.held.Sub(now))
}

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
