package ozonetel_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
)

// Both wait for a slot; when the second gets one, the first has its reading already.
func TestReadingThatCameWhileWaitingIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := newSim(func(c *ozonesim.Config) { c.Auth = ozonesim.BasicAuth })
		ledger := &oneByOne{MemoryLedger: ozonetel.NewMemoryLedger(50, 0), begin: time.Now().Add(time.Second)}
		leases, kept := new(ozonetel.MemoryLeases), new(readings)
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
