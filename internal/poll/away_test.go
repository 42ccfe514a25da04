package poll_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/poll"
)

// While nobody can have the lease, the process that had it reads on, and the others do not
// begin to.
func TestTheProcessThatPolledGoesOnWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errAway := errors.New("away")
		f := newFloor(t, 10)
		asked := map[string]int{}
		var away bool
		start := func(holder string) (stop func()) {
			l := poll.New(poll.Config{
				Interval: 5 * m, Capacity: func() int { return 35 }, Targets: f.targets, LastRead: f.newest,
				Read: func(ctx context.Context, t aht.Target) error {
					err := f.read(ctx, t)
					f.mu.Lock()
					defer f.mu.Unlock()
					asked[holder]++
					return err
				},
				Claim: func(ctx context.Context, key, holder string, d time.Duration) (bool, time.Duration, error) {
					f.mu.Lock()
					defer f.mu.Unlock()
					if away {
						return false, 0, errAway
					}
					return f.lease.Claim(ctx, key, holder, d)
				},
				Unclaim: f.lease.Unclaim, Holder: holder, Unknown: func(context.Context, aht.Target) {},
				Log:  slog.New(slog.DiscardHandler),
				Away: func(err error) bool { return errors.Is(err, errAway) },
			})
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); l.Run(ctx) }()
			return func() { cancel(); <-done }
		}
		set := func(to bool) {
			f.mu.Lock()
			defer f.mu.Unlock()
			away = to
		}
		stopA := start("a")
		time.Sleep(time.Minute)
		stopB := start("b")
		time.Sleep(20 * m)
		set(true)
		before := f.count(f.watched[0])
		time.Sleep(time.Hour)
		if n := f.count(f.watched[0]) - before; n < 11 || n > 13 {
			t.Errorf("read %d times in an hour without a store", n)
		}
		f.mu.Lock()
		if asked["a"] == 0 || asked["b"] != 0 {
			t.Errorf("asked %v, want a alone", asked) // whoever comes first may have it afterwards
		}
		f.mu.Unlock()
		set(false)
		time.Sleep(20 * m)
		stopA()
		stopB()
	})
}
