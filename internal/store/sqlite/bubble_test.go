package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/store"
)

// floor is an account of n requests a minute, and who uses it.
type floor struct {
	mu      sync.Mutex
	arrived []int64
}

// life is one process: workers that use slots until it crashes, with calls in flight.
func (f *floor) life(t *testing.T, s store.Store, workers, number int, lasts time.Duration) {
	t.Helper()
	ctx, crash := context.WithTimeout(t.Context(), lasts)
	defer crash()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				f.use(ctx, t, s, fmt.Sprint(number, ".", w, ".", i), w%2)
			}
		})
	}
	wg.Wait()
}

// use is one request: taken, arrived after a while, settled after another.
func (f *floor) use(ctx context.Context, t *testing.T, s store.Store, me string, spare int) {
	t.Helper()
	slot, wait, err := s.Take(t.Context(), me, true, spare, hold*time.Millisecond)
	if err != nil {
		t.Error(err)
		return
	}
	if slot < 0 {
		sleep(ctx, min(wait, time.Second))
		return
	}
	time.Sleep(rand.N(time.Second)) // a call under way arrives, crash or no crash
	f.mu.Lock()
	f.arrived = append(f.arrived, time.Now().UnixMilli())
	f.mu.Unlock()
	if sleep(ctx, rand.N(time.Second)) {
		if err := s.Settle(t.Context(), slot, me, rest*time.Millisecond); err != nil {
			t.Error(err)
		}
	}
}

// sleep reports whether d went by before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func TestTenMinutesWithCrashesAreExactAndUsed(t *testing.T) {
	const n, lives = 20, 4
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	synctest.Test(t, func(t *testing.T) {
		var f floor
		for i := range lives {
			s := open(t, path)
			if err := s.Resize(t.Context(), n, true); err != nil {
				t.Fatal(err)
			}
			f.life(t, s, 6, i, 10*time.Minute/lives)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if most := busiest(f.arrived, 60_000); most > n {
			t.Errorf("%d requests in a minute, %d allowed", most, n)
		}
		got := float64(len(f.arrived)) / (10 * n)
		t.Logf("%d requests in 10 minutes, %.0f %% of the allowance, 3 crashes", len(f.arrived), 100*got)
		if got < 0.85 {
			t.Errorf("%.0f %% used", 100*got)
		}
	})
}
