package main

import (
	"fmt"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
)

// How far back the page's bot has kept readings, and how far apart: eleven days hold ten whole days before today, which is what a usual
// range asks for.
const (
	pastDays      = 11
	pastCampaigns = 20 * time.Minute
	pastAgents    = 2 * time.Hour
)

// pastOf is what a bot would have kept that has watched a floor for some days until now, oldest first, so that trends, usual ranges and
// previews have something to show.
func pastOf(upstream *ozonesim.Server, now time.Time) ([]aht.Reading, error) {
	var past []aht.Reading
	begin := now.Add(-pastDays * 24 * time.Hour)
	for at := begin; at.Before(now.Add(-time.Minute)); at = at.Add(pastCampaigns) {
		for _, f := range upstream.Figures(at) {
			if f.Kind == aht.KindAgent && at.Sub(begin)%pastAgents != 0 {
				continue
			}
			t, err := aht.NewTarget(f.Kind, f.ID)
			if err != nil {
				return nil, fmt.Errorf("the demo's floor: %w", err)
			}
			past = append(past, aht.Reading{Target: t, Mean: f.Mean, At: at})
		}
	}
	return past, nil
}
