package floor

import (
	"testing"
	"time"
)

// work is the campaign whose pace these tests change.
const work = 2

// calls of the campaign on a day, by agent and start.
func callsOf(f *Floor, day int64) map[[2]int64]Call {
	all := map[[2]int64]Call{}
	for i := range f.Agents {
		for _, c := range f.Calls(day, i) {
			if c.Campaign == work {
				all[[2]int64{int64(i), c.Start}] = c
			}
		}
	}
	return all
}

// Whatever is done to the pace, what was finished before stays, and no agent has two calls at once.
func TestNoPaceChangesWhatIsFinished(t *testing.T) {
	f := New(1)
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, IST)
	day := DayOf(noon.Unix())
	for i, p := range []Pace{{Factor: 5}, {Factor: 0.25}, {Idle: true}, {}, {Factor: 2, Idle: true}, {Factor: 1.5}} {
		at := noon.Add(time.Duration(i) * 17 * time.Minute)
		before := callsOf(f, day)
		f.SetPace(work, at, p)
		after := callsOf(f, day)
		for k, c := range before {
			if c.Done() <= at.Unix() && after[k] != c {
				t.Errorf("%+v at %v: %+v became %+v", p, at, c, after[k])
			}
		}
		for agent := range f.Agents {
			free := int64(0)
			for _, c := range f.Calls(day, agent) {
				if c.Start < free || c.Talk < 0 || c.Wrap < 0 || c.Hold > c.Talk || c.Done() >= Midnight(day+1) {
					t.Errorf("%+v at %v: %+v of an agent who is free at %d", p, at, c, free)
				}
				free = c.Done()
			}
		}
	}
}

// A call under way when the pace changes goes on at the new one.
func TestACallUnderWayGoesOnAtTheNewPace(t *testing.T) {
	f := New(1)
	f.SetPace(work, time.Unix(1000, 0), Pace{Factor: 4})
	f.SetPace(work, time.Unix(1200, 0), Pace{Factor: 0.5})
	for _, tt := range []struct{ from, usually, want int64 }{
		{0, 100, 100},
		{900, 100, 100},            // it ends as the pace changes
		{900, 110, 140},            // 100 as usual, and 10 at four times as long
		{1000, 50, 200},            // four times as long, to the second
		{1000, 60, 205},            // 50 at four times, and 10 at half
		{1300, 100, 50},            // half as long
		{900, 170, 100 + 200 + 10}, // through both: 100, 50 and 20
	} {
		if got := f.stretched(work, tt.from, tt.usually); got != tt.want {
			t.Errorf("%d s from %d take %d s, want %d", tt.usually, tt.from, got, tt.want)
		}
	}
	if got := f.stretched(work+1, 900, 500); got != 500 {
		t.Errorf("on another campaign 500 s take %d s", got)
	}
	if got := f.PaceOf(work, time.Unix(1199, 0)); got != (Pace{Factor: 4}) {
		t.Errorf("the pace is %+v", got)
	}
}
