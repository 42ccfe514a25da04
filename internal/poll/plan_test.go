package poll_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/aht"
	"ahtbot/internal/poll"
)

const m = time.Minute

func campaigns(tb interface{ Fatal(...any) }, n int) (all []aht.Target) {
	for i := range n {
		t, err := aht.NewTarget(aht.KindCampaign, fmt.Sprintf("Campaign %d", i))
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, t)
	}
	return all
}

func TestAPlanIsAsAskedWhileThereIsRoomAndThenAsFastAsTheRoomAllows(t *testing.T) {
	for _, c := range []struct {
		asked            time.Duration
		targets, perMin  int
		interval         time.Duration
		most             int
		tooMany          bool
		requestsAtInMost float64
	}{
		{5 * m, 0, 50, 5 * m, 525, false, 0},
		{5 * m, 1, 50, 5 * m, 525, false, 0.2},
		{5 * m, 175, 50, 5 * m, 525, false, 35},
		{5 * m, 176, 50, 302 * time.Second, 525, false, 35},
		{5 * m, 525, 50, 15 * m, 525, false, 35},
		{5 * m, 526, 50, 902 * time.Second, 525, true, 35},
		{time.Second, 1, 60, 2 * time.Second, 630, false, 42},
		{time.Second, 1, 6000, time.Second, 63000, false, 4200},
		{5 * m, 10, 1, 10 * m, 15, false, 1},
		{20 * m, 10, 50, 20 * m, 525, false, 35},
		{0, 0, 0, time.Second, 15, false, 1},
	} {
		p := poll.NewPlan(c.asked, c.targets, poll.Capacity(c.perMin))
		perMinute := float64(p.Targets) / p.Interval.Minutes()
		if p.Interval != c.interval || p.MaxTargets != c.most || p.TooMany() != c.tooMany || perMinute > c.requestsAtInMost {
			t.Errorf("%v, %d targets of %d a minute: %+v, too many %v, %.2f a minute", c.asked, c.targets, c.perMin, p, p.TooMany(), perMinute)
		}
	}
}

func TestTurnsLieEvenlyApartAndANewTargetMovesTheOthersLittle(t *testing.T) {
	all := campaigns(t, 61)
	before, after := poll.Phases(all[:60], 5*m), poll.Phases(all, 5*m)
	var at []time.Duration
	for target, phase := range before {
		at = append(at, phase)
		if moved := after[target] - phase; moved < -5*time.Second || moved > 5*time.Second {
			t.Errorf("a new target moved another by %v", moved)
		}
	}
	slices.Sort(at)
	for i, phase := range at {
		if phase != time.Duration(i)*5*time.Second {
			t.Fatalf("turn %d is at %v", i, phase)
		}
	}
	slices.Reverse(all)
	for target, phase := range poll.Phases(all, 5*m) {
		if after[target] != phase {
			t.Fatal("turns depend on the order in which targets come")
		}
	}
}

func TestATurnIsAtItsPhaseAndMoreThanHalfAnIntervalAndAtMostOneAndAHalfAfterTheLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		interval := time.Duration(rapid.Int64Range(1, 1000).Draw(t, "interval")) * time.Second
		phase := time.Duration(rapid.Int64Range(0, int64(interval)-1).Draw(t, "phase"))
		last := time.Unix(0, rapid.Int64Range(1, 1<<61).Draw(t, "last"))
		due := poll.Due(last, time.Time{}, phase, interval)
		if wait := due.Sub(last); wait <= interval/2 || wait > interval*3/2 {
			t.Errorf("%v after the last", wait)
		}
		if time.Duration(due.UnixNano())%interval != phase {
			t.Errorf("due at %v of %v, not at %v", time.Duration(due.UnixNano())%interval, interval, phase)
		}
		first := poll.Due(time.Time{}, last, phase, interval)
		if wait := first.Sub(last); wait < 0 || wait >= interval || time.Duration(first.UnixNano())%interval != phase {
			t.Errorf("the first is %v after it came", wait)
		}
	})
}

func TestTheIntervalReachedIsTheMeanBetweenReadingsOfOneTarget(t *testing.T) {
	all, noon := campaigns(t, 3), time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	var readings []aht.Reading
	for i, of := range []int{0, 1, 0, 2, 1, 0} {
		readings = append(readings, aht.Reading{Target: all[of], At: noon.Add(time.Duration(i) * m)})
	}
	if got := poll.MeasuredInterval(readings); got != 160*time.Second { // 2, 3 and 3 minutes
		t.Errorf("reached %v", got)
	}
	if got := poll.MeasuredInterval(readings[:2]); got != 0 {
		t.Errorf("reached %v with one reading each", got)
	}
}
