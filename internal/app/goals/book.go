// Package goals keeps the target AHTs of campaigns, in the store and in memory.
package goals

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/view"
)

// Book are the target AHTs of campaigns: in the database, and in memory for answers. It is a
// view (docs/design.md): what this process sets is seen at once, and what others set from the
// next [goals.Look] on.
type Book struct {
	db    store.Goals
	turns view.Turns
	log   *slog.Logger

	mu    sync.RWMutex
	goals map[aht.Target]aht.Goal
	known bool // all have been read
}

// New returns a book on db. It knows no target before [Book.Look]; log hears who changed what.
func New(db store.Goals, log *slog.Logger) *Book {
	return &Book{db: db, turns: view.NewTurns(), log: log, goals: map[aht.Target]aht.Goal{}}
}

// Read reports whether the goals of the store have been read, so that one which is not here is none.
func (s *Book) Read() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known
}

// Goal returns the goal of t, if it has one. It does not wait.
func (s *Book) Goal(t aht.Target) (aht.Goal, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	g, ok := s.goals[t]
	return g, ok
}

// All returns all goals, by name. It does not wait.
func (s *Book) All() []aht.Goal {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.goals), func(x, y aht.Goal) int {
		return cmp.Or(cmp.Compare(x.Target.Kind(), y.Target.Kind()), cmp.Compare(x.Target.Name(), y.Target.Name()))
	})
}

// SetGoal keeps g and notes the change for the operator.
func (s *Book) SetGoal(ctx context.Context, g aht.Goal) error {
	if err := s.turns.Take(ctx); err != nil {
		return err
	}
	defer s.turns.Leave()
	if err := s.db.SetGoal(ctx, g); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "goal set", "target", g.Target, "mean_s", int64(g.Mean.Seconds()), "by", g.By)
	s.remember(g.Target, g)
	return nil
}

// DropGoal removes the goal of t for by and notes the change for the operator.
func (s *Book) DropGoal(ctx context.Context, t aht.Target, by string) error {
	if err := s.turns.Take(ctx); err != nil {
		return err
	}
	defer s.turns.Leave()
	if err := s.db.DropGoal(ctx, t); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "goal dropped", "target", t, "by", by)
	s.remember(t, aht.Goal{})
	return nil
}

// ChangeGoal puts next in the place of now for by, if now is what the database has.
func (s *Book) ChangeGoal(ctx context.Context, now, next aht.Goal, by string) (bool, error) {
	if err := s.turns.Take(ctx); err != nil {
		return false, err
	}
	defer s.turns.Leave()
	changed, err := s.db.ChangeGoal(ctx, now, next)
	if err != nil {
		return false, err
	}
	if !changed {
		s.read(ctx) // what is in memory is not what stands
		return false, nil
	}
	t := cmp.Or(next.Target, now.Target)
	s.remember(t, next)
	s.log.InfoContext(ctx, "change of a goal undone", "target", t, "mean_s", int64(next.Mean.Seconds()), "by", by)
	return true, nil
}

// Follow looks at what others set until ctx ends.
func (s *Book) Follow(ctx context.Context) {
	for {
		s.Look(ctx)
		select {
		case <-time.After(view.Every):
		case <-ctx.Done():
			return
		}
	}
}

// Look reads all goals. When the database does not answer, the old ones stay.
func (s *Book) Look(ctx context.Context) {
	s.turns.Look(ctx, func(time.Time) { s.read(ctx) })
}

// read is Look for who has the turn.
func (s *Book) read(ctx context.Context) {
	all, err := s.db.Goals(ctx)
	if err != nil {
		return
	}
	fresh := make(map[aht.Target]aht.Goal, len(all))
	for _, g := range all {
		fresh[g.Target] = g
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.goals, s.known = fresh, true
}

// remember makes g the goal of t in memory; the zero Goal is none.
func (s *Book) remember(t aht.Target, g aht.Goal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.Target.IsZero() {
		delete(s.goals, t)
	} else {
		s.goals[t] = g
	}
}
