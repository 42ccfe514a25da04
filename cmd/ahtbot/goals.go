package main

import (
	"context"
	"log/slog"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// goals are the target AHTs of campaigns: in the database, and in memory for answers. It is a
// view (docs/design.md): what this process sets is seen at once, and what others set from the
// next [goals.Look] on.
type goals struct {
	store.GoalBook
	db    store.Goals
	turns turns
	log   *slog.Logger
}

func newGoals(db store.Goals, log *slog.Logger) *goals {
	return &goals{db: db, turns: newTurns(), log: log}
}

// SetGoal keeps g and notes the change for the operator.
func (s *goals) SetGoal(ctx context.Context, g aht.Goal) error {
	if err := s.turns.take(ctx); err != nil {
		return err
	}
	defer s.turns.leave()
	if err := s.db.SetGoal(ctx, g); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "goal set", "target", g.Target, "mean_s", int64(g.Mean.Seconds()), "by", g.By)
	s.Set(g)
	return nil
}

// DropGoal removes the goal of t for by and notes the change for the operator.
func (s *goals) DropGoal(ctx context.Context, t aht.Target, by string) error {
	if err := s.turns.take(ctx); err != nil {
		return err
	}
	defer s.turns.leave()
	if err := s.db.DropGoal(ctx, t); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "goal dropped", "target", t, "by", by)
	s.Drop(t)
	return nil
}

// Look reads all goals. When the database does not answer, the old ones stay.
func (s *goals) Look(ctx context.Context) {
	s.turns.look(ctx, func(time.Time) {
		if all, err := s.db.Goals(ctx); err == nil {
			s.Replace(all)
		}
	})
}
