package ozonetel_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
	"ahtbot/ozonetel/allowance"
	"ahtbot/ozonetel/single"
)

// One makes the token, the other asks with it. When it is taken away, the one that made it
// must still know that it had worked.
func TestTokenProvedByAnotherProcessIsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Latency = 2 * time.Second })
		rigs := twins(t, sim, 2)
		maker, asker := rigs[0], rigs[1]
		if err := maker.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() { ask(t.Context(), t, asker, agent(t, "42")) })
		time.Sleep(time.Second)
		ask(t.Context(), t, maker, agent(t, "42"))
		wg.Wait()
		if n := sim.Counts(); n.Tokens != 1 || n.AHT != 1 {
			t.Errorf("counts %+v, want one token and one question", n)
		}
		sim.RevokeTokens()
		ask(t.Context(), t, maker, agent(t, "201"))
		if !maker.Status().Rival {
			t.Error("nothing is said of the rival")
		}
		for _, r := range rigs {
			r.Close()
		}
		_ = sim.Close()
	})
}

// Both wait for a slot; when the second gets one, the first has its reading already.
func TestReadingThatCameWhileWaitingIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth })
		ledger := &oneByOne{MemoryLedger: allowance.NewMemoryLedger(50, 0), begin: time.Now().Add(time.Second)}
		leases, kept := new(single.MemoryLeases), new(readings)
		var wg sync.WaitGroup
		var rigs []*rig
		for range 2 {
			r := newRig(t, sim, func(c *ozonetel.Config) {
				c.Auth, c.Ledger, c.Leases, c.Keep, c.Latest = ozonetel.BasicAuth, ledger, leases, kept.keep, kept.latest
			})
			rigs = append(rigs, r)
			wg.Go(func() { ask(t.Context(), t, r, agent(t, "42")) })
			synctest.Wait()
		}
		wg.Wait()
		synctest.Wait()
		if used, _, err := ledger.Used(t.Context()); err != nil || used != 1 || sim.Counts().AHT != 1 {
			t.Errorf("%d questions, %d slots used, %v; want one", sim.Counts().AHT, used, err)
		}
		for _, r := range rigs {
			r.Close()
		}
		_ = sim.Close()
	})
}
