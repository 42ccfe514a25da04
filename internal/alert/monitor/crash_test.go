package monitor_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
)

// crash kills a process at one of its steps, which are its writes: before the effect, or
// after it and before the process knows.
type crash struct {
	mu    sync.Mutex
	left  int // steps until then
	after bool
	dead  bool
}

func (c *crash) step(effect func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return errCrash
	}
	if c.left--; c.left > 0 {
		return effect()
	}
	c.dead = true
	if c.after {
		_ = effect()
	}
	return errCrash
}

func (c *crash) killed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}

type crashingStore struct {
	*memoryStore
	*crash
}

func (b crashingStore) Advance(ctx context.Context, at time.Time, changes []monitor.StateChange, by monitor.ChangedBy) (lost []int64, err error) {
	err = b.step(func() (err error) { lost, err = b.memoryStore.Advance(ctx, at, changes, by); return err })
	return lost, err
}

func (b crashingStore) Claim(ctx context.Context, holder string, hold time.Duration, at time.Time, most int) (due []monitor.DueNotice, err error) {
	if b.killed() {
		return nil, errCrash
	}
	b.memoryStore.mu.Lock()
	idle := true
	for id := range b.rules {
		idle = idle && b.next(id) == nil
	}
	b.memoryStore.mu.Unlock()
	if idle { // no step: nothing is written
		return nil, nil
	}
	err = b.step(func() (err error) { due, err = b.memoryStore.Claim(ctx, holder, hold, at, most); return err })
	return due, err
}

func (b crashingStore) Finish(ctx context.Context, holder string, d monitor.DueNotice, at time.Time) error {
	return b.step(func() error { return b.memoryStore.Finish(ctx, holder, d, at) })
}

func (b crashingStore) Delay(ctx context.Context, holder string, d monitor.DueNotice, after time.Duration) error {
	return b.step(func() error { return b.memoryStore.Delay(ctx, holder, d, after) })
}

func (b crashingStore) SetMessage(ctx context.Context, m monitor.PostedMessage) error {
	return b.step(func() error { return b.memoryStore.SetMessage(ctx, m) })
}

type crashingSlack struct {
	*fakeSlack
	*crash
}

func (w crashingSlack) PostCard(ctx context.Context, channel, key string, c alert.Card) (at monitor.Place, err error) {
	err = w.step(func() (err error) { at, err = w.fakeSlack.PostCard(ctx, channel, key, c); return err })
	return at, err
}

func (w crashingSlack) EditCard(ctx context.Context, at monitor.Place, c alert.Card) error {
	return w.step(func() error { return w.fakeSlack.EditCard(ctx, at, c) })
}

func (w crashingSlack) PostUpdate(ctx context.Context, under monitor.Place, key string, t alert.Update) error {
	return w.step(func() error { return w.fakeSlack.PostUpdate(ctx, under, key, t) })
}

// stretch is some readings around a mean.
type stretch struct {
	mean time.Duration
	n    int
}

// crashPlan is a story of readings and the steps at which processes are killed.
type crashPlan struct {
	stretches []stretch
	kills     []int
	after     []bool
	lost      []int // which posts and edits lose their answers
	blind     bool
}

func drawCrashPlan(t *rapid.T) crashPlan {
	d := crashPlan{blind: rapid.Bool().Draw(t, "blind")}
	for range rapid.IntRange(2, 7).Draw(t, "stretches") {
		d.stretches = append(d.stretches, stretch{
			rapid.SampledFrom([]time.Duration{0, 3 * minute, 4*minute + 40*time.Second, 7 * minute}).Draw(t, "mean"), rapid.IntRange(1, 9).Draw(t, "length"),
		})
	}
	for range rapid.IntRange(0, 4).Draw(t, "kills") {
		d.kills = append(d.kills, rapid.IntRange(1, 40).Draw(t, "step"))
		d.after = append(d.after, rapid.Bool().Draw(t, "after"))
	}
	d.lost = rapid.SliceOfN(rapid.IntRange(1, 20), 0, 3).Draw(t, "lost answers")
	return d
}

// play plays d and returns what was posted.
func (d crashPlan) play(t *testing.T) (w *fakeSlack) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, 5*minute)
		w = s.slack
		w.blind = d.blind
		for i := range 20 {
			w.next = append(w.next, nil)
			if slices.Contains(d.lost, i+1) {
				w.next[i] = errLost
			}
		}
		s.watch("Sales", "C1", func(r *alert.Rule) { r.Remind = 0 })
		n := 0
		begin := func() (*crash, func()) {
			c := &crash{left: 1 << 30}
			if n < len(d.kills) {
				c.left, c.after = d.kills[n], d.after[n]
			}
			n++
			config := s.config("process " + string(rune('a'+n)))
			config.Store, config.Poster = crashingStore{s.store, c}, crashingSlack{s.slack, c}
			return c, s.start(config)
		}
		c, stop := begin()
		for _, st := range append(d.stretches, stretch{3 * minute, 8}) {
			for range st.n {
				s.feed("Sales", st.mean, 1)
				time.Sleep(time.Second)
				if c.killed() {
					stop()
					c, stop = begin()
				}
			}
		}
		for range 4 { // until the last process that is to die has, and its claims are over
			time.Sleep(10 * minute)
			if c.killed() {
				stop()
				c, stop = begin()
			}
		}
		stop()
	})
	return w
}

// told is what stands of an episode or more: the lines by key, as first posted, and how the
// messages that stand end.
func (w *fakeSlack) told(t *testing.T, blind bool) (lines []string, ended []alert.Reason) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	seen, newest := map[string]bool{}, map[string]*posted{}
	var order []string
	for _, p := range w.posts {
		switch {
		case p.deleted:
			continue
		case seen[p.key] && !blind:
			t.Errorf("%q stands twice though one may look", updateWords(p.update))
		case seen[p.key] && p.thread != "" && !p.update.Repeated, seen[p.key] && p.thread == "" && !p.card.Repeated:
			t.Error("what stands twice does not say so")
		case !seen[p.key] && p.thread != "":
			lines = append(lines, strings.TrimSuffix(updateWords(p.update), " again"))
		case !seen[p.key]:
			order = append(order, p.key)
		}
		seen[p.key] = true
		if p.thread == "" {
			newest[p.key] = p
		}
	}
	for _, key := range order {
		ended = append(ended, newest[key].card.State.Ended)
	}
	return lines, ended
}

func TestWhereverProcessesAreKilledEveryTransitionIsToldAndTheMessageEndsRight(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := drawCrashPlan(r)
		calm := d
		calm.kills, calm.after, calm.lost = nil, nil, nil
		wantLines, wantEnds := calm.play(t).told(t, d.blind)
		lines, ends := d.play(t).told(t, d.blind)
		if !slices.Equal(lines, wantLines) {
			r.Errorf("told %q, want %q", lines, wantLines)
		}
		if !slices.Equal(ends, wantEnds) {
			r.Errorf("messages end %q, want %q", ends, wantEnds)
		}
	})
}
