package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

// noon is when the readings of the tests begin.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// keep keeps a reading of so many seconds, asked 300 ms before at.
func keep(t trial, s store.Readings, who aht.Target, seconds int, at time.Time) aht.Reading {
	t.Helper()
	r := aht.Reading{Target: who, Mean: time.Duration(seconds) * time.Second, At: at}
	must(t, s.KeepReading(t.Context(), who, r.Mean, at.Add(-300*time.Millisecond), at))
	return r
}

// same fails t unless the readings that a call gives are these.
func same(t trial, want ...aht.Reading) func([]aht.Reading, error) {
	return func(got []aht.Reading, err error) {
		t.Helper()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("readings %v, %v; want %v", got, err, want)
		}
	}
}

// one fails t unless a call gives exactly the reading want; the zero Reading is none.
func one(t trial, want aht.Reading) func(aht.Reading, bool, error) {
	return func(got aht.Reading, ok bool, err error) {
		t.Helper()
		if err != nil || ok == want.Target.IsZero() || got != want {
			t.Errorf("reading %v, %v, %v; want %v", got, ok, err, want)
		}
	}
}

var readingClaims = []claim{
	{"the newest reading of a target", alone(func(t trial, s store.Store) {
		a, b := target(t, aht.KindAgent, "42"), target(t, aht.KindCampaign, "42")
		second := keep(t, s, a, 300, noon.Add(1500*time.Millisecond))
		keep(t, s, a, 200, noon) // kept out of order
		none := keep(t, s, b, 0, noon.Add(time.Hour))
		one(t, second)(s.LatestReading(t.Context(), a))
		one(t, none)(s.LatestReading(t.Context(), b))
		one(t, aht.Reading{})(s.LatestReading(t.Context(), target(t, aht.KindAgent, "43")))
	})},
	{"readings of a time, oldest first, the newest when there are too many", alone(func(t trial, s store.Store) {
		who := target(t, aht.KindCampaign, `Déjà "vu"; -- ☎`)
		var all []aht.Reading
		for i := range 5 {
			all = append(all, keep(t, s, who, i, noon.Add(time.Duration(i)*time.Minute)))
		}
		same(t, all...)(s.ReadingsBetween(t.Context(), who, noon, noon.Add(time.Hour), 10))
		same(t, all[1:3]...)(s.ReadingsBetween(t.Context(), who, noon.Add(time.Minute), noon.Add(3*time.Minute), 10))
		same(t, all[3:]...)(s.ReadingsBetween(t.Context(), who, noon, noon.Add(time.Hour), 2))
		same(t)(s.ReadingsBetween(t.Context(), who, noon.Add(time.Hour), noon, 2))
	})},
	{"the view in memory begins with the newest of each", alone(func(t trial, s store.Store) {
		a, b, c := target(t, aht.KindAgent, "a"), target(t, aht.KindAgent, "b"), target(t, aht.KindCampaign, "c")
		keep(t, s, a, 1, noon)
		newA := keep(t, s, a, 2, noon.Add(time.Minute))
		newB := keep(t, s, b, 3, noon.Add(2*time.Minute))
		keep(t, s, c, 4, noon.Add(-time.Hour))
		same(t, newB, newA)(s.RecentReadings(t.Context(), noon, 10))
		same(t, newB)(s.RecentReadings(t.Context(), noon, 1))
	})},
	{"a second answer of one millisecond replaces the first", alone(func(t trial, s store.Store) {
		who := target(t, aht.KindAgent, "42")
		keep(t, s, who, 1, noon)
		last := keep(t, s, who, 2, noon)
		same(t, last)(s.ReadingsBetween(t.Context(), who, noon, noon.Add(time.Second), 10))
	})},
	{"what cost most questions", alone(func(t trial, s store.Store) {
		a, b := target(t, aht.KindAgent, "a"), target(t, aht.KindCampaign, "b")
		for i := range 5 {
			keep(t, s, a, 1, noon.Add(time.Duration(i-3)*time.Minute)) // three before noon
		}
		for i := range 3 {
			keep(t, s, b, 1, noon.Add(time.Duration(i)*time.Minute))
		}
		counts := value(s.AskCounts(t.Context(), noon, 10))(t)
		if want := []store.AskCount{{Target: b, Asked: 3}, {Target: a, Asked: 2}}; len(counts) != 2 || counts[0] != want[0] || counts[1] != want[1] {
			t.Errorf("counts %v, want %v", counts, want)
		}
		counts = value(s.AskCounts(t.Context(), noon, 1))(t)
		if len(counts) != 1 || counts[0].Target != b {
			t.Errorf("counts %v, want b alone", counts)
		}
	})},
	{"fifty answers about targets nobody knew are all kept", four(func(t trial, stores []store.Store) {
		var agents []aht.Target
		for i := range 5 {
			agents = append(agents, target(t, aht.KindAgent, fmt.Sprint(i)))
		}
		together(crowd, func(i int) {
			who, at := agents[i%5], noon.Add(time.Duration(i)*time.Second)
			err := store.ErrUnavailable
			for try := 0; errors.Is(err, store.ErrUnavailable) && try < 10; try++ { // a busy machine; keeping twice is keeping once
				if err = stores[i%openers].KeepReading(t.Context(), who, time.Second, at, at); err != nil {
					_ = stores[i%openers].Ping(t.Context())
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
		counts := value(stores[0].AskCounts(t.Context(), noon, 10))(t)
		for _, c := range counts {
			if len(counts) != 5 || c.Asked != crowd/5 {
				t.Errorf("counts %v, want %d of each of 5", counts, crowd/5)
			}
		}
	})},
}

var forgetClaims = []claim{
	{"forgetting takes the target and nothing else", alone(func(t trial, s store.Store) {
		gone, stays := target(t, aht.KindAgent, "42"), target(t, aht.KindCampaign, "42")
		for i := range 3 {
			keep(t, s, gone, i, noon.Add(time.Duration(i)*time.Minute))
		}
		kept := keep(t, s, stays, 9, noon)
		n := value(s.Forget(t.Context(), gone))(t)
		if n != 3 {
			t.Errorf("%d readings forgotten, want 3", n)
		}
		same(t, kept)(s.RecentReadings(t.Context(), time.Time{}, 10))
		if n, err := s.Forget(t.Context(), gone); n != 0 || err != nil {
			t.Errorf("forgetting again: %d, %v", n, err)
		}
		again := keep(t, s, gone, 5, noon.Add(time.Hour)) // a new question starts anew
		same(t, again)(s.ReadingsBetween(t.Context(), gone, noon, noon.Add(2*time.Hour), 10))
	})},
	{"targets seen are those with a reading kept, a kind at a time", alone(func(t trial, s store.Store) {
		seen := func(kind aht.Kind, most int, want ...string) {
			t.Helper()
			if got, err := s.SeenTargets(t.Context(), kind, most); err != nil || !slices.Equal(got, want) {
				t.Errorf("seen %v %q, %v; want %q", kind, got, err, want)
			}
		}
		seen(aht.KindCampaign, 10)
		keep(t, s, target(t, aht.KindCampaign, "b"), 60, noon)
		keep(t, s, target(t, aht.KindCampaign, "a"), 60, noon.Add(time.Hour))
		keep(t, s, target(t, aht.KindAgent, "42"), 60, noon.Add(time.Hour))
		seen(aht.KindCampaign, 10, "a", "b")
		seen(aht.KindCampaign, 1, "a")
		seen(aht.KindAgent, 10, "42")
		value(s.PruneReadings(t.Context(), noon.Add(time.Minute), 100))(t)
		seen(aht.KindCampaign, 10, "a")
		value(s.Forget(t.Context(), target(t, aht.KindAgent, "42")))(t)
		seen(aht.KindAgent, 10)
	})},
	{"pruning takes what is old, as much as asked, and names without readings", alone(func(t trial, s store.Store) {
		a, b := target(t, aht.KindAgent, "a"), target(t, aht.KindAgent, "b")
		for i := range 3 {
			keep(t, s, a, i, noon.Add(time.Duration(i)*time.Minute))
		}
		last := keep(t, s, b, 7, noon.Add(2*time.Hour))
		for _, want := range []int64{2, 1, 0} {
			n := value(s.PruneReadings(t.Context(), noon.Add(time.Hour), 2))(t)
			if n != want {
				t.Errorf("pruned %d, want %d", n, want)
			}
		}
		same(t, last)(s.RecentReadings(t.Context(), time.Time{}, 10))
	})},
}
