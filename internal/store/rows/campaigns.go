package rows

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/query"
)

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
