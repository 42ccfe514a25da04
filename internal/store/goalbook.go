package store

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"ahtbot/internal/aht"
)

// GoalBook is the goals in memory, for answers that may not wait. The zero GoalBook is
// empty and ready; it is safe for use by many goroutines.
type GoalBook struct {
	mu    sync.RWMutex
	goals map[aht.Target]aht.Goal
	read  bool
}

// Read reports whether the goals of the store have been put in, so that one which is not
// here is none.
func (b *GoalBook) Read() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.read
}

// Goal returns the goal of t, if it has one.
func (b *GoalBook) Goal(t aht.Target) (aht.Goal, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	g, ok := b.goals[t]
	return g, ok
}

// All returns all goals, by name.
func (b *GoalBook) All() []aht.Goal {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.SortedFunc(maps.Values(b.goals), func(x, y aht.Goal) int {
		return cmp.Or(cmp.Compare(x.Target.Kind(), y.Target.Kind()), cmp.Compare(x.Target.Name(), y.Target.Name()))
	})
}

// Set remembers g in the place of the goal its target had.
func (b *GoalBook) Set(g aht.Goal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.goals == nil {
		b.goals = map[aht.Target]aht.Goal{}
	}
	b.goals[g.Target] = g
}

// Drop forgets the goal of t.
func (b *GoalBook) Drop(t aht.Target) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.goals, t)
}

// Replace makes goals all there are.
func (b *GoalBook) Replace(goals []aht.Goal) {
	fresh := make(map[aht.Target]aht.Goal, len(goals))
	for _, g := range goals {
		fresh[g.Target] = g
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.goals, b.read = fresh, true
}
