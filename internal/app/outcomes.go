package app

import (
	"context"
	"time"

	"ahtbot/internal/ops"
	"ahtbot/internal/store"
)

// countingStore is a store that counts for the metrics what became of digests and alerts, where
// it is kept: once each, whatever was tried before.
type countingStore struct {
	store.Store
	metrics *ops.Metrics
}

// KeepRun counts a slot that has ended.
func (c countingStore) KeepRun(ctx context.Context, r store.RunRow, d time.Duration, name bool) (bool, error) {
	ok, err := c.Store.KeepRun(ctx, r, d, name)
	if ok && err == nil && !r.Open() {
		c.metrics.Slot(r.State)
	}
	return ok, err
}

// FinishOutbox counts a message of an alert that was told.
func (c countingStore) FinishOutbox(ctx context.Context, holder string, r store.OutboxRow, at time.Time) error {
	err := c.Store.FinishOutbox(ctx, holder, r, at)
	if err == nil {
		c.metrics.Alert(r.Edit)
	}
	return err
}
