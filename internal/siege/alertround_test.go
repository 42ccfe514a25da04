package siege

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/internal/app/alerts"
	"ahtbot/internal/app/database"
	"ahtbot/internal/store"
)

// A round judges one new reading of each of 500 campaigns by 2,000 rules, through the
// program's own book, and keeps all states in one transaction.
func BenchmarkAlertRound(b *testing.B) {
	db, err := database.OpenStore(b.Context(), "sqlite://"+filepath.Join(b.TempDir(), "ahtbot.db"), "test")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	benchAlertRound(b, db)
}

func benchAlertRound(b *testing.B, db store.Store) {
	b.Helper()
	const campaigns = 500
	now := time.Now().Truncate(time.Millisecond)
	fresh := make([]aht.Reading, campaigns)
	for i := range fresh {
		t, err := aht.NewTarget(aht.KindCampaign, fmt.Sprintf("Sales_Outbound_%03d", i))
		if err != nil {
			b.Fatal(err)
		}
		fresh[i].Target = t
		addFour(b, db, t, now)
	}
	loop := monitor.New(monitor.Config{
		Store:    alerts.Book{DB: db},
		Readings: func(context.Context, time.Time, int) ([]aht.Reading, error) { return fresh, nil },
		History:  monthBefore(now), Goal: func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, true },
		Interval: func() time.Duration { return 5 * time.Minute }, Zone: time.UTC, Holder: "bench",
		Away: store.IsUnavailable, Log: slog.New(slog.DiscardHandler),
	})
	round, began := 0, cpu(b)
	for b.Loop() {
		round++
		now = now.Add(5 * time.Minute)
		for i := range fresh { // most floors are quiet, one in a hundred is over its line
			mean := time.Duration(150+(i*7+round*13)%60) * time.Second
			if i%100 == 0 {
				mean += 5 * time.Minute
			}
			fresh[i].Mean, fresh[i].At = mean, now
		}
		if err := loop.Round(b.Context(), now); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpu(b)-began).Microseconds())/1e3/float64(round), "cpu-ms/round")
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.ReportMetric(float64(mem.Sys-mem.HeapReleased)/(1<<20), "MiB")
}

// addFour puts the four kinds of rule on t.
func addFour(b *testing.B, db store.Store, t aht.Target, made time.Time) {
	b.Helper()
	for kind, low := range map[alert.Kind]time.Duration{
		alert.KindAbove: 0, alert.KindBelow: 2 * time.Minute, alert.KindOutside: 2 * time.Minute, alert.KindNoCalls: 0,
	} {
		r, err := alert.NewRule(kind, low, 5*time.Minute, 5*time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		row, err := alerts.Row(alert.Watch{Target: t, Rule: r, Channel: "C1", By: "U1", Made: made})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := db.AddAlert(b.Context(), row, store.Change{}); err != nil {
			b.Fatal(err)
		}
	}
}

// monthBefore returns a history of one reading an hour, the same for every campaign.
func monthBefore(now time.Time) func(context.Context, aht.Target, time.Time, time.Time, int) ([]aht.Reading, error) {
	var past []aht.Reading
	for at := now.AddDate(0, 0, -29); at.Before(now); at = at.Add(time.Hour) {
		past = append(past, aht.Reading{Mean: time.Duration(150+at.Day()) * time.Second, At: at})
	}
	return func(context.Context, aht.Target, time.Time, time.Time, int) ([]aht.Reading, error) { return past, nil }
}

// cpu is the processor time this process has had, which other work on the machine does not
// lengthen as it does the wall's.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
