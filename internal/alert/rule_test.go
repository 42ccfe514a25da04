package alert_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

func TestDefaults(t *testing.T) {
	r := newRule(t, alert.KindAbove, m, 5*m)
	want := alert.Rule{
		Kind: alert.KindAbove, High: 5 * m, ClearHigh: 4*m + 30*time.Second, For: 15 * m, ClearFor: 15 * m, Readings: 3,
		Guard: true, WarmUp: time.Hour, Remind: 2 * time.Hour, Reminders: 3, Interval: 5 * m,
	}
	if r != want {
		t.Errorf("above 5m is %+v, want %+v", r, want)
	}
	for _, c := range []struct {
		kind                           alert.Kind
		low, high, clearLow, clearHigh int // seconds
	}{
		{alert.KindAbove, 0, 27, 0, 22},
		{alert.KindAbove, 0, 6, 0, 3},
		{alert.KindAbove, 0, 1, 0, 1},
		{alert.KindAbove, 0, 187, 0, 168},
		{alert.KindBelow, 120, 0, 132, 0},
		{alert.KindBelow, 20, 0, 25, 0},
		{alert.KindOutside, 120, 300, 132, 270},
		{alert.KindOutside, 240, 260, 245, 255},
		{alert.KindNoCalls, 120, 300, 0, 0},
	} {
		r := newRule(t, c.kind, seconds(c.low), seconds(c.high))
		if r.ClearLow != seconds(c.clearLow) || r.ClearHigh != seconds(c.clearHigh) {
			t.Errorf("%v %d..%d clears at %v..%v, want %d..%d s", c.kind, c.low, c.high, r.ClearLow, r.ClearHigh, c.clearLow, c.clearHigh)
		}
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

func TestARuleWithoutSenseIsRefused(t *testing.T) {
	good := newRule(t, alert.KindOutside, 2*m, 5*m)
	for _, c := range []struct {
		want error
		with func(r *alert.Rule)
	}{
		{alert.ErrKind, func(r *alert.Rule) { r.Kind = 0 }},
		{alert.ErrLines, func(r *alert.Rule) { r.Low = 5 * m }},
		{alert.ErrLines, func(r *alert.Rule) { r.High = 0 }},
		{alert.ErrClear, func(r *alert.Rule) { r.ClearHigh = 6 * m }},
		{alert.ErrClear, func(r *alert.Rule) { r.ClearLow = m }},
		{alert.ErrClear, func(r *alert.Rule) { r.ClearLow, r.ClearHigh = 4*m, 3*m }},
		{alert.ErrPatience, func(r *alert.Rule) { r.For = -m }},
		{alert.ErrReadings, func(r *alert.Rule) { r.Readings = 1 }},
		{alert.ErrReadings, func(r *alert.Rule) { r.Readings = 25 }},
		{alert.ErrInterval, func(r *alert.Rule) { r.Interval = 0 }},
		{alert.ErrHours, func(r *alert.Rule) { r.Active = alert.Hours{Days: 1, From: -m, Zone: ist} }},
		{alert.ErrHours, func(r *alert.Rule) { r.Active = alert.Hours{Days: 1, From: 24 * time.Hour, Zone: ist} }},
		{alert.ErrHours, func(r *alert.Rule) { r.Active = alert.Hours{From: time.Hour, Zone: ist} }},
	} {
		r := good
		if c.with(&r); !errors.Is(r.Check(), c.want) {
			t.Errorf("%+v: %v, want %v", r, r.Check(), c.want)
		}
	}
	if _, err := alert.NewRule(alert.KindAbove, 0, 0, 5*m); !errors.Is(err, alert.ErrLines) {
		t.Errorf("above nothing: %v", err)
	}
}

func TestEveryRuleOfDefaultsIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := time.Duration(rapid.IntRange(1, 7200).Draw(t, "low")) * time.Second
		high := low + time.Duration(rapid.IntRange(1, 7200).Draw(t, "range"))*time.Second
		for kind := alert.KindAbove; kind <= alert.KindNoCalls; kind++ {
			if r, err := alert.NewRule(kind, low, high, m); err != nil {
				t.Fatalf("%v %v..%v: %v, %+v", kind, low, high, err, r)
			}
		}
	})
}

