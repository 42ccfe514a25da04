package main

import (
	"cmp"
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

// ChangeGoal puts next in the place of now for by, if now is what the database has.
func (s *goals) ChangeGoal(ctx context.Context, now, next aht.Goal, by string) (bool, error) {
	changed, err := s.db.ChangeGoal(ctx, now, next)
	switch {
	case err != nil:
		return false, err
	case !changed:
		s.refresh(ctx) // what is in memory is not what stands
		return false, nil
	case next.Target.IsZero():
		s.Drop(now.Target)
	default:
		s.Set(next)
	}
	s.log.InfoContext(ctx, "change of a goal undone", "target", cmp.Or(next.Target, now.Target), "mean_s", int64(next.Mean.Seconds()), "by", by)
	return true, nil
}

// refresh reads all goals. When the database does not answer, the old ones stay.
func (s *goals) refresh(ctx context.Context) {
	if all, err := s.db.Goals(ctx); err == nil {
		s.Replace(all)
	}
}
