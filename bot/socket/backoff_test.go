package socket

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheFirstFailureIsRetriedAtOnceAndTheNextOnesAreSpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f backoff
		if w := f.failed(0); w != 0 {
			t.Errorf("the first waits %v", w)
		}
		for _, seconds := range []int{1, 2, 4, 8, 15, 15} {
			least := time.Duration(seconds) * time.Second
			w := f.failed(0)
			if again := f.failed(0); again != w {
				t.Errorf("of two at once one waits %v, the other %v", w, again)
			}
			time.Sleep(w)
			if w < least || w > least*6/5 {
				t.Errorf("waits %v, want %v and up to a fifth more", w, least)
			}
		}
		time.Sleep(2 * time.Minute)
		if w := f.failed(0); w != 0 {
			t.Errorf("when nothing failed for two minutes: %v", w)
		}
		if w := f.failed(tooManyWait); w < tooManyWait {
			t.Errorf("waits %v, asked for %v", w, tooManyWait)
		}
	})
}
