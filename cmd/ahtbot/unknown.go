package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/poll"
	"ahtbot/ozonetel"
)

// asking is alertParts.read as package poll wants its errors: a campaign that Ozonetel does
// not know is told apart.
func (a *alerts) asking(ctx context.Context, t aht.Target) error {
	err := a.read(ctx, t)
	if refused, ok := errors.AsType[*ozonetel.Error](err); ok && refused.Reason == ozonetel.BadCampaign {
		return fmt.Errorf("%w: %w", poll.ErrUnknown, err)
	}
	return err
}

// unknown has the makers of all alerts on a campaign told that Ozonetel does not know it.
func (a *alerts) unknown(ctx context.Context, t aht.Target) {
	all, err := a.All(ctx)
	for _, s := range all {
		if s.Watch.Target == t {
			err = errors.Join(err, a.loop.Unknown(ctx, s.Watch.ID, time.Now()))
		}
	}
	if err != nil && ctx.Err() == nil { // again after the next question
		a.log.WarnContext(ctx, "makers of alerts not told that their campaign is not known", "target", t, "err", err)
	}
}
