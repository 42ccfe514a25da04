// Package goals keeps the target AHTs of campaigns, in the store and in memory.
package goals

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/view"
)

// Book are the target AHTs of campaigns: in the database, and in memory for answers. It is a
// view (docs/design.md): what this process sets is seen at once, and what others set from the
// next [goals.Look] on.
type Book struct {
	store.GoalBook
	db    store.Goals
	turns view.Turns
	log   *slog.Logger
}

// New returns a book on db. It knows no target before [Book.Look]; log hears who changed what.
func New(db store.Goals, log *slog.Logger) *Book {
	return &Book{db: db, turns: view.NewTurns(), log: log}
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
	s.Set(g)
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
	s.Drop(t)
	return nil
}

// ChangeGoal puts next in the place of now for by, if now is what the database has.
func (s *Book) ChangeGoal(ctx context.Context, now, next aht.Goal, by string) (bool, error) {
	if err := s.turns.Take(ctx); err != nil {
		return false, err
	}
	defer s.turns.Leave()
	changed, err := s.db.ChangeGoal(ctx, now, next)
	switch {
	case err != nil:
		return false, err
	case !changed:
		s.read(ctx) // what is in memory is not what stands
		return false, nil
	case next.Target.IsZero():
		s.Drop(now.Target)
	default:
		s.Set(next)
	}
	s.log.InfoContext(ctx, "change of a goal undone", "target", cmp.Or(next.Target, now.Target), "mean_s", int64(next.Mean.Seconds()), "by", by)
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
	if all, err := s.db.Goals(ctx); err == nil {
		s.Replace(all)
	}
}
