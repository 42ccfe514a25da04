package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/single"
	"ahtbot/ozonetel/token"
)

// stoppingLedger is the ledger of a process that is stopped (SIGSTOP) between taking a slot
// and sending with it.
type stoppingLedger struct {
	allowance.Ledger
	stop atomic.Int64 // of the next takes, so long
}

func (l *stoppingLedger) Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (int, time.Duration, error) {
	slot, wait, err := l.Ledger.Take(ctx, holder, early, spare, hold)
	time.Sleep(time.Duration(l.stop.Load()))
	return slot, wait, err
}

// With 90 s between taking and sending, another process has long had the slot again.
func TestProcessStoppedAfterTakingASlotSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := allowance.NewMemoryLedger(50, 0)
		stopping := &stoppingLedger{Ledger: ledger}
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Ledger = stopping })
		ask(t.Context(), t, r, agent(t, "42"))
		stopping.stop.Store(int64(90 * time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() { _, _ = r.Ask(ctx, campaign(t, fmt.Sprint(i))) })
		}
		wg.Wait()
		if c := r.sim.Counts(); c.Requests != 2 {
			t.Errorf("%d requests arrived, want the first two only", c.Requests)
		}
		stopping.stop.Store(0)
		time.Sleep(2 * time.Minute)
		ask(t.Context(), t, r, agent(t, "42"))
		if used, _, err := ledger.Used(t.Context()); err != nil || used != 1 {
			t.Errorf("%d slots used afterwards, %v", used, err)
		}
		r.stop()
	})
}

// stoppingLeases is a process stopped a moment later, when its question has the slot.
type stoppingLeases struct{ single.MemoryLeases }

func (l *stoppingLeases) Claim(ctx context.Context, key, holder string, until time.Duration) (bool, time.Duration, error) {
	time.Sleep(90 * time.Second)
	return l.MemoryLeases.Claim(ctx, key, holder, until)
}

func TestProcessStoppedBeforeSendingSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, newSim(nil), func(c *ozonetel.Config) { c.Auth, c.Leases = ozonetel.BasicAuth, new(stoppingLeases) })
		expect(t, second(r.Ask(t.Context(), agent(t, "42"))), fault.Unreachable, fault.ConnectFailed)
		if c := r.sim.Counts(); c.Requests != 0 {
			t.Errorf("%d requests arrived", c.Requests)
		}
		r.stop()
	})
}

// … and later still, when its connection is open: the write itself looks at the clock.
func TestProcessStoppedBeforeWritingWritesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth })
		var stop atomic.Bool
		r := newRig(t, sim, func(c *ozonetel.Config) {
			c.Auth = ozonetel.BasicAuth
			c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := sim.Dial(ctx, network, addr)
				return stoppingConn{conn, &stop}, err
			}
		})
		ask(t.Context(), t, r, agent(t, "42"))
		stop.Store(true)
		expect(t, second(r.Ask(t.Context(), agent(t, "42"))), fault.Unreachable, fault.Timeout)
		if c := sim.Counts(); c.Requests != 1 {
			t.Errorf("%d requests arrived", c.Requests)
		}
		r.stop()
	})
}

// stoppingConn stops its process where the deadline of the write has just been set, and
// has no deadlines of its own.
type stoppingConn struct {
	net.Conn
	stop *atomic.Bool
}

func (c stoppingConn) SetWriteDeadline(time.Time) error {
	if c.stop.Load() {
		time.Sleep(5 * time.Second)
	}
	return nil
}

// A lost response says nothing about whether the request arrived: its slot frees itself.
func TestLostResponsesKeepTheirSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := allowance.NewMemoryLedger(10, 0)
		sim := newSim(func(c *ozonesim.Config) { c.Auth, c.Allowance = ozonesim.BasicAuth, 10 })
		r := newRig(t, sim, func(c *ozonetel.Config) { c.PerMinute, c.Auth, c.Ledger = 10, ozonetel.BasicAuth, ledger })
		sim.Set(quirk.Hang)
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				expect(t, second(r.Ask(t.Context(), campaign(t, fmt.Sprint(i)))), fault.Unreachable, fault.Timeout)
			})
		}
		wg.Wait()
		sim.Clear()
		ask(t.Context(), t, r, agent(t, "42"))
		if took := time.Since(start); took < slotHold || took > slotHold+time.Second {
			t.Errorf("the next was sent after %v, want %v", took, slotHold)
		}
		r.stop()
		for _, q := range []quirk.Quirk{quirk.Reset, quirk.Slow, quirk.Hang} {
			saturateWith(t, q)
		}
	})
}

// saturateWith keeps asking for half an hour while one answer of four meets q.
func saturateWith(t *testing.T, q quirk.Quirk) {
	t.Helper()
	sim := newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth })
	r := newRig(t, sim, func(c *ozonetel.Config) { c.Auth, c.Log = ozonetel.BasicAuth, nil })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if (n+i)%4 == 0 {
					sim.Next(q)
				}
				_, err := r.AskBackground(ctx, mustCampaign(fmt.Sprint(i)), allowance.Polling)
				if e, ok := errors.AsType[*fault.Error](err); ok && e.Class == fault.Limit {
					nap(ctx, e.Wait) // we failed, and go on to say by how much
				}
			}
		})
	}
	wg.Wait()
	r.stop()
	if n := sim.Counts(); n.MaxAllIn60s > 50 || n.Requests < 30*30 {
		t.Errorf("%s: %d in 60 s, %d requests", q, n.MaxAllIn60s, n.Requests)
	}
}

