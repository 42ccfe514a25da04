package readings

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
)

func TestAChangeIsToldWhicheverProcessReadBefore(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		log := slog.New(slog.DiscardHandler)
		a, b := New(db, log), New(db, log)
		following, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { b.Follow(following) })
		defer done.Wait()
		defer stop()
		agent, campaign := apptest.Agent(t, "42"), apptest.Campaign(t, "Sales")
		began := time.Now()
		for range 3 {
			for _, target := range []aht.Target{agent, campaign} {
				if err := a.Keep(aht.Reading{Target: target, Mean: time.Minute, At: time.Now()}, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Hour)
		}
		b.Recall(t.Context(), agent) // as each question does that memory can't answer
		for _, target := range []aht.Target{agent, campaign} {
			for _, ago := range []int{1, 2, 3} {
				want := began.Add(time.Duration(3-ago) * time.Hour)
				if r, ok := b.recent.Before(target, time.Now().Add(-time.Duration(ago)*time.Hour)); !ok || !r.At.Equal(want) {
					t.Errorf("%v: of %d h ago %v is known, %v; want %v", target.Kind(), ago, r.At, ok, want)
				}
			}
		}
	})
}

func TestAReadingThatCouldNotBeKeptIsNotForgotten(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		late := &apptest.LateStore{Store: db, Unavailable: true}
		kept := New(late, slog.New(slog.DiscardHandler))
		sales := apptest.Campaign(t, "Sales")
		keep := func() {
			now := time.Now()
			_ = kept.Keep(aht.Reading{Target: sales, Mean: time.Minute, At: now}, now)
		}
		looks := func(want bool) {
			t.Helper()
			time.Sleep(time.Minute)
			kept.forgotten(t.Context())
			kept.Recall(t.Context(), sales)
			if got := slices.Contains(kept.recent.Targets(), sales); got != want {
				t.Errorf("remembered: %v, want %v", got, want)
			}
		}
		keep()
		looks(true)
		late.Unavailable = false
		looks(true)
		if err := kept.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		keep()
		looks(true)
		if _, err := db.Forget(t.Context(), sales); err != nil {
			t.Fatal(err)
		}
		looks(false)
	})
}
