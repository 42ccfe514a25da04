package aht_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/aht"
)

// noon is a Monday in a zone with summer time; the clocks go forward the Sunday before.
var (
	berlin, _ = time.LoadLocation("Europe/Berlin")
	noon      = time.Date(2026, time.March, 30, 12, 0, 0, 0, berlin)
)

// days returns readings every five minutes from 9:00 to 19:00 on each of the n days before
// at's. mean is asked by day, counted back from at's, and by hour of day.
func days(at time.Time, n int, mean func(back int, hour float64) time.Duration) []aht.Reading {
	var history []aht.Reading
	y, m, d := at.Date()
	for back := n; back >= 1; back-- {
		for minute := 9 * 60; minute <= 19*60; minute += 5 {
			t := time.Date(y, m, d-back, 0, minute, 0, 0, at.Location())
			history = append(history, aht.Reading{At: t, Mean: mean(back, float64(minute)/60)})
		}
	}
	return history
}

func steady(back int, _ float64) time.Duration { return time.Duration(145+back%11) * time.Second }

func TestUsualNeedsTenReadingsThatShareNoCall(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 2: 12, 9: 54, 10: 10, 20: 20, 60: 28} {
		b, ok := aht.Usual(days(noon, n, steady), noon, berlin)
		if ok != (want > 0) || b.Known() != ok || b.Readings != want {
			t.Errorf("after %d days Usual = %+v, %v; want %d readings", n, b, ok, want)
		}
	}
	dense := days(noon, 1, steady) // 121 readings of one day are six that share no call
	if b, ok := aht.Usual(dense, noon, berlin); ok {
		t.Errorf("one day's neighbouring readings were taken for independent ones: %+v", b)
	}
}

func TestUsualIsOfTheHour(t *testing.T) {
	history := days(noon, 20, func(back int, hour float64) time.Duration {
		return steady(back, hour) + time.Duration(hour-12)*20*time.Second
	})
	for hour, median := range map[int]int{10: 110, 12: 150, 15: 210, 18: 270} {
		b, ok := aht.Usual(history, time.Date(2026, time.March, 30, hour, 0, 0, 0, berlin), berlin)
		if off := b.Median.Seconds() - float64(median); !ok || math.Abs(off) > 2 {
			t.Errorf("at %d:00 the usual middle is %v, want %d s", hour, b.Median, median)
		}
	}
	night := time.Date(2026, time.March, 30, 3, 0, 0, 0, berlin)
	if b, ok := aht.Usual(history, night, berlin); !ok || b.Readings != 117 { // six a day, and three of the last 12 hours left out
		t.Errorf("an hour nobody worked has %+v, %v; want the 117 readings of the shifts", b, ok)
	}
}

func TestUsualPassesOverNoCalls(t *testing.T) {
	history := days(noon, 20, func(back int, hour float64) time.Duration {
		if back%2 == 0 {
			return 0
		}
		return steady(back, hour)
	})
	b, ok := aht.Usual(history, noon, berlin)
	if !ok || b.Readings != 10 || b.Low < 100*time.Second {
		t.Errorf("half the days without calls: %+v, %v; want a band of the ten others", b, ok)
	}
	if b, ok := aht.Usual(days(noon, 20, func(int, float64) time.Duration { return 0 }), noon, berlin); ok {
		t.Errorf("no calls at all have a usual range: %+v", b)
	}
}

func TestUsualIsNeverZeroWide(t *testing.T) {
	for mean, reach := range map[time.Duration]time.Duration{20 * time.Second: 2 * time.Second, 200 * time.Second: 9 * time.Second} {
		b, _ := aht.Usual(days(noon, 20, func(int, float64) time.Duration { return mean }), noon, berlin)
		if b.Median != mean || b.High != mean+reach || b.Low != mean-reach {
			t.Errorf("a constant %v has the band %+v, want %v either side", mean, b, reach)
		}
	}
}

func TestAFewBadDaysDoNotTeachTheBand(t *testing.T) {
	good, _ := aht.Usual(days(noon, 20, steady), noon, berlin)
	bad, _ := aht.Usual(days(noon, 20, func(back int, hour float64) time.Duration {
		if back%5 == 0 {
			return 10 * time.Minute
		}
		return steady(back, hour)
	}), noon, berlin)
	if bad.High > good.High+10*time.Second {
		t.Errorf("four days of ten minutes moved the band from %+v to %+v", good, bad)
	}
}

func TestTodayNeverTeachesTheBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := noon.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minute")) * time.Minute)
		history := days(noon, rapid.IntRange(0, 30).Draw(t, "days"), steady)
		want, wantOK := aht.Usual(history, at, berlin)
		y, m, d := at.Date()
		today := time.Date(y, m, d, 0, 0, 0, 0, berlin)
		for range rapid.IntRange(0, 50).Draw(t, "trouble") {
			today = today.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "apart")) * time.Minute)
			history = append(history, aht.Reading{At: today, Mean: time.Hour})
		}
		if got, ok := aht.Usual(history, at, berlin); got != want || ok != wantOK {
			t.Fatalf("at %v, today changed the band from %+v, %v to %+v, %v", at, want, wantOK, got, ok)
		}
	})
}

func TestANightShiftDoesNotTeachItsOwnBand(t *testing.T) {
	night := noon.Add(-12 * time.Hour) // midnight: the trouble since 20:00 is of the day before
	history := days(noon, 3, steady)
	want, _ := aht.Usual(history, night, berlin)
	for i := range 4 {
		history = append(history, aht.Reading{At: night.Add(time.Duration(i-4) * time.Hour), Mean: time.Hour})
	}
	if got, _ := aht.Usual(history, night, berlin); got != want {
		t.Errorf("the evening before midnight changed the band from %+v to %+v", want, got)
	}
}

func TestBandsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		means := rapid.SliceOfN(rapid.IntRange(0, 4000), 28, 28).Draw(t, "means")
		history := days(noon, 28, func(back int, hour float64) time.Duration {
			return time.Duration(means[back-1]*int(1+hour)/20) * time.Second
		})
		b, ok := aht.Usual(history, noon, berlin)
		if ok && (b.Low < 0 || b.Low > b.Median || b.Median > b.High || b.Spread < time.Second || b.Readings < 10) || !ok && b != (aht.Band{}) {
			t.Fatalf("band %+v, %v", b, ok)
		}
	})
}

// Twenty days around the clock, every five minutes: 5,760 readings.
func BenchmarkUsual(b *testing.B) {
	var history []aht.Reading
	for t := noon.AddDate(0, 0, -20); t.Before(noon); t = t.Add(5 * time.Minute) {
		history = append(history, aht.Reading{At: t, Mean: steady(t.Day(), 0)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := aht.Usual(history, noon, berlin); !ok {
			b.Fatal("no band")
		}
	}
}
