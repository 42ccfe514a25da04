package bot

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheFirstFailureIsRetriedAtOnceAndTheNextOnesAreSpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f backoff
		fail := func() time.Duration {
			wait := f.failed(0)
			if wait > 0 {
				time.Sleep(wait)
			}
			return wait
		}
		if w := fail(); w != 0 {
			t.Errorf("the first waits %v", w)
		}
		for _, seconds := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
			least := time.Duration(seconds) * time.Second
			if w := fail(); w < least || w > least*6/5 {
				t.Errorf("waits %v, want %v and up to a fifth more", w, least)
			}
		}
		time.Sleep(2 * time.Minute)
		if w := fail(); w != 0 {
			t.Errorf("when nothing failed for two minutes: %v", w)
		}
		if w := f.failed(crowdWait); w < crowdWait {
			t.Errorf("waits %v, asked for %v", w, crowdWait)
		}
	})
}
