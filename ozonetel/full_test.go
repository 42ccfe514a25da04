package ozonetel_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/fault"
	"ahtbot/ozonetel/token"
)

// fullLedger can be read and, while it is away, not written.
type fullLedger struct {
	shaky
	pings atomic.Int64 // that work although the next write fails
}

func (l *fullLedger) Used(ctx context.Context) (used, total int, err error) {
	return l.Ledger.Used(ctx)
}

func (l *fullLedger) LoadToken(ctx context.Context, account string) (gen int64, sealed []byte, expires time.Time, issued []time.Time, err error) {
	return l.Row.LoadToken(ctx, account)
}

func (l *fullLedger) Ping(context.Context) error {
	if l.pings.Add(-1) >= 0 {
		return nil
	}
	return l.err()
}

func fullRig(t *testing.T, perMinute int) (*rig, *fullLedger) {
	t.Helper()
	store := &fullLedger{shaky: shaky{Ledger: allowance.NewMemoryLedger(perMinute, 0), Row: new(token.MemoryRow)}}
	r := newRig(t, newSim(func(s *ozonesim.Config) { s.Latency = 300 * time.Millisecond }), func(c *ozonetel.Config) {
		c.Ledger, c.Tokens, c.PerMinute = store, store, perMinute
		c.Away = func(err error) bool { return errors.Is(err, errAway) }
	})
	return r, store
}

// For ten minutes reads go on and writes fail: a minute's silence and then a share, once,
// and everybody is answered.
func TestALedgerThatCanBeReadAndNotWrittenIsAwayOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, store := fullRig(t, 50)
		ask(t.Context(), t, r, agent(t, "42"))
		store.away.Store(true)
		began := time.Now()
		ask(t.Context(), t, r, agent(t, "201"))
		if waited := time.Since(began); waited < time.Minute || waited > 75*time.Second {
			t.Errorf("the first was answered after %v, want a little over a minute", waited)
		}
		degraded, agents := 0, r.sim.Agents()
		for i := range 60 {
			before := time.Now()
			ask(t.Context(), t, r, agent(t, agents[i%len(agents)]))
			if waited := time.Since(before); waited > 5*time.Second {
				t.Errorf("waited %v for a turn of the share", waited)
			}
			if s := r.Status(); s.Degraded && s.Why == allowance.WhyAway {
				degraded++
			}
			time.Sleep(8 * time.Second)
		}
		if degraded != 60 {
			t.Errorf("degraded %d times of 60", degraded)
		}
		store.away.Store(false)
		time.Sleep(6 * time.Second)
		if s := r.Status(); s.Degraded || s.Why != allowance.WhyBack {
			t.Errorf("status %+v, want it back and held", s)
		}
		time.Sleep(time.Minute)
		if s := r.Status(); s.Why != "" {
			t.Errorf("status %+v", s)
		}
		if gone, back := strings.Count(r.log.String(), "the ledger is away"), strings.Count(r.log.String(), "the ledger is back"); gone != 1 || back != 1 {
			t.Errorf("away %d times and back %d times, want once", gone, back)
		}
		r.stop()
	})
}

// The token ends while the row can be read and not written: a process goes on as it does
// without the row.
func TestTokensWhileTheRowCanBeReadAndNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, store := fullRig(t, 50)
		ask(t.Context(), t, r, agent(t, "42"))
		store.away.Store(true)
		for range 18 { // three hours
			time.Sleep(10 * time.Minute)
			ask(t.Context(), t, r, agent(t, "42"))
		}
		if n := r.sim.Counts(); n.Tokens < 3 || n.Tokens > 5 {
			t.Errorf("%d tokens in three hours", n.Tokens)
		}
		r.sim.RevokeTokens()
		ask(t.Context(), t, r, agent(t, "201"))
		store.away.Store(false)
		time.Sleep(2 * time.Minute)
		for range 12 {
			ask(t.Context(), t, r, agent(t, "42"))
			time.Sleep(10 * time.Minute)
		}
		if n := r.sim.Counts(); n.Tokens > 9 || n.MaxAllIn60s > 50 {
			t.Errorf("%+v", n)
		}
		r.stop()
	})
}

// One call that failed is no reason for a minute's silence when the next write works.
func TestOneLedgerCallThatFailsIsNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, store := fullRig(t, 50)
		ask(t.Context(), t, r, agent(t, "42"))
		store.pings.Store(5)
		store.away.Store(true)
		time.AfterFunc(500*time.Millisecond, func() { store.away.Store(false) })
		began := time.Now()
		ask(t.Context(), t, r, agent(t, "201"))
		if waited := time.Since(began); waited > 5*time.Second || r.Status().Degraded {
			t.Errorf("waited %v, degraded %v", waited, r.Status().Degraded)
		}
		r.stop()
	})
}

// Who would wait too long is told that it is the store.
func TestALineThatIsTooLongForTheShareNamesTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, store := fullRig(t, 4)
		ask(t.Context(), t, r, agent(t, "42"))
		store.away.Store(true)
		time.Sleep(time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		for i := range 3 {
			go func() { _, _ = r.Ask(ctx, campaign(t, fmt.Sprint(i))) }()
		}
		time.Sleep(2 * time.Second)
		for i := 3; i < 8; i++ {
			go func() { _, _ = r.Ask(ctx, campaign(t, fmt.Sprint(i))) }()
		}
		time.Sleep(2 * time.Second)
		e := failure(t, second(r.Ask(t.Context(), campaign(t, "one too many"))), fault.Limit, fault.StoreAway)
		if !errors.Is(e, errAway) || e.Wait < 2*time.Minute {
			t.Errorf("error %v, wait %v", e, e.Wait)
		}
		cancel()
		r.stop()
	})
}
