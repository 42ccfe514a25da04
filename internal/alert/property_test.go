package alert_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// A beat is one reading of a drawn story and the band it is judged with.
type beat struct {
	aht.Reading
	usual aht.Band
}

// drawRule draws any valid rule of an interval of whole minutes, at least three.
func drawRule(t *rapid.T) alert.Rule {
	interval := rapid.SampledFrom([]int{3, 4, 5, 10, 15}).Draw(t, "interval")
	kind := alert.Kind(rapid.IntRange(int(alert.KindAbove), int(alert.KindNoCalls)).Draw(t, "kind"))
	low := time.Duration(rapid.IntRange(10, 250).Draw(t, "low")) * time.Second
	high := low + time.Duration(rapid.IntRange(10, 250).Draw(t, "range"))*time.Second
	r, err := alert.NewRule(kind, low, high, time.Duration(interval)*m)
	if err != nil {
		t.Fatal(err)
	}
	r.For = time.Duration(rapid.IntRange(0, 60).Draw(t, "for")) * m
	r.ClearFor = time.Duration(rapid.IntRange(0, 60).Draw(t, "clear for")) * m
	r.Readings = rapid.IntRange(2, 5).Draw(t, "readings")
	r.Guard = r.Guard && rapid.Bool().Draw(t, "guard")
	r.WarmUp = time.Duration(rapid.SampledFrom([]int{0, 30, 60}).Draw(t, "warm-up")) * m
	if rapid.Bool().Draw(t, "hours") {
		from, to := rapid.IntRange(0, 23).Draw(t, "from"), rapid.IntRange(0, 24).Draw(t, "to")
		days := rapid.Uint8Range(1, 1<<7-1).Draw(t, "days")
		r.Active = alert.Hours{Days: days, From: time.Duration(from) * time.Hour, To: time.Duration(to) * time.Hour, Zone: ist}
	}
	return r
}

// drawBeats draws readings due at whole intervals, in stretches that stay on a level, with
// silences and gaps between.
func drawBeats(t *rapid.T, r alert.Rule) []beat {
	var beats []beat
	due := 0
	for range rapid.IntRange(1, 10).Draw(t, "stretches") {
		level := rapid.SampledFrom([]int{0, 5, 60, 150, 250, 350, 510, 600}).Draw(t, "level")
		usual := aht.Band{}
		if rapid.Bool().Draw(t, "known") {
			usual = aht.Band{Low: 50 * time.Second, High: 400 * time.Second, Median: 200 * time.Second, Spread: m, Readings: 10}
		}
		for range rapid.IntRange(1, 20).Draw(t, "length") {
			mean := level
			if level > 0 {
				mean += rapid.IntRange(-4, 15).Draw(t, "swing")
			}
			at := nine.Add(time.Duration(due) * r.Interval)
			beats = append(beats, beat{aht.Reading{Mean: time.Duration(mean) * time.Second, At: at}, usual})
			due++
		}
		due += rapid.SampledFrom([]int{0, 0, 0, 1, 2, 30}).Draw(t, "missing")
	}
	return beats
}

// recount judges beats from s on.
func recount(r alert.Rule, s alert.State, beats []beat) (story []alert.Reason, _ alert.State) {
	for _, b := range beats {
		var why alert.Reason
		why, s = alert.Judge(r, s, alert.BaseValues{Usual: b.usual}, b.Reading)
		story = append(story, why)
	}
	return story, s
}

// isPast and isInside read the rule as its documentation says it.
func isPast(r alert.Rule, b beat) bool {
	above, below := b.Mean > r.High, b.Mean < r.Low && b.Mean > 0
	if r.Guard && b.usual.Known() {
		above, below = above && b.Mean > b.usual.High, below && b.Mean < b.usual.Low
	}
	switch r.Kind {
	case alert.KindAbove:
		return above
	case alert.KindBelow:
		return below
	case alert.KindOutside:
		return above || below
	case alert.KindNoCalls:
		return b.Mean == 0
	}
	return false
}

func isInside(r alert.Rule, b beat) bool {
	return b.Mean > 0 && (r.ClearHigh == 0 || b.Mean <= r.ClearHigh) && b.Mean >= r.ClearLow
}

// lasting returns how many of the newest beats satisfy ok, and how long they last in whole
// intervals, back to the newest gap.
func lasting(r alert.Rule, beats []beat, ok func(alert.Rule, beat) bool) (n int, long time.Duration) {
	last := len(beats) - 1
	for i := last; i >= 0 && ok(r, beats[i]); i-- {
		if n > 0 && beats[i+1].At.Sub(beats[i].At).Round(r.Interval) > 2*r.Interval {
			break
		}
		n, long = n+1, beats[last].At.Sub(beats[i].At).Round(r.Interval)
	}
	return n, long
}

