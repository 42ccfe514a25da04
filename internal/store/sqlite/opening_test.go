package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// A new ledger of fifty: five early takes at once and one every 1.2 s, until all are
// open after 54 s. Closed at 30 s for a minute it begins anew.
func TestANewLedgerOpensSlowly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	synctest.Test(t, func(t *testing.T) {
		s := open(t, path)
		if err := s.Resize(t.Context(), 50, false); err != nil {
			t.Fatal(err)
		}
		taken := 0
		begin := time.Now()
		upTo := func(end time.Duration) {
			t.Helper()
			for ; time.Since(begin) < end; time.Sleep(100 * time.Millisecond) {
				for {
					slot, _, err := s.Take(t.Context(), fmt.Sprint("early ", taken), true, 0, 10*time.Minute)
					if err != nil {
						t.Fatal(err)
					}
					if slot < 0 {
						break
					}
					taken++
				}
			}
		}
		wants := func(want int) {
			t.Helper()
			if taken != want {
				t.Errorf("%d early takes by %v, want %d", taken, time.Since(begin), want)
			}
		}
		upTo(100 * time.Millisecond)
		wants(5)
		upTo(30 * time.Second)
		wants(5 + 24)
		if err := s.HoldAll(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		upTo(90 * time.Second)
		wants(29)
		upTo(90*time.Second + 100*time.Millisecond)
		wants(29) // those five are in use, as are the 24 behind them
		upTo(145 * time.Second)
		wants(50)
		if left, err := s.Opening(t.Context()); err != nil || left < 19*time.Second || left > 20*time.Second {
			t.Errorf("opening for %v yet, %v; want 20 s: 30 s, the closure and 75 s", left, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
