package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
)

// memoryStore is a TokenStore that outlives a client.
type memoryStore struct {
	mu    sync.Mutex
	state ozonetel.TokenState
	saves int
}

func (m *memoryStore) Load() (ozonetel.TokenState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state, nil
}

func (m *memoryStore) Save(s ozonetel.TokenState) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = s
	m.saves++
	return nil
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

// The promise of design.md §8, at the upstream's own clock: saturated or bursting, with up
// to two seconds on the way, and with restarts.
func TestNeverOverTheAllowanceInAnySixtySeconds(t *testing.T) {
	for _, c := range []struct {
		name     string
		perMin   int
		restart  time.Duration
		idle     time.Duration // between bursts of a minute; 0: always busy
		hours    int
		atLeast  int // requests in all: a budget that sends nothing would pass too
		maxDelay time.Duration
	}{
		{"steady", 50, 0, 0, 1, 2400, 2 * time.Second},
		{"restarts", 50, 7 * time.Minute, 0, 2, 4500, 2 * time.Second},
		{"restarts every 20 s", 50, 20 * time.Second, 0, 1, 1500, 0},
		{"bursts", 50, 0, 90 * time.Second, 1, 700, 2 * time.Second},
		{"small account", 3, time.Hour, 0, 2, 250, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // outside the bubble
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				dice := rand.New(rand.NewPCG(1, 2))
				delay := func() time.Duration {
					mu.Lock()
					defer mu.Unlock()
					return time.Duration(dice.Int64N(int64(c.maxDelay) + 1))
				}
				sim := newSim(func(s *ozonesim.Config) { s.Allowance = c.perMin; s.Latency = 300 * time.Millisecond })
				store := new(memoryStore)
				end := time.Now().Add(time.Duration(c.hours) * time.Hour)
				for fresh := true; time.Now().Before(end); fresh = false {
					r := newRig(t, sim, func(cfg *ozonetel.Config) {
						cfg.PerMinute, cfg.Fresh, cfg.Tokens, cfg.Log = c.perMin, fresh, store, nil
						cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
							conn, err := sim.Dial(ctx, network, addr)
							return lateConn{conn, delay}, err
						}
					})
					life := end
					if c.restart > 0 {
						life = time.Now().Add(c.restart)
					}
					saturate(t, r, life, c.idle)
					r.Close()
				}
				_ = sim.Close()
				n := sim.Counts()
				if n.MaxAllIn60s > c.perMin || n.Refused != 0 {
					t.Errorf("%d in 60 s with %d allowed, %d refused", n.MaxAllIn60s, c.perMin, n.Refused)
				}
				if n.Requests < c.atLeast {
					t.Errorf("%d requests, want at least %d", n.Requests, c.atLeast)
				}
				if n.Tokens > 2*c.hours+1 {
					t.Errorf("%d tokens in %d hours", n.Tokens, c.hours)
				}
			})
		})
	}
}

// saturate keeps 20 askers asking until end, with pauses of idle after each minute.
func saturate(t *testing.T, r *rig, end time.Time, idle time.Duration) {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	var wg sync.WaitGroup
	start := time.Now()
	for _, name := range r.sim.Agents()[:20] {
		tg := agent(t, name)
		wg.Go(func() {
			for ctx.Err() == nil {
				if idle > 0 && time.Since(start)%(time.Minute+idle) > time.Minute {
					time.Sleep(time.Second)
					continue
				}
				_, err := r.Ask(ctx, tg)
				e, ok := errors.AsType[*ozonetel.Error](err)
				if ok && e.Class == ozonetel.Limit {
					time.Sleep(e.Wait / 2) // our own queue is full; the upstream's refusals are counted there
				} else if ok && e.Class != ozonetel.Refused {
					t.Errorf("%v", err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestLimitRefusalHoldsEverythingForAMinute(t *testing.T) {
	for _, q := range []ozonesim.Quirk{ozonesim.Limit, ozonesim.Limit200, ozonesim.Limit429Empty, ozonesim.LimitHTML} {
		t.Run(string(q), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.PerMinute = 10 }) // a bucket of one
				defer r.stop()
				ask(t.Context(), t, r, agent(t, "42"))
				time.Sleep(10 * time.Second)
				r.sim.Next(q)
				var wg sync.WaitGroup
				for i := range 4 { // the first meets the refusal, the others are waiting
					wg.Go(func() {
						_, err := r.Ask(t.Context(), campaign(t, fmt.Sprint(i)))
						if e := fault(t, err, ozonetel.Limit, ozonetel.LimitExceeded); e.RetryIn() != time.Minute {
							t.Errorf("wait %v, want a minute", e.RetryIn())
						}
					})
				}
				wg.Wait()
				sent := r.sim.Counts().Requests
				time.Sleep(20 * time.Second)
				_, err := r.Ask(t.Context(), agent(t, "42"))
				if e := fault(t, err, ozonetel.Limit, ozonetel.LimitExceeded); e.Wait != 40*time.Second {
					t.Errorf("wait %v, want the 40 s left", e.Wait)
				}
				if s := r.Status(); s.Held != 40*time.Second || s.Refused60 != 1 || len(s.Waiting) != 0 {
					t.Errorf("status %+v", s)
				}
				time.Sleep(40*time.Second - 1)
				if got := r.sim.Counts().Requests; got != sent {
					t.Errorf("%d sent during the hold", got-sent)
				}
				time.Sleep(time.Nanosecond)
				ask(t.Context(), t, r, agent(t, "42"))
			})
		})
	}
}

// What makes the spread of the formula true: a request not written in time is not sent.
func TestRequestNotWrittenInTimeIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(nil)
		var far net.Conn
		r := newRig(t, sim, func(c *ozonetel.Config) {
			c.Auth = ozonetel.BasicAuth
			c.Dial = func(context.Context, string, string) (near net.Conn, err error) {
				near, far = net.Pipe() // nobody reads at the far end
				return near, nil
			}
		})
		start := time.Now()
		_, err := r.Ask(t.Context(), agent(t, "42"))
		expect(t, err, ozonetel.Unreachable, ozonetel.Timeout)
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("given up after %v, want 4s", took)
		}
		if n, err := far.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("%d bytes arrived after all, %v", n, err)
		}
		r.stop()
	})
}

func TestNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
			c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
		})
		defer r.stop()
		for range 20 { // and no token is written off for it
			start := time.Now()
			_, err := r.Ask(t.Context(), agent(t, "42"))
			expect(t, err, ozonetel.Unreachable, ozonetel.ConnectFailed)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		}
		if n := r.Status().TokensThisHour; n != 0 {
			t.Errorf("%d tokens counted that were never asked for", n)
		}
	})
}