func TestAnAlertFiresOnlyAfterItsTimeAndReadingsPastTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		beats := drawBeats(t, r)
		var s, before alert.State
		for i, b := range beats {
			var why alert.Reason
			before = s
			why, s = alert.Judge(r, s, alert.BaseValues{Usual: b.usual}, b.Reading)
			fired := why == alert.Fired || why == alert.Reopened
			if !before.Open() && s.Open() != fired {
				t.Fatalf("reading %d, %q, opens an alert", i, why)
			}
			if !fired {
				continue
			}
			if n, long := lasting(r, beats[:i+1], isPast); n < r.Readings || n < 2 || long < r.For {
				t.Fatalf("fired at reading %d after %d readings and %v past the line; the rule says %d and %v", i, n, long, r.Readings, r.For)
			}
			if from, open := r.Active.Since(b.At); !r.Active.IsZero() && open && b.At.Sub(from) < r.WarmUp-r.Interval/2 {
				t.Fatalf("fired at %v, hours began at %v", b.At, from)
			}
			near := before.Ended == alert.Cleared && s.CrossedAt.Equal(before.CrossedAt)
			if (why == alert.Reopened) != near || (why == alert.Fired) != (s.Episode == before.Episode+1) {
				t.Fatalf("%q leads from %+v to %+v", why, before, s)
			}
		}
	})
}

func TestAnEpisodeEndsInsideTheClearLineOrByNoCalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		beats := drawBeats(t, r)
		var s alert.State
		for i, b := range beats {
			var why alert.Reason
			open := s.Open()
			why, s = alert.Judge(r, s, alert.BaseValues{Usual: b.usual}, b.Reading)
			n, long := lasting(r, beats[:i+1], isInside)
			switch {
			case !open || s.Open():
			case why == alert.NoCalls && b.NoCalls() && r.Kind != alert.KindNoCalls:
			case why == alert.Cleared && r.Kind == alert.KindNoCalls && !b.NoCalls():
			case why == alert.Cleared && n >= r.Readings && long >= r.ClearFor:
			default:
				t.Fatalf("%q at reading %d ends an alert, %d readings and %v inside the clear line", why, i, n, long)
			}
			if s.Open() && n > r.Readings && long > r.ClearFor+r.Interval {
				t.Fatalf("the alert still stands at reading %d, after %d readings and %v inside the clear line", i, n, long)
			}
		}
	})
}

func TestARestartAtAnyPointTellsTheSameStory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		beats := drawBeats(t, r)
		want, end := recount(r, alert.State{}, beats)
		var s alert.State
		for i, b := range beats {
			var why alert.Reason
			why, s = alert.Judge(through(t, r), s, alert.BaseValues{Usual: b.usual}, b.Reading)
			s = through(t, s)
			if again, same := alert.Judge(r, s, alert.BaseValues{Usual: b.usual}, b.Reading); again != alert.Repeated || same != s {
				t.Fatalf("reading %d, judged twice, is %q and changes the state", i, again)
			}
			if why != want[i] {
				t.Fatalf("reading %d is %q, after a restart %q", i, want[i], why)
			}
		}
		if s != end {
			t.Fatalf("the story ends in %+v, after restarts in %+v", end, s)
		}
	})
}

// through stores v as JSON and reads it back; what is stored stays small.
func through[T any](t *rapid.T, v T) (back T) {
	b, err := json.Marshal(v)
	if err != nil || len(b) > 1200 {
		t.Fatalf("%d bytes, %v: %s", len(b), err, b)
	}
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return back
}

func TestReadingsThatComeThirtySecondsOffTellTheSameStory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		beats := drawBeats(t, r)
		want, _ := recount(r, alert.State{}, beats)
		for i := range beats {
			off := rapid.IntRange(-30_000, 30_000).Draw(t, "off")
			beats[i].At = beats[i].At.Add(time.Duration(off) * time.Millisecond)
		}
		if got, _ := recount(r, alert.State{}, beats); !slices.Equal(got, want) {
			t.Fatalf("on time:\n%q\noff:\n%q", want, got)
		}
	})
}

func TestSilenceNeitherFiresNorClears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		beats := drawBeats(t, r)
		want, _ := recount(r, alert.State{}, beats)
		var s alert.State
		for i, b := range beats {
			now := b.At.Add(-time.Second)
			open := s.Open()
			why, quiet := alert.DetectStale(r, s, now)
			if stale := !s.Last.IsZero() && now.Sub(s.Last) > 3*r.Interval+r.Interval/2; (why == alert.Stale) != stale || quiet.Open() != open {
				t.Fatalf("%v after the last reading a rule is %q, %v", now.Sub(s.Last), why, quiet.Phase)
			}
			if again, same := alert.DetectStale(r, quiet, now); again != "" || same != quiet {
				t.Fatalf("a second look at silence says %q", again)
			}
			if why, s = alert.Judge(r, quiet, alert.BaseValues{Usual: b.usual}, b.Reading); why != want[i] && (why != alert.Fresh || want[i].Transition()) {
				t.Fatalf("reading %d is %q, after silence was looked at %q", i, want[i], why)
			}
		}
	})
}
