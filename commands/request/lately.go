package request

import (
	"slices"
	"sync"
	"time"

	"ahtbot/internal/aht"
)

// How much a Lately remembers: for how long, of how many campaigns a person, and of how many people. Who asked longest ago is
// forgotten first.
const (
	LatelyFor    = 24 * time.Hour
	mostOfOne    = 10
	mostRemember = 2000
)

// Lately is which campaigns each person asked about in this process, in memory alone: of a day, and a few thousand people. The
// zero Lately is ready; it is safe for use by many goroutines.
type Lately struct {
	mu    sync.Mutex
	asked map[string][]asked // by person, the newest first
}

type asked struct {
	target aht.Target
	at     time.Time
}

// Add notes that a person had an answer about t; what is no campaign is not noted.
func (l *Lately) Add(person string, t aht.Target, at time.Time) {
	if t.Kind() != aht.KindCampaign || person == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked == nil {
		l.asked = map[string][]asked{}
	}
	all := slices.DeleteFunc(l.asked[person], func(a asked) bool { return a.target == t })
	all = slices.Insert(all, 0, asked{t, at})
	l.asked[person] = all[:min(len(all), mostOfOne)]
	if len(l.asked) > mostRemember {
		l.forgetOldest()
	}
}

// forgetOldest forgets the tenth of the people who asked longest ago, so that it is not done for each question.
func (l *Lately) forgetOldest() {
	var last []time.Time
	for _, all := range l.asked {
		last = append(last, all[0].at)
	}
	slices.SortFunc(last, time.Time.Compare)
	until := last[len(last)/10]
	for person, all := range l.asked {
		if !all[0].at.After(until) {
			delete(l.asked, person)
		}
	}
}

// Of returns the campaigns that a person asked about in the day before now, the newest first. It never blocks.
func (l *Lately) Of(person string, now time.Time) []aht.Target {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []aht.Target
	for _, a := range l.asked[person] {
		if now.Sub(a.at) < LatelyFor {
			out = append(out, a.target)
		}
	}
	return out
}
