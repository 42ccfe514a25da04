package ozonetel_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/bench"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/token"
)

// foretold is what a person was told after a second and a half, and what came of it.
type foretold struct {
	told, truth time.Duration
}

func (f foretold) right() bool {
	off := (f.told - f.truth).Abs()
	return off <= 3*time.Second || off <= f.truth/5
}

// People come in crowds while polling takes whatever they leave: whoever must wait is told
// place and time, within 20 % or 3 s in 95 of 100 waits.
func TestWaitsAreForetold(t *testing.T) {
	for name, restart := range map[string]bool{"one life": false, "restarts": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // outside the bubble
			synctest.Test(t, func(t *testing.T) {
				all := foretell(t, time.Hour, restart)
				right, longest := 0, time.Duration(0)
				for _, f := range all {
					if longest = max(longest, f.truth); f.right() {
						right++
					}
				}
				share := 100 * float64(right) / float64(len(all))
				t.Logf("%d waits of up to %v foretold, %.1f %% within 20 %% or 3 s", len(all), longest.Round(time.Second), share)
				if share < 95 || len(all) < 200 {
					t.Errorf("%.1f %% of %d", share, len(all))
				}
			})
		})
	}
}

func foretell(t *testing.T, length time.Duration, restart bool) (all []foretold) {
	t.Helper()
	const delay = 1500 * time.Millisecond
	var mu sync.Mutex
	dice, watch := newDice(), bench.NewStopwatch()
	sim := newSim(func(s *ozonesim.Config) { s.Latency = 200 * time.Millisecond })
	ledger, row := allowance.NewMemoryLedger(50, 0), new(token.MemoryRow)
	for end := time.Now().Add(length); time.Now().Before(end); {
		r := newRig(t, sim, func(c *ozonetel.Config) {
			c.Ledger, c.Tokens, c.Log = ledger, row, slog.New(watch)
			c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := sim.Dial(ctx, network, addr)
				return lateConn{conn, func() time.Duration { return dice.upTo(200 * time.Millisecond) }}, err
			}
		})
		life := end
		if restart {
			life = time.Now().Add(9 * time.Minute)
		}
		ctx, cancel := context.WithDeadline(t.Context(), life)
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() { poll(ctx, r, i) })
		}
		for nap(ctx, time.Minute+dice.upTo(2*time.Minute)) {
			for i := range 3 + int(dice.upTo(60)) {
				wg.Go(func() {
					tg := mustCampaign(fmt.Sprint("asked", i))
					told := make(chan time.Duration, 1)
					start := time.Now()
					look := time.AfterFunc(delay, func() {
						if w, ok := r.Waiting(tg); ok {
							told <- w.For
						}
					})
					_, _ = r.Client.Ask(ctx, fmt.Sprint("U", i), tg)
					look.Stop()
					if len(told) > 0 && ctx.Err() == nil {
						mu.Lock()
						defer mu.Unlock()
						all = append(all, foretold{<-told, time.Since(start) - delay - watch.Of(tg.String())})
					}
				})
			}
		}
		<-ctx.Done()
		cancel()
		wg.Wait()
		r.Close()
	}
	_ = sim.Close()
	return all
}