// slotHold is how long a slot is taken for when no response ever comes.
const slotHold = 75*time.Second + 100*time.Millisecond

// wallLedger counts by a wall clock that can be stepped, as a store does.
type wallLedger struct {
	*allowance.MemoryLedger // for what counts nothing
	mu                      sync.Mutex
	free                    [50]time.Time
	holder                  [50]string
	ahead                   atomic.Int64
}

func (l *wallLedger) now() time.Time { return time.Now().Add(time.Duration(l.ahead.Load())) }

func (l *wallLedger) Take(_ context.Context, holder string, _ bool, spare int, hold time.Duration) (int, time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, best, free := l.now(), -1, 0
	for i, at := range l.free {
		if !at.After(now) {
			best, free = i, free+1
		}
	}
	if free <= spare {
		return -1, 100 * time.Millisecond, nil
	}
	l.free[best], l.holder[best] = now.Add(hold), holder
	return best, 0, nil
}

func (l *wallLedger) Settle(_ context.Context, slot int, holder string, rest time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder[slot] == holder {
		l.free[slot], l.holder[slot] = l.now().Add(rest), ""
	}
	return nil
}

func (l *wallLedger) HoldAll(_ context.Context, d time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, at := range l.free {
		if until := l.now().Add(d); until.After(at) {
			l.free[i] = until
		}
		l.holder[i] = ""
	}
	return nil
}

func (l *wallLedger) Used(context.Context) (used, total int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, at := range l.free {
		if at.After(l.now()) {
			used++
		}
	}
	return used, len(l.free), nil
}

// The clock is set forward by half a minute again and again: slots would be free too soon.
func TestClockStepHoldsEverythingForAMinute(t *testing.T) {
	for _, noticed := range []bool{true, false} { // the second shows that the first shows something
		synctest.Test(t, func(t *testing.T) {
			ledger := &wallLedger{MemoryLedger: allowance.NewMemoryLedger(50, 0)}
			r := newRig(t, newSim(nil), func(c *ozonetel.Config) {
				c.Ledger, c.Log = ledger, nil
				if noticed {
					c.SetDrift(func() time.Duration { return time.Duration(ledger.ahead.Load()) })
				}
			})
			r.sim.Set(quirk.Hang)
			r.sim.Clear()
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
			defer cancel()
			var wg sync.WaitGroup
			for i := range 60 {
				wg.Go(func() { poll(ctx, r, i) })
			}
			for n := range 10 {
				time.Sleep(150*time.Second + time.Duration(n)*777*time.Millisecond)
				ledger.ahead.Add(int64(30 * time.Second))
				if n == 5 {
					time.Sleep(10 * time.Second)
					if s := r.Status(); noticed && (s.Why != allowance.WhyHeld || s.Held != 0) {
						t.Errorf("status %+v", s)
					}
				}
			}
			wg.Wait()
			n := r.sim.Counts()
			r.stop()
			if over := n.MaxAllIn60s > 50 || n.Refused > 0; over == noticed {
				t.Errorf("steps noticed %v: %d in 60 s, %d refused", noticed, n.MaxAllIn60s, n.Refused)
			}
			if noticed && n.Requests < 800 {
				t.Errorf("%d requests", n.Requests)
			}
		})
	}
}

var errAway = errors.New("store is away")

// shaky is a shared store that can be away.
type shaky struct {
	allowance.Ledger
	token.Row
	away atomic.Bool
}

func (s *shaky) err() error {
	if s.away.Load() {
		return errAway
	}
	return nil
}

func (s *shaky) Take(ctx context.Context, holder string, early bool, spare int, hold time.Duration) (int, time.Duration, error) {
	if err := s.err(); err != nil {
		return -1, 0, err
	}
	return s.Ledger.Take(ctx, holder, early, spare, hold)
}

func (s *shaky) Settle(ctx context.Context, slot int, holder string, rest time.Duration) error {
	if err := s.err(); err != nil {
		return err
	}
	return s.Ledger.Settle(ctx, slot, holder, rest)
}

func (s *shaky) HoldAll(ctx context.Context, d time.Duration) error {
	if err := s.err(); err != nil {
		return err
	}
	return s.Ledger.HoldAll(ctx, d)
}

func (s *shaky) Used(ctx context.Context) (used, total int, err error) {
	if err := s.err(); err != nil {
		return 0, 0, err
	}
	return s.Ledger.Used(ctx)
}

func (s *shaky) Ping(context.Context) error { return s.err() }

func (s *shaky) LoadToken(ctx context.Context, account string) (gen int64, sealed []byte, expires time.Time, issued []time.Time, err error) {
	if err := s.err(); err != nil {
		return 0, nil, time.Time{}, nil, err
	}
	return s.Row.LoadToken(ctx, account)
}

func (s *shaky) LeaseToken(ctx context.Context, account, holder string, gen int64, most int, lasts time.Duration) (bool, time.Duration, error) {
	if err := s.err(); err != nil {
		return false, 0, err
	}
	return s.Row.LeaseToken(ctx, account, holder, gen, most, lasts)
}

func (s *shaky) StoreToken(ctx context.Context, account, holder string, gen int64, sealed []byte, expires time.Time) (bool, error) {
	if err := s.err(); err != nil {
		return false, err
	}
	return s.Row.StoreToken(ctx, account, holder, gen, sealed, expires)
}
