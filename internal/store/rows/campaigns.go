package rows

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

// SetGoal is [store.Goals.SetGoal].
func (r *Rows) SetGoal(ctx context.Context, g aht.Goal) error {
	if g.Target.IsZero() || g.Mean < time.Second {
		return errors.New("store: a goal is of nobody, or of nothing")
	}
	return exec(ctx, r.once, "set a goal", (*query.Queries).SetGoal, query.SetGoalParams(goalRow(g)))
}

// DropGoal is [store.Goals.DropGoal].
func (r *Rows) DropGoal(ctx context.Context, t aht.Target) error {
	return exec(ctx, r.once, "drop a goal", (*query.Queries).DropGoal, query.DropGoalParams{Kind: int64(t.Kind()), Name: t.Name()})
}

// goalRow is g as the statements take it.
func goalRow(g aht.Goal) query.Goal {
	return query.Goal{Kind: int64(g.Target.Kind()), Name: g.Target.Name(), MeanS: int64(g.Mean / time.Second), SetBy: g.By, At: g.At.UnixMilli()}
}

// ChangeGoal is [store.Goals.ChangeGoal].
func (r *Rows) ChangeGoal(ctx context.Context, now, next aht.Goal) (bool, error) {
	none := now.Target.IsZero() || next.Target.IsZero()
	if !none && now.Target != next.Target || now.Target.IsZero() && next.Target.IsZero() || !next.Target.IsZero() && next.Mean < time.Second {
		return false, errors.New("store: a change of a goal is of one target, to something")
	}
	was, row := goalRow(now), goalRow(next)
	switch {
	case now.Target.IsZero():
		return changed(ctx, r.once, "change a goal", (*query.Queries).AddGoal, query.AddGoalParams(row))
	case next.Target.IsZero():
		return changed(ctx, r.once, "change a goal", (*query.Queries).TakeGoal, query.TakeGoalParams(was))
	default:
		return changed(ctx, r.once, "change a goal", (*query.Queries).SwapGoal, query.SwapGoalParams{
			Kind: was.Kind, Name: was.Name, MeanS: was.MeanS, SetBy: was.SetBy, At: was.At, NextMeanS: row.MeanS, NextSetBy: row.SetBy, NextAt: row.At,
		})
	}
}

// Goals is [store.Goals.Goals].
func (r *Rows) Goals(ctx context.Context) ([]aht.Goal, error) {
	all := func(q *query.Queries, ctx context.Context, _ any) ([]query.Goal, error) { return q.Goals(ctx) }
	return list(ctx, r.read, "read the goals", all, nil, func(row query.Goal) (aht.Goal, bool) {
		t, ok := asTarget(row.Kind, row.Name)
		return aht.Goal{Target: t, Mean: time.Duration(row.MeanS) * time.Second, By: row.SetBy, At: at(row.At)}, ok
	})
}

// ReplaceCampaigns is [store.Campaigns.ReplaceCampaigns].
func (r *Rows) ReplaceCampaigns(ctx context.Context, all []store.Campaign, listed time.Time) error {
	list, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return exec(ctx, r.once, "replace the campaigns", (*query.Queries).ReplaceCampaigns, query.ReplaceCampaignsParams{Campaigns: string(list), ListedAt: listed.UnixMilli()})
}

// PostponeCampaigns is [store.Campaigns.PostponeCampaigns].
func (r *Rows) PostponeCampaigns(ctx context.Context, retry time.Time) error {
	return exec(ctx, r.once, "postpone the campaigns", (*query.Queries).PostponeCampaigns, retry.UnixMilli())
}

// Campaigns is [store.Campaigns.Campaigns].
func (r *Rows) Campaigns(ctx context.Context) (list store.CampaignList, err error) {
	err = r.read(ctx, "read the campaigns", func(ctx context.Context, q *query.Queries) error {
		row, err := q.Campaigns(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		list = store.CampaignList{Listed: columnTime(row.ListedAt), Retry: columnTime(row.RetryAt)}
		return json.Unmarshal([]byte(row.Campaigns), &list.Campaigns)
	})
	return list, err
}
