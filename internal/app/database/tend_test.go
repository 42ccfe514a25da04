package database

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store/sqlite"
)

func TestReadingsOlderThanTheRetentionAreRemoved(t *testing.T) {
	const day = 24 * time.Hour
	db, err := sqlite.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "ahtbot.db"), "test")
	if err != nil {
		t.Fatal(err)
	}
	target, err := aht.NewTarget(aht.KindCampaign, "Sales")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Millisecond)
	for _, age := range []time.Duration{401 * day, 399 * day, time.Hour} {
		err = errors.Join(err, db.KeepReading(t.Context(), target, time.Minute, now.Add(-age), now.Add(-age)))
	}
	if err != nil {
		t.Fatal(err)
	}
	tending, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		New(db, "SQLite", slog.New(slog.DiscardHandler)).Tend(tending, 400*day, func(context.Context) error { return nil })
	})
	var left []aht.Reading
	for end := now.Add(time.Minute); len(left) != 2 && err == nil && time.Now().Before(end); time.Sleep(time.Millisecond) {
		left, err = db.ReadingsBetween(t.Context(), target, now.Add(-1000*day), now, 10)
	}
	stop()
	done.Wait()
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if len(left) != 2 || !left[0].At.Equal(now.Add(-399*day)) {
		t.Errorf("kept: %v, want those of 399 days and of an hour ago", left)
	}
}
