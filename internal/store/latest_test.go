package store_test

import (
	"fmt"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

func reading(t *testing.T, name string, at time.Time, mean time.Duration) aht.Reading {
	t.Helper()
	target, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	return aht.Reading{Target: target, Mean: mean, At: at}
}

func TestLatestKeepsTheNewestReadingOfEachTarget(t *testing.T) {
	var l store.Latest
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	newer := reading(t, "a", noon.Add(time.Minute), 2*time.Second)
	l.Keep(newer)
	l.Keep(reading(t, "a", noon, time.Second))
	if got, ok := l.Latest(newer.Target); !ok || got != newer {
		t.Errorf("Latest = %v, %v; want the newer reading", got, ok)
	}
	if _, ok := l.Latest(reading(t, "b", noon, 0).Target); ok {
		t.Error("a target never asked about has a reading")
	}
}

func TestLatestForgetsTheOldestBeyondItsBound(t *testing.T) {
	var l store.Latest
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i := range 10_001 {
		l.Keep(reading(t, fmt.Sprint(i), noon.Add(time.Duration(i)*time.Second), time.Second))
	}
	if _, ok := l.Latest(reading(t, "0", noon, 0).Target); ok {
		t.Error("the oldest reading is still held")
	}
	if _, ok := l.Latest(reading(t, "1", noon, 0).Target); !ok {
		t.Error("the second oldest reading is gone")
	}
}
