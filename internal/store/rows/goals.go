package rows

import (
	"context"
	"errors"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store/query"
)

// SetGoal is [store.Goals.SetGoal].
func (r *Rows) SetGoal(ctx context.Context, g aht.Goal) error {
	if g.Target.IsZero() || g.Mean < time.Second {
		return errors.New("store: a goal is of nobody, or of nothing")
	}
	return r.once(ctx, "set a goal", func(ctx context.Context, q *query.Queries) error {
		return q.SetGoal(ctx, query.SetGoalParams{
			Kind: int64(g.Target.Kind()), Name: g.Target.Name(), MeanS: int64(g.Mean / time.Second), SetBy: g.By, At: g.At.UnixMilli(),
		})
	})
}

// DropGoal is [store.Goals.DropGoal].
func (r *Rows) DropGoal(ctx context.Context, t aht.Target) error {
	return r.once(ctx, "drop a goal", func(ctx context.Context, q *query.Queries) error {
		return q.DropGoal(ctx, query.DropGoalParams{Kind: int64(t.Kind()), Name: t.Name()})
	})
}

// ChangeGoal is [store.Goals.ChangeGoal].
func (r *Rows) ChangeGoal(ctx context.Context, now, next aht.Goal) (changed bool, err error) {
	none := now.Target.IsZero() || next.Target.IsZero()
	if !none && now.Target != next.Target || now.Target.IsZero() && next.Target.IsZero() || !next.Target.IsZero() && next.Mean < time.Second {
		return false, errors.New("store: a change of a goal is of one target, to something")
	}
	err = r.once(ctx, "change a goal", func(ctx context.Context, q *query.Queries) error {
		n, err := changeGoal(ctx, q, now, next)
		changed = n > 0
		return err
	})
	return changed, err
}

func changeGoal(ctx context.Context, q *query.Queries, now, next aht.Goal) (int64, error) {
	seconds := func(g aht.Goal) int64 { return int64(g.Mean / time.Second) }
	switch {
	case now.Target.IsZero():
		return q.AddGoal(ctx, query.AddGoalParams{
			Kind: int64(next.Target.Kind()), Name: next.Target.Name(), MeanS: seconds(next), SetBy: next.By, At: next.At.UnixMilli(),
		})
	case next.Target.IsZero():
		return q.TakeGoal(ctx, query.TakeGoalParams{
			Kind: int64(now.Target.Kind()), Name: now.Target.Name(), MeanS: seconds(now), SetBy: now.By, At: now.At.UnixMilli(),
		})
	default:
		return q.SwapGoal(ctx, query.SwapGoalParams{
			Kind: int64(now.Target.Kind()), Name: now.Target.Name(), MeanS: seconds(now), SetBy: now.By, At: now.At.UnixMilli(),
			NextMeanS: seconds(next), NextSetBy: next.By, NextAt: next.At.UnixMilli(),
		})
	}
}

// Goals is [store.Goals.Goals].
func (r *Rows) Goals(ctx context.Context) (goals []aht.Goal, err error) {
	err = r.read(ctx, "read the goals", func(ctx context.Context, q *query.Queries) error {
		found, err := q.Goals(ctx)
		goals = make([]aht.Goal, 0, len(found))
		for _, row := range found {
			if t, ok := asTarget(row.Kind, row.Name); ok {
				goals = append(goals, aht.Goal{Target: t, Mean: time.Duration(row.MeanS) * time.Second, By: row.SetBy, At: at(row.At)})
			}
		}
		return err
	})
	return goals, err
}
