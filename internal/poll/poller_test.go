package poll_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/poll"
	"ahtbot/ozonetel/single"
)

// floor is an account and who has read what of it.
type floor struct {
	mu       sync.Mutex
	watched  []aht.Target
	readings map[aht.Target][]time.Time
	slow     time.Duration // an answer takes
	fault    error
	asked    int                // questions in all
	unknown  map[aht.Target]int // how often each was said to be unknown
	lease    single.MemoryLeases
}

func (f *floor) read(ctx context.Context, t aht.Target) error {
	if slow := f.delay(); slow > 0 {
		select {
		case <-time.After(slow):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if f.fault == nil {
		f.readings[t] = append(f.readings[t], time.Now())
	}
	return f.fault
}

func (f *floor) newest(_ context.Context, t aht.Target) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if all := f.readings[t]; len(all) > 0 {
		return all[len(all)-1]
	}
	return time.Time{}
}

func (f *floor) targets(context.Context) ([]aht.Target, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.watched), nil
}

func (f *floor) count(t aht.Target) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.readings[t])
}

// loop starts a loop as a process called holder and returns how to stop it.
func (f *floor) loop(t *testing.T, holder string, asked time.Duration, room int) (*poll.Poller, context.CancelFunc) {
	t.Helper()
	l := poll.New(poll.Config{
		Interval: asked, Capacity: func() int { return room }, Targets: f.targets, LastRead: f.newest, Read: f.read,
		Claim: f.lease.Claim, Unclaim: f.lease.Unclaim, Holder: holder,
		Away: func(error) bool { return false }, Log: slog.New(slog.DiscardHandler),
		Unknown: func(_ context.Context, t aht.Target) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.unknown[t]++
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); l.Run(ctx) }()
	return l, func() { cancel(); <-done }
}

func newFloor(t *testing.T, n int) *floor {
	t.Helper()
	return &floor{watched: campaigns(t, n), readings: map[aht.Target][]time.Time{}, unknown: map[aht.Target]int{}, slow: 300 * time.Millisecond}
}

func TestEveryTargetIsReadOnceAnIntervalEvenlySpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 60)
		l, stop := f.loop(t, "a", 5*m, 35)
		time.Sleep(time.Hour)
		stop()
		perMinute := map[time.Time]int{}
		for _, target := range f.watched {
			all := f.readings[target]
			if len(all) < 11 || len(all) > 13 {
				t.Errorf("%v was read %d times in an hour", target, len(all))
			}
			for i, at := range all {
				perMinute[at.Truncate(m)]++
				if i > 0 && at.Sub(all[i-1]).Round(time.Second) != 5*m {
					t.Errorf("%v was read %v after the last", target, at.Sub(all[i-1]))
				}
			}
		}
		for minute, n := range perMinute {
			if n > 13 {
				t.Errorf("%d readings in the minute of %v, want about 12", n, minute)
			}
		}
		if p := l.Plan(); p.Targets != 60 || p.Interval != 5*m {
			t.Errorf("plan %+v", p)
		}
	})
}

func TestAReadingOfSomebodyElseServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 1)
		asks := func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.readings[f.watched[0]] = append(f.readings[f.watched[0]], time.Now())
		}
		asks() // ahead of the loop, which would have the first reading else
		_, stop := f.loop(t, "a", 5*m, 35)
		for range 59 { // a person asks every minute
			time.Sleep(m)
			asks()
		}
		stop()
		if n := f.count(f.watched[0]); n != 60 {
			t.Errorf("%d readings, want the person's 60 and no other", n)
		}
	})
}

func TestASecondTrialReadsEachSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 1)
		_, stop := f.loop(t, "a", time.Second, 3000)
		time.Sleep(m)
		stop()
		if n := f.count(f.watched[0]); n < 58 || n > 61 {
			t.Errorf("%d readings in a minute", n)
		}
	})
}

func TestOneProcessPollsAndAnotherTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 10)
		_, stopA := f.loop(t, "a", m, 35)
		time.Sleep(time.Second)
		b, stopB := f.loop(t, "b", m, 35)
		time.Sleep(10*m - time.Second)
		if n := f.count(f.watched[3]); n < 9 || n > 11 {
			t.Errorf("%d readings in ten minutes with two processes", n)
		}
		if b.Plan().Targets != 10 {
			t.Errorf("the other does not know the plan: %+v", b.Plan())
		}
		stopA()
		time.Sleep(10 * m)
		stopB()
		if n := f.count(f.watched[3]); n < 18 || n > 22 {
			t.Errorf("%d readings in twenty minutes, one process after the other", n)
		}
	})
}

func TestATargetThatComesIsReadWithinAnInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 5)
		gone := f.watched[4]
		l, stop := f.loop(t, "a", m, 35)
		time.Sleep(10 * m)
		was := f.count(gone)
		f.mu.Lock()
		f.watched = append(f.watched[:4:4], campaigns(t, 9)[8])
		f.mu.Unlock()
		l.Refresh(t.Context())
		if p := l.Plan(); p.Targets != 5 || !slices.Contains(f.watched, campaigns(t, 9)[8]) {
			t.Errorf("the plan does not know at once: %+v", p)
		}
		time.Sleep(90 * time.Second)
		if f.count(f.watched[4]) == 0 {
			t.Error("the new target was not read")
		}
		time.Sleep(5 * m)
		stop()
		if n := f.count(gone); n > was+1 {
			t.Errorf("a target nobody watches was read %d times more", n-was)
		}
	})
}

func TestAFailedReadingHasHadItsTurnAndIsTheTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 1)
		f.fault = errors.New("refused")
		l, stop := f.loop(t, "a", m, 35)
		time.Sleep(10 * m)
		if l.LastError() == nil {
			t.Error("no trouble")
		}
		f.mu.Lock()
		f.fault = nil
		f.mu.Unlock()
		time.Sleep(2 * m)
		if err := l.LastError(); err != nil {
			t.Errorf("trouble stays: %v", err)
		}
		stop()
	})
}

func TestATargetThatTheUpstreamDoesNotKnowIsAskedAboutOnceAnHourUntilSomebodyReadsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 1)
		target := f.watched[0]
		f.fault = fmt.Errorf("%w: its name is wrong", poll.ErrUnknown)
		l, stop := f.loop(t, "a", 5*m, 35)
		defer stop()
		asked := func() (n, unknown int) {
			f.mu.Lock()
			defer f.mu.Unlock()
			return f.asked, f.unknown[target]
		}
		time.Sleep(15*m + time.Second)
		if n, unknown := asked(); n != 3 || unknown != 1 {
			t.Errorf("in a quarter of an hour %d questions, %d times told that it is unknown", n, unknown)
		}
		time.Sleep(10 * time.Hour)
		if n, unknown := asked(); n < 3+9 || n > 3+11 || unknown != n-2 {
			t.Errorf("ten hours later %d questions, %d times told that it is unknown", n, unknown)
		}
		if err := l.LastError(); err != nil {
			t.Errorf("the account has trouble: %v", err)
		}
		f.mu.Lock()
		f.fault = nil
		f.readings[target] = append(f.readings[target], time.Now()) // a person asked
		f.mu.Unlock()
		time.Sleep(time.Hour)
		if n := f.count(target); n < 12 {
			t.Errorf("%d readings in the hour after it was known again", n)
		}
	})
}

func TestAnUpstreamThatHangsHoldsUpNobodyElseAndStoppingIsPrompt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFloor(t, 4)
		f.slow = 24 * time.Hour
		_, stop := f.loop(t, "a", m, 35)
		time.Sleep(3 * m)
		f.mu.Lock()
		f.slow = 0
		f.mu.Unlock()
		time.Sleep(3 * m)
		for _, target := range f.watched {
			if f.count(target) == 0 {
				t.Errorf("%v was not read after the upstream came back", target)
			}
		}
		began := time.Now()
		stop()
		if took := time.Since(began); took > time.Second {
			t.Errorf("stopping took %v", took)
		}
	})
}

func (f *floor) delay() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.slow
}
