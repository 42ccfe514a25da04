package main

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/store"
)

// lateStore answers what it read a second ago.
type lateStore struct {
	store.Store
	away bool
}

func (l *lateStore) Goals(ctx context.Context) ([]aht.Goal, error) {
	defer time.Sleep(time.Second)
	return l.Store.Goals(ctx)
}

func (l *lateStore) SeenTargets(ctx context.Context, kind aht.Kind, most int) ([]string, error) {
	defer time.Sleep(time.Second)
	if l.away {
		return nil, store.ErrAway
	}
	return l.Store.SeenTargets(ctx, kind, most)
}

func (l *lateStore) Alerts(ctx context.Context, removed time.Time) ([]store.AlertRule, error) {
	defer time.Sleep(time.Second)
	return l.Store.Alerts(ctx, removed)
}

// KeepReading fails while the store is away.
func (l *lateStore) KeepReading(ctx context.Context, t aht.Target, mean time.Duration, asked, received time.Time) error {
	if l.away {
		return store.ErrAway
	}
	return l.Store.KeepReading(ctx, t, mean, asked, received)
}

func TestALookNeverUndoesAWriteThatCameWhileItRead(t *testing.T) {
	shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		late := &lateStore{Store: db}
		sales := campaignOf(t, "Sales")
		log := slog.New(slog.DiscardHandler)

		g := newGoals(late, log)
		go g.Look(t.Context())
		time.Sleep(time.Second / 2)
		if err := g.SetGoal(t.Context(), aht.Goal{Target: sales, Mean: time.Minute, By: "U1", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(quiet)
		if _, ok := g.Goal(sales); !ok {
			t.Error("a target was lost to a look")
		}
		if err := db.DropGoal(t.Context(), sales); err != nil { // by another process
			t.Fatal(err)
		}
		if g.Look(t.Context()); len(g.All()) != 0 {
			t.Error("a look does not see that a target is gone")
		}

		n := newNames(nil, late, "p1", log)
		go n.Look(t.Context())
		time.Sleep(time.Second / 2)
		keptReading(t, db, "Sales")
		n.saw(sales, true)
		time.Sleep(quiet)
		knows(t, n, time.Time{}, "Sales")
		if _, err := db.Forget(t.Context(), sales); err != nil {
			t.Fatal(err)
		}
		n.Look(t.Context())
		knows(t, n, time.Time{})
	})
}

func TestManyWhoAskForALookShareOne(t *testing.T) {
	shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		g := newGoals(&lateStore{Store: db}, slog.New(slog.DiscardHandler))
		began := time.Now()
		done := make(chan struct{}, 50)
		for range cap(done) {
			go func() { g.Look(t.Context()); done <- struct{}{} }()
			time.Sleep(time.Millisecond)
		}
		for range cap(done) {
			<-done
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("fifty looks took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		go g.Look(t.Context())
		time.Sleep(time.Millisecond)
		g.Look(ctx) // nobody waits for longer than they may
		if ctx.Err() == nil || time.Since(began) > 4*time.Second {
			t.Error("a look outlasted its context")
		}
		time.Sleep(quiet)
	})
}

func TestANameThatCouldNotBeKeptIsKnownForADay(t *testing.T) {
	shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		late := &lateStore{Store: db, away: true}
		n := newNames(nil, late, "p1", slog.New(slog.DiscardHandler))
		n.saw(campaignOf(t, "Sales"), false)
		n.saw(agentOf(t, "42"), true)
		for range 2 { // away, and back
			n.Look(t.Context())
			knows(t, n, time.Time{}, "Sales")
			late.away = false
		}
		time.Sleep(unkeptName)
		n.Look(t.Context())
		knows(t, n, time.Time{})
	})
}

func TestAReadingThatCouldNotBeKeptIsNotForgotten(t *testing.T) {
	shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		late := &lateStore{Store: db, away: true}
		sh := newShelf(late, "SQLite", slog.New(slog.DiscardHandler))
		sales := campaignOf(t, "Sales")
		keep := func() {
			now := time.Now()
			_ = sh.keep(aht.Reading{Target: sales, Mean: time.Minute, At: now}, now)
		}
		looks := func(want bool) {
			t.Helper()
			time.Sleep(time.Minute)
			sh.forgotten(t.Context())
			sh.recall(t.Context(), sales)
			if got := slices.Contains(sh.recent.Targets(), sales); got != want {
				t.Errorf("remembered: %v, want %v", got, want)
			}
		}
		keep()
		looks(true)
		late.away = false
		looks(true)
		if err := sh.catchUp(t.Context()); err != nil {
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

func TestAPauseIsNotLostToAnOlderLookAtWhatIsWatched(t *testing.T) {
	shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		a := newAlerts(alertParts{
			db: &lateStore{Store: db}, goal: func(aht.Target) (aht.Goal, bool) { return aht.Goal{}, true }, room: func() int { return 35 },
			asked: 5 * time.Minute, zone: time.UTC, id: "test", log: slog.New(slog.DiscardHandler),
		})
		w, err := a.Add(t.Context(), newWatch(t, "Sales"))
		if err != nil {
			t.Fatal(err)
		}
		watched := func(want int) {
			t.Helper()
			if p, err := a.Plan(t.Context()); err != nil || p.Targets != want || a.poll.Plan().Targets != want {
				t.Errorf("%d and %d are watched, %v; want %d", p.Targets, a.poll.Plan().Targets, err, want)
			}
		}
		watched(1)
		a.seen = watchedAlerts{} // so that the next look reads them
		go a.poll.Look(t.Context())
		time.Sleep(time.Second / 2)
		if _, err := a.Amend(t.Context(), w.ID, "U1", "paused", pausing); err != nil {
			t.Fatal(err)
		}
		watched(0)
		time.Sleep(quiet)
		watched(0)
	})
}

// pausing is the change that pauses an alert.
func pausing(s alert.Standing) (alert.State, alert.Turn, bool) {
	_, state := alert.Pause(s.State, time.Now())
	return state, alert.Turn{}, false
}
