package alert_test

import (
	"math"
	"math/rand/v2"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

const (
	shift       = 10.0              // hours
	normal      = 150.0             // seconds of mean handle time
	line        = 180 * time.Second // mean + 20 %
	perHour     = 12                // readings
	early, late = 1, 3              // hours polled before and after the shift
	learnedDays = 20
)

// sigma gives log-normal times a coefficient of variation of 1.
var sigma = math.Sqrt(math.Ln2)

// A course says by what factors the rate of calls and their mean length differ from
// normal at an hour of the shift.
type course func(hour float64) (rate, length float64)

func flat(float64) (rate, length float64) { return 1, 1 }

// A floor is one kind of working day, simulated call by call.
type floor struct {
	name  string
	calls float64 // calls in a window at the normal rate
	days  course  // what every day is like
	today course  // what the judged days are like besides
	// from and to are the hours in which something is really wrong today; equal is never.
	from, to float64
	kind     alert.Kind
}

// floors are the rows of the tables in docs/alerts.md.
func floors() []floor {
	start := func(h float64) (float64, float64) { return pick(h < 1, .25, 1), pick(h < 1, 1.3, 1) }
	drift := func(h float64) (float64, float64) { return 1, 1 + .15*h/shift }
	flaps := func(h float64) (float64, float64) { return 1, pick(int(h)%2 == 1, 1.4, 1) }
	step := func(h float64) (float64, float64) { return 1, pick(h >= 4 && h < 7, 1.6, 1) }
	stop := func(h float64) (float64, float64) { return pick(h >= 4 && h < 7, 0, 1), 1 }
	return []floor{
		{"small: 6 calls a window", 6, flat, flat, 0, 0, alert.KindAbove},
		{"small: 8 calls a window", 8, flat, flat, 0, 0, alert.KindAbove},
		{"16 calls a window", 16, flat, flat, 0, 0, alert.KindAbove},
		{"30 calls a window", 30, flat, flat, 0, 0, alert.KindAbove},
		{"medium: 60 calls a window", 60, flat, flat, 0, 0, alert.KindAbove},
		{"large: 300 calls a window", 300, flat, flat, 0, 0, alert.KindAbove},
		{"shift start: in the first hour a quarter of the calls, 30 % longer", 60, start, flat, 0, 0, alert.KindAbove},
		{"slow drift: 15 % over the day, every day", 60, drift, flat, 0, 0, alert.KindAbove},
		{"dialler stop: no calls from hour 4 to 7", 60, flat, stop, 0, 0, alert.KindAbove},
		{"flapping: every other hour 40 % longer", 60, flat, flaps, 0, 0, alert.KindAbove},
		{"step, 8 calls a window", 8, flat, step, 4, 7, alert.KindAbove},
		{"step, 16 calls a window", 16, flat, step, 4, 7, alert.KindAbove},
		{"step, 30 calls a window", 30, flat, step, 4, 7, alert.KindAbove},
		{mediumStep, 60, flat, step, 4, 7, alert.KindAbove},
		{"step, large: 300 calls a window", 300, flat, step, 4, 7, alert.KindAbove},
		{"dialler stop, for a rule `no calls`", 60, flat, stop, 4, 7, alert.KindNoCalls},
	}
}

const mediumStep = "step, medium: 60 calls a window"

func pick(yes bool, a, b float64) float64 {
	if yes {
		return a
	}
	return b
}

// day returns a day's readings, every five minutes. A call counts from when it ends.
func (f floor) day(rng *rand.Rand, date time.Time, today course) []aht.Reading {
	type call struct{ end, took float64 }
	var calls []call
	for h := rng.ExpFloat64() * 2 / f.calls; h < shift; h += rng.ExpFloat64() * 2 / f.calls {
		rate, length := f.days(h)
		r, l := today(h)
		if keep, z := rng.Float64(), rng.NormFloat64(); keep < rate*r {
			calls = append(calls, call{h, normal * length * l * math.Exp(sigma*z-sigma*sigma/2)})
		}
	}
	readings := make([]aht.Reading, 0, (early+shift+late)*perHour)
	first, next, sum := 0, 0, 0.0
	for i := range cap(readings) {
		h := hour(i)
		for ; next < len(calls) && calls[next].end <= h; next++ {
			sum += calls[next].took
		}
		for ; first < next && calls[first].end <= h-aht.Window.Hours(); first++ {
			sum -= calls[first].took
		}
		m := aht.Reading{At: date.Add(9*time.Hour + time.Duration(i-early*perHour)*time.Hour/perHour)}
		if next > first {
			m.Mean = time.Duration(math.Round(sum/float64(next-first))) * time.Second
		}
		readings = append(readings, m)
	}
	return readings
}

// hour returns the hour of the shift of the i-th reading of a day.
func hour(i int) float64 { return float64(i)/perHour - early }

// A judge is told a day's readings one by one and says when an alert begins and ends.
type judge func(m aht.Reading, usual aht.Band) alert.Reason

// ours judges as the product does; without learning, no band is known yet.
func ours(r alert.Rule, learned bool) judge {
	var s alert.State
	return func(m aht.Reading, usual aht.Band) (why alert.Reason) {
		if !learned {
			usual = aht.Band{}
		}
		why, s = alert.Judge(r, s, alert.BaseValues{Usual: usual}, m)
		return why
	}
}

// naive fires once readings were past the line for long, and has the same clear line as
// ours, kept for as long. It takes no calls for a mean of zero.
func naive(r alert.Rule, long time.Duration) judge {
	var past, clear time.Time // since when; zero is not
	firing := false
	return func(m aht.Reading, _ aht.Band) alert.Reason {
		isPast, isClear := m.Mean > r.High, m.Mean <= r.ClearHigh
		if r.Kind == alert.KindNoCalls {
			isPast, isClear = m.NoCalls(), !m.NoCalls()
		}
		past, clear = begin(isPast, past, m.At), begin(isClear, clear, m.At)
		switch {
		case !firing && isPast && m.At.Sub(past) >= long:
			firing = true
			return alert.Fired
		case firing && isClear && m.At.Sub(clear) >= r.ClearFor:
			firing = false
			return alert.Cleared
		}
		return ""
	}
}

// begin returns since when something is so, at at.
func begin(so bool, since, at time.Time) time.Time {
	switch {
	case !so:
		return time.Time{}
	case since.IsZero():
		return at
	default:
		return since
	}
}
