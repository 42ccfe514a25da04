package main

import (
	"context"
	"log/slog"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// goals are the target AHTs of campaigns: in the database, and in memory for answers. What another process sets is seen here within half a minute.
type goals struct {
	store.GoalBook
	db  store.Goals
	log *slog.Logger
}

// SetGoal keeps g and notes the change for the operator.
func (s *goals) SetGoal(ctx context.Context, g aht.Goal) error {
	if err := s.db.SetGoal(ctx, g); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "goal set", "target", g.Target, "mean_s", int64(g.Mean.Seconds()), "by", g.By)
	s.Set(g)
	return nil
}

// DropGoal removes the goal of t for by and notes the change for the operator.
func (s *goals) DropGoal(ctx context.Context, t aht.Target, by string) error {
	if err := s.db.DropGoal(ctx, t); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "goal dropped", "target", t, "by", by)
	s.Drop(t)
	return nil
}

// refresh reads all goals. When the database does not answer, the old ones stay.
func (s *goals) refresh(ctx context.Context) {
	if all, err := s.db.Goals(ctx); err == nil {
		s.Replace(all)
	}
}
