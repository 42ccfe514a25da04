package store_test

import (
	"fmt"
	"slices"
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

func TestRecentKnowsTheNewestReadingOfEachTarget(t *testing.T) {
	var l store.Recent
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
	if l.Keep(reading(t, "b", noon.Add(time.Second), time.Second)); !l.Newest().Equal(newer.At) {
		t.Errorf("the newest of all came at %v", l.Newest())
	}
}

func TestRecentForgetsTheOldestBeyondItsBound(t *testing.T) {
	var l store.Recent
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

func TestRecentLooksBack(t *testing.T) {
	var l store.Recent
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	target := reading(t, "a", noon, 0).Target
	for _, minutes := range []int{0, 300, 60, 120, 60} { // out of order, and one twice
		l.Keep(reading(t, "a", noon.Add(time.Duration(minutes)*time.Minute), time.Duration(minutes+1)*time.Second))
	}
	for minutes, want := range map[int]int{300: 301, 299: 121, 120: 121, 119: 61, 0: 1} {
		got, ok := l.Before(target, noon.Add(time.Duration(minutes)*time.Minute))
		if !ok || got.Mean != time.Duration(want)*time.Second {
			t.Errorf("before minute %d: %v, %v", minutes, got.Mean, ok)
		}
	}
	if _, ok := l.Before(target, noon.Add(-time.Second)); ok {
		t.Error("a reading before the first")
	}
	l.Keep(reading(t, "a", noon.Add(26*time.Hour+time.Minute), time.Second))
	if _, ok := l.Before(target, noon.Add(30*time.Minute)); ok {
		t.Error("a reading of more than a day is remembered")
	}
	if got := l.Targets(); !slices.Equal(got, []aht.Target{target}) {
		t.Errorf("remembers %v", got)
	}
	l.Forget(target, noon.Add(26*time.Hour))
	if _, ok := l.Latest(target); !ok {
		t.Error("what was read since is forgotten")
	}
	l.Forget(target, noon.Add(27*time.Hour))
	if _, ok := l.Latest(target); ok {
		t.Error("what was forgotten is remembered")
	}
}
