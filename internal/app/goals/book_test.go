package goals

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/store"
)

func TestALookNeverUndoesAWriteThatCameWhileItRead(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		late := &apptest.LateStore{Store: db}
		sales := apptest.Campaign(t, "Sales")
		log := slog.New(slog.DiscardHandler)

		g := New(late, log)
		go g.Look(t.Context())
		time.Sleep(time.Second / 2)
		if err := g.SetGoal(t.Context(), aht.Goal{Target: sales, Mean: time.Minute, By: "U1", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(apptest.Quiet)
		if _, ok := g.Goal(sales); !ok {
			t.Error("a target was lost to a look")
		}
		if err := db.DropGoal(t.Context(), sales); err != nil { // by another process
			t.Fatal(err)
		}
		if g.Look(t.Context()); len(g.All()) != 0 {
			t.Error("a look does not see that a target is gone")
		}
	})
}

func TestManyWhoAskForALookShareOne(t *testing.T) {
	apptest.Shared(t, func(t *testing.T, db store.Store) {
		t.Helper()
		g := New(&apptest.LateStore{Store: db}, slog.New(slog.DiscardHandler))
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
		time.Sleep(apptest.Quiet)
	})
}
