package wait_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/wait"
)

func TestForWaitsItsTimeOrUntilTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := wait.For(t.Context(), time.Minute); err != nil || time.Since(start) != time.Minute {
			t.Errorf("waited %v, %v", time.Since(start), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		if err := wait.For(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("waited %v, %v", time.Since(start), err)
		}
		if err := wait.For(ctx, 0); err == nil {
			t.Error("no error of a context that has ended")
		}
	})
}

func TestSignalEndsTheWaitOrTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := wait.NewSignal()
		waits := func() (time.Duration, bool) {
			start := time.Now()
			passed := s.Wait(t.Context(), time.Minute)
			return time.Since(start), passed
		}
		if took, passed := waits(); !passed || took != time.Minute {
			t.Errorf("not woken: %v, %v", took, passed)
		}
		time.AfterFunc(time.Second, s.Wake)
		if took, passed := waits(); passed || took != time.Second {
			t.Errorf("woken after a second: %v, %v", took, passed)
		}
		s.Wake()
		s.Wake() // twice is once
		if !s.Wait(t.Context(), 0) {
			t.Error("no time at all has not passed")
		}
		if took, passed := waits(); passed || took != 0 {
			t.Errorf("woken before: %v, %v", took, passed)
		}
		if took, passed := waits(); !passed || took != time.Minute {
			t.Errorf("woken before, and had it: %v, %v", took, passed)
		}
	})
}

func TestSignalWaitEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		if wait.NewSignal().Wait(ctx, time.Minute) || time.Since(start) != time.Second {
			t.Errorf("waited %v", time.Since(start))
		}
	})
}

func TestSlotsAreTakenByAsManyAsThereAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots := wait.NewSlots(2)
		var busy atomic.Int32
		start := time.Now()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := slots.Take(t.Context()); err != nil {
					t.Error(err)
				}
				if n := busy.Add(1); n > 2 {
					t.Errorf("%d at a time", n)
				}
				time.Sleep(time.Minute)
				busy.Add(-1)
				slots.Leave()
			})
			synctest.Wait()
		}
		all.Wait()
		if took := time.Since(start); took != 2*time.Minute {
			t.Errorf("four, two at a time, took %v", took)
		}
	})
}

func TestWhoGivesUpWaitingTakesNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots := wait.NewSlots(1)
		if err := slots.Take(t.Context()); err != nil {
			t.Fatal(err)
		}
		errTired := errors.New("tired")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errTired)
		defer cancel()
		if err := slots.Take(ctx); !errors.Is(err, errTired) {
			t.Errorf("no slot is free, and the error is %v", err)
		}
		slots.Leave()
		if err := slots.Take(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
