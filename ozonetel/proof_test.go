package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/bench"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/token"
)

// mortalLedger is a ledger whose process dies: from then on it hears no more of it.
type mortalLedger struct {
	allowance.Ledger
	dead atomic.Bool
}

func (l *mortalLedger) Settle(ctx context.Context, slot int, holder string, rest time.Duration) error {
	if l.dead.Load() {
		return nil
	}
	return l.Ledger.Settle(ctx, slot, holder, rest)
}

// lateConn delays every write, so that requests arrive later than they were sent.
type lateConn struct {
	net.Conn
	delay func() time.Duration
}

func (c lateConn) Write(p []byte) (int, error) {
	time.Sleep(c.delay())
	return c.Conn.Write(p)
}

// dice are safe for many goroutines and the same in every run.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newDice() *dice { return &dice{r: rand.New(rand.NewPCG(1, 2))} }

func (d *dice) upTo(most time.Duration) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Duration(d.r.Int64N(int64(most) + 1))
}

// floorLoad is an account under load, over the crashes and restarts of one process.
type floorLoad struct {
	reserve int
	late    time.Duration // of a request on its way, at most
	life    time.Duration // of a process, about; every other dies with calls in flight
	burst   int           // people at once, at most; each minute
	polls   int           // background workers

	dice  *dice
	watch *bench.Stopwatch
	mu    *sync.Mutex
	waits []time.Duration
}

// run asks for that long and returns what arrived.
func (f *floorLoad) run(t *testing.T, length time.Duration) ozonesim.Counts {
	t.Helper()
	f.dice, f.watch, f.mu = newDice(), bench.NewStopwatch(), new(sync.Mutex)
	sim := newSim(func(s *ozonesim.Config) { s.Latency = 200 * time.Millisecond })
	ledger, row := allowance.NewMemoryLedger(50, 0), new(token.MemoryRow)
	end := time.Now().Add(length)
	for n := 1; time.Now().Before(end); n++ {
		mortal := &mortalLedger{Ledger: ledger}
		r := newRig(t, sim, func(c *ozonetel.Config) {
			c.Ledger, c.Tokens, c.Reserve, c.Log = mortal, row, f.reserve, slog.New(f.watch)
			c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := sim.Dial(ctx, network, addr)
				return lateConn{conn, func() time.Duration { return f.dice.upTo(f.late) }}, err
			}
		})
		ctx, cancel := context.WithDeadline(t.Context(), end)
		if f.life > 0 {
			ctx, cancel = context.WithTimeout(ctx, f.life/2+f.dice.upTo(f.life))
		}
		var wg sync.WaitGroup
		f.ask(ctx, t, r, &wg)
		<-ctx.Done()
		cancel()
		mortal.dead.Store(f.life > 0 && n%2 == 1) // every other end is a crash
		r.Close()
		wg.Wait()
	}
	_ = sim.Close()
	return sim.Counts()
}

// ask starts everybody.
func (f *floorLoad) ask(ctx context.Context, t *testing.T, r *rig, wg *sync.WaitGroup) {
	t.Helper()
	for i := range f.polls {
		tg := campaign(t, fmt.Sprintf("poll%d", i))
		wg.Go(func() {
			for ctx.Err() == nil {
				_, err := r.AskBackground(ctx, tg, allowance.Polling)
				if e, ok := errors.AsType[*fault.Error](err); ok && e.Reason != fault.BadCampaign {
					time.Sleep(time.Second)
				}
			}
		})
	}
	if f.burst == 0 {
		return
	}
	wg.Go(func() {
		for nap(ctx, f.dice.upTo(time.Minute)) {
			for i := range 1 + int(f.dice.upTo(time.Duration(f.burst-1))) {
				tg := campaign(t, fmt.Sprintf("asked%d", i))
				wg.Go(func() {
					start := time.Now()
					_, err := r.Client.Ask(ctx, fmt.Sprint("U", i), tg)
					if e, ok := errors.AsType[*fault.Error](err); ok && e.Reason == fault.BadCampaign {
						f.mu.Lock()
						defer f.mu.Unlock()
						f.waits = append(f.waits, time.Since(start)-f.watch.Of(tg.String()))
					}
				})
			}
			nap(ctx, time.Minute)
		}
	})
}

// nap sleeps, and reports false when ctx ended.
func nap(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
	return ctx.Err() == nil
}

// quantile of the waits.
func (f *floorLoad) quantile(q float64) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.Sort(f.waits)
	if len(f.waits) == 0 {
		return -1
	}
	return f.waits[int(q*float64(len(f.waits)-1))].Round(time.Millisecond)
}

// The promise of design.md §8, at the upstream's own clock: over crashes with calls in
// flight and restarts, with requests up to two seconds on the way.
func TestNeverOverTheAllowanceInAnySixtySeconds(t *testing.T) {
	for name, c := range map[string]struct {
		hours   int
		load    floorLoad
		used    float64       // at least, of the allowance
		waitP99 time.Duration // of people, at most; negative: any
	}{
		"reserve 1":               {1, floorLoad{reserve: 1, late: 200 * time.Millisecond, burst: 5, polls: 60}, .96, -1},
		"default reserve":         {2, floorLoad{reserve: 0, late: 200 * time.Millisecond, burst: 5, polls: 60}, .88, 0},
		"no reserve at all":       {1, floorLoad{reserve: -1, late: 200 * time.Millisecond, burst: 5, polls: 60}, .97, time.Minute},
		"crashes and restarts":    {1, floorLoad{reserve: 1, late: 2 * time.Second, burst: 5, polls: 60, life: 10 * time.Minute}, .80, -1},
		"a crash every half hour": {4, floorLoad{reserve: 1, late: 200 * time.Millisecond, burst: 5, polls: 60, life: 30 * time.Minute}, .96, -1},
		"people only, in crowds":  {1, floorLoad{late: 2 * time.Second, burst: 80}, .3, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // outside the bubble
			length := time.Duration(c.hours) * time.Hour
			if underRace {
				length = 20 * time.Minute
			}
			synctest.Test(t, func(t *testing.T) {
				load := &c.load
				n := load.run(t, length)
				used := float64(n.Requests) / (50 * length.Minutes())
				t.Logf("%s of load: %d requests, %.1f %% of the allowance, at most %d in 60 s, %d tokens; people waited p50 %v p95 %v p99 %v max %v (%d)",
					length, n.Requests, 100*used, n.MaxAllIn60s, n.Tokens, load.quantile(.5), load.quantile(.95), load.quantile(.99), load.quantile(1), len(load.waits))
				if n.MaxAllIn60s > 50 || n.Refused != 0 {
					t.Errorf("%d in 60 s with 50 allowed, %d refused", n.MaxAllIn60s, n.Refused)
				}
				if used < c.used {
					t.Errorf("%.1f %% used, want at least %.0f", 100*used, 100*c.used)
				}
				if p := load.quantile(.99); c.waitP99 >= 0 && p > c.waitP99 {
					t.Errorf("people waited %v at the 99th percentile", p)
				}
			})
		})
	}
}