func TestWordsAreReadBack(t *testing.T) {
	for k := alert.KindAbove; k <= alert.KindNoCalls; k++ {
		var back alert.Kind
		if b, _ := json.Marshal(k); json.Unmarshal(b, &back) != nil || back != k {
			t.Errorf("%v reads back as %v", k, back)
		}
	}
	for p := alert.PhaseOK; p <= alert.PhaseStale; p++ {
		var back alert.Phase
		if b, _ := json.Marshal(p); json.Unmarshal(b, &back) != nil || back != p {
			t.Errorf("%v reads back as %v", p, back)
		}
	}
	var k alert.Kind
	if k.UnmarshalText([]byte("sideways")) == nil || alert.Kind(99).String() != "none" {
		t.Error("a word that is none was read")
	}
}

func TestPreviewSaysWhenTheRuleWouldHaveFired(t *testing.T) {
	r := newRule(t, alert.KindAbove, 0, 5*m)
	r.Active = alert.Hours{Days: 1<<7 - 1, From: 9 * time.Hour, To: 18 * time.Hour, Zone: ist}
	r.WarmUp = 0
	var readings []aht.Reading
	at := nine
	add := func(means ...time.Duration) {
		for _, mean := range means {
			readings = append(readings, aht.Reading{Mean: mean, At: at})
			at = at.Add(5 * m)
		}
	}
	add(4*m, 6*m, 7*m, 8*m, 7*m, 9*m)                // crossed at 9:05, fired at 9:20
	add(4*m, 3*m, 4*m, 3*m, 4*m)                     // cleared at 9:45
	add(6*m, 7*m, 6*m, 7*m, 0)                       // crossed at 9:55, ended by no calls at 10:15
	at = nine.Add(10 * time.Hour)                    // 19:00, after hours
	add(4*m, 6*m, 7*m, 6*m, 9*m, 7*m, 6*m, 8*m, 6*m) // a long gap, and 30 minutes of warm-up is off
	got := alert.Preview(r, readings, 0, nil)
	if len(got) != 2 {
		t.Fatalf("%d episodes: %+v", len(got), got)
	}
	first := alert.Episode{
		CrossedAt: nine.Add(5 * m).UTC(), FiredAt: nine.Add(20 * m).UTC(), ToldAt: nine.Add(20 * m).UTC(), Reopens: 1,
		Peak: 9 * m, EndedAt: nine.Add(75 * m).UTC(), Ended: alert.NoCalls,
	}
	if got[0] != first {
		t.Errorf("the first is %+v, want %+v", got[0], first)
	}
	if e := got[1]; !e.ToldAt.IsZero() || !e.EndedAt.IsZero() || e.Peak != 9*m {
		t.Errorf("the second, after hours and still standing, is %+v", e)
	}
	never := alert.Preview(r, readings, 0, func(time.Time) (aht.Band, bool) {
		return aht.Band{Low: m, High: 10 * m, Median: 5 * m, Spread: m, Readings: 20}, true
	})
	if len(never) != 0 {
		t.Errorf("within what is usual it fires: %+v", never)
	}
}

func TestEarliestClear(t *testing.T) {
	r, s, next := firing(t) // the last reading, 5 minutes before next, is 7 minutes; the clear line is 4m 30s
	last := next.Add(-5 * m)
	with := func(median time.Duration) alert.State {
		u := s
		u.Usual = aht.Band{Low: m, High: 6 * m, Median: median, Spread: m, Readings: 10}
		return u
	}
	_, recovering := tell(r, s, next, 4*m)
	_, silent := tell(r, s, next, 0)
	edited := r
	edited.High, edited.ClearHigh = 8*m, 7*m
	if got, ok := alert.EarliestClear(edited, s); !ok || !got.Equal(last.Add(15*m)) {
		t.Errorf("inside a line that was raised: clears at %v, %v", got, ok)
	}
	for claim, c := range map[string]struct {
		s    alert.State
		want time.Time
	}{
		"usual unknown: the trouble leaves the window whole": {s, last.Add(135 * m)},
		"half of the way to usual takes half of the window":  {with(2 * m), last.Add(75 * m)},
		"usual itself is not inside":                         {with(5 * m), time.Time{}},
		"recovering: what is left of the wait":               {recovering, next.Add(15 * m)},
		"over":                                               {silent, time.Time{}},
		"nothing yet":                                        {alert.State{}, time.Time{}},
	} {
		if got, ok := alert.EarliestClear(r, c.s); !got.Equal(c.want) || ok == c.want.IsZero() {
			t.Errorf("%s: clears at %v, %v; want %v", claim, got, ok, c.want)
		}
	}
}
