package ozonetel_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/ozonetel"
)

// Another process may have the answer already and be writing it down when we look for it
// the first time.
func TestAReadingThatWasBeingWrittenDownServes(t *testing.T) {
	for _, c := range []struct {
		age    time.Duration
		seen   bool // the asker knew it and asked all the same
		always bool // … or looks at nothing it knows
		asks   int
	}{
		{asks: 0},
		{age: 1900 * time.Millisecond, asks: 0},
		{age: 2100 * time.Millisecond, asks: 1},
		{age: time.Millisecond, seen: true, asks: 1},
		{age: time.Millisecond, always: true, asks: 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			theirs := aht.Reading{Target: agent(t, "42"), Mean: 77 * time.Second, At: time.Now().Add(-c.age)}
			r := newRig(t, newSim(nil), func(cfg *ozonetel.Config) {
				cfg.Latest = func(context.Context, aht.Target) (aht.Reading, bool, error) { return theirs, true, nil }
				if !c.always {
					cfg.Known = func(aht.Target) (aht.Reading, bool) { return theirs, c.seen }
				}
			})
			defer r.stop()
			got, err := r.Ask(t.Context(), theirs.Target)
			if n := r.sim.Counts().AHT; err != nil || n != c.asks || (got == theirs) != (c.asks == 0) {
				t.Errorf("%+v: %v, %v, and %d requests", c, got, err, n)
			}
		})
	}
}
