package webapi

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestNoMinuteHasMoreCallsThanSlackTakes calls each method of views as often as its pace lets, after a rest and without one.
func TestNoMinuteHasMoreCallsThanSlackTakes(t *testing.T) {
	for _, method := range []string{MethodOpenView, MethodUpdateView, MethodPublishView} {
		synctest.Test(t, func(t *testing.T) {
			p := newPace()
			var at []time.Time
			for i := range 500 {
				if i == 250 {
					time.Sleep(10 * time.Minute)
				}
				if err := p.methods[method].Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
				at = append(at, time.Now())
				if first := i - tierFour; first >= 0 && at[i].Sub(at[first]) < time.Minute {
					t.Fatalf("%s: %d calls within %v", method, tierFour+1, at[i].Sub(at[first]))
				}
			}
			if took := at[249].Sub(at[0]); took > 5*time.Minute {
				t.Errorf("%s: 250 calls took %v", method, took)
			}
		})
	}
}
