package aht

import (
	"slices"
	"sort"
	"time"
)

const (
	usualReadings = 10               // independent readings that a Band rests on, at the least
	usualDays     = 28               // how far back Usual looks
	usualBlock    = 70 * time.Minute // how far from the hour of day asked about a reading may lie
	usualWidth    = 2.3              // spreads from the median to the ends; docs/alerts.md has the simulation behind it
	madToSigma    = 1.4826           // makes a median absolute deviation of normal readings their standard deviation
	// A band has a least spread: readings are whole seconds, and a campaign that has been still
	// so far must not call its next second unusual.
	usualSpread = time.Second
	usualShare  = 0.02 // of the median
)

// Band is the usual range of one target at one hour of the day. The zero Band is none
// known.
type Band struct {
	// Low and High end the range: the median less, and plus, 2.3 spreads, in whole seconds and
	// never negative. A reading or two in a hundred of an unchanged target lie outside. People
	// are shown this range, and an alert with the guard fires beyond it only.
	Low  time.Duration `json:"low"`
	High time.Duration `json:"high"`
	// Median is the middle of the readings, and Spread their scaled median absolute deviation:
	// the standard deviation of normal readings without outliers.
	Median time.Duration `json:"median"`
	Spread time.Duration `json:"spread"`
	// Readings is how many independent readings the band rests on; zero means there is none.
	Readings int `json:"readings"`
}

// Known reports whether there is a band at all.
func (b Band) Known() bool { return b.Readings > 0 }

// Usual returns the usual range of the target of history, which must be oldest first and of
// one target, at the hour of day that at has in zone. Only readings with calls of earlier
// days, 12 hours to four weeks before at, count: today's trouble must not teach the band.
//
// The median is of one reading of each day, the one nearest to the hour and at most 70
// minutes from it. The spread is of those and, when ten days have them, of the readings two
// hours before and after, each hour about its own median: three times as many steady it.
// Where fewer than ten days have the hour, all hours of the earlier days count instead, two
// hours apart. With fewer than ten of those either there is no band.
func Usual(history []Reading, at time.Time, zone *time.Location) (Band, bool) {
	at = at.In(zone)
	y, m, d := at.Date()
	end := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if early := at.Add(-12 * time.Hour); early.Before(end) {
		end = early
	}
	first := since(history, time.Date(y, m, d-usualDays, 0, 0, 0, 0, zone))
	history = history[first:max(first, since(history, end))]
	before, hour, after := atHour(history, at)
	if len(hour) < usualReadings {
		if hour = apart(history); len(hour) < usualReadings {
			return Band{}, false
		}
	}
	centre := median(hour)
	off := deviations(nil, hour)
	if len(before) >= usualReadings && len(after) >= usualReadings {
		off = deviations(deviations(off, before), after)
	}
	return bandOf(centre, median(off), len(hour)), true
}

// UsualInHour returns what is usual in the hour that at is in: the range of its middle, by the readings before it. past returns the
// readings from one time to another, oldest first.
func UsualInHour(at time.Time, zone *time.Location, past func(from, to time.Time) ([]Reading, error)) (Band, error) {
	hour := HourOf(at, zone)
	history, err := past(hour.AddDate(0, 0, -usualDays-1), hour)
	if err != nil {
		return Band{}, err
	}
	band, _ := Usual(history, hour.Add(time.Hour/2), zone)
	return band, nil
}

// HourOf returns when the hour began that at is in, in zone.
func HourOf(at time.Time, zone *time.Location) time.Time {
	at = at.In(zone)
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), 0, 0, 0, zone)
}

// bandOf makes the band of n readings around centre from their median absolute deviation.
func bandOf(centre, off time.Duration, n int) Band {
	spread := max(time.Duration(madToSigma*float64(off)), time.Duration(usualShare*float64(centre)), usualSpread)
	reach := time.Duration(usualWidth * float64(spread))
	return Band{
		Low:      max(0, centre-reach).Round(time.Second),
		High:     (centre + reach).Round(time.Second),
		Median:   centre,
		Spread:   spread,
		Readings: n,
	}
}

// since returns the index of the first reading at or after t.
func since(history []Reading, t time.Time) int {
	return sort.Search(len(history), func(i int) bool { return !history[i].At.Before(t) })
}

// atHour returns, of each earlier day that has it, the mean closest to at's time of day,
// and those of the readings two hours before and after that one, or a little more.
func atHour(history []Reading, at time.Time) (before, hour, after []time.Duration) {
	y, m, d := at.Date()
	h, minute, second := at.Clock()
	for back := 1; back <= usualDays; back++ {
		middle := time.Date(y, m, d-back, h, minute, second, 0, at.Location())
		r, ok := nearest(history, middle, middle.Add(-usualBlock), middle.Add(usualBlock))
		if !ok {
			continue
		}
		hour = append(hour, r.Mean)
		earlier, later := r.At.Add(-Window), r.At.Add(Window)
		if b, ok := nearest(history, earlier, earlier.Add(-usualBlock), earlier); ok {
			before = append(before, b.Mean)
		}
		if a, ok := nearest(history, later, later, later.Add(usualBlock)); ok {
			after = append(after, a.Mean)
		}
	}
	return before, hour, after
}

// nearest returns the reading with calls nearest to t of those from from to to.
func nearest(history []Reading, t, from, to time.Time) (found Reading, ok bool) {
	for _, r := range history[since(history, from):] {
		if r.At.After(to) {
			break
		}
		if !r.NoCalls() && (!ok || r.At.Sub(t).Abs() < found.At.Sub(t).Abs()) {
			found, ok = r, true
		}
	}
	return found, ok
}

// apart returns the means of readings with calls that lie a window or more apart, and so
// share none.
func apart(history []Reading) []time.Duration {
	var means []time.Duration
	for i := 0; i < len(history); {
		if history[i].NoCalls() {
			i++
			continue
		}
		means = append(means, history[i].Mean)
		i += since(history[i:], history[i].At.Add(Window))
	}
	return means
}

// deviations appends to off how far each of means, which must not be empty, lies from
// their median. It sorts means.
func deviations(off, means []time.Duration) []time.Duration {
	centre := median(means)
	for _, m := range means {
		off = append(off, max(m-centre, centre-m))
	}
	return off
}

// median sorts d, which must not be empty, and returns its middle.
func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	n := len(d)
	return (d[(n-1)/2] + d[n/2]) / 2
}
