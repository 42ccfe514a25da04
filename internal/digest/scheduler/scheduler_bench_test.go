package scheduler_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"ahtbot/internal/digest"
	"ahtbot/internal/digest/scheduler"
)

// standing are 5,000 digests of four campaigns each, in five zones, on a store in memory.
func standing(b *testing.B) (*memoryStore, *scheduler.Scheduler) {
	b.Helper()
	k := newMemoryStore()
	for i := range 5000 {
		zone := []string{"Asia/Kolkata", "America/New_York", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"}[i%5]
		when := newRule(b, digest.Spec{Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}, Zone: zone})
		var names []string
		for n := range 4 {
			names = append(names, fmt.Sprint("Sales_Outbound_", (i+n)%200))
		}
		k.add(digest.Digest{Channel: "C1", Order: digest.Order{Selection: digest.Selection{Campaigns: names}, Rule: when}})
	}
	return k, scheduler.New(scheduler.Config{Store: k, Readings: &scene{}, Poster: &scene{}, PerMinute: func() int { return 45 }, Log: slog.New(slog.DiscardHandler)})
}

// BenchmarkPlan is what the loop itself takes to plan 5,000 digests that have all come.
func BenchmarkPlan(b *testing.B) {
	k, l := standing(b)
	now := time.Date(2026, 11, 23, 5, 30, 0, 0, time.UTC)
	later := now.Add(24 * time.Hour) // by when each has four or five slots behind it
	for b.Loop() {
		b.StopTimer()
		clear(k.runs)
		clear(k.live)
		for id, d := range k.digests {
			d.Next, _ = d.Order.Rule.Next(now, digest.Calendars{})
			k.digests[id] = d
		}
		b.StartTimer()
		if _, err := scheduler.PlanAll(l, context.Background(), later); err != nil {
			b.Fatal(err)
		}
		if len(k.runs) < 5*len(k.digests) {
			b.Fatalf("%d slots of %d digests", len(k.runs), len(k.digests))
		}
	}
	b.ReportMetric(float64(len(k.digests)*b.N)/b.Elapsed().Seconds(), "digests/s")
}

// BenchmarkIdleRound is what the loop does once a minute when nothing is due, but for the
// store's two answers.
func BenchmarkIdleRound(b *testing.B) {
	l := scheduler.New(scheduler.Config{Store: newMemoryStore(), Readings: &scene{}, Poster: &scene{}, PerMinute: func() int { return 0 }, Log: slog.New(slog.DiscardHandler)})
	for b.Loop() {
		if left := scheduler.Round(l, context.Background(), context.Background()); left != time.Minute {
			b.Fatal(left)
		}
	}
}
