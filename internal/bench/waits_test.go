package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/ozonetel"
)

// burst is how many people ask at once, at most.
const burst = 5

// load is an hour of background work and people at so many percent of the allowance.
type load struct {
	contender
	percent int
	// crowded bursts come at any moment of each minute, so that ten people may ask within
	// 60 s, which is more than the reserve is for. The others are one to two minutes apart.
	crowded bool
}

// loads are those measured, in the order of the columns.
var loads = []load{
	{contender{name: "50 %"}, 50, false},
	{contender{name: "100 %"}, 100, false},
	{contender{name: "300 %"}, 300, false},
	{contender{name: "300 %, crowded"}, 300, true},
}

// people is how many of them ask a minute, on average.
func (l load) people() int {
	if l.crowded {
		return (1 + burst) / 2
	}
	return (1 + burst) / 3
}

// polled is how many targets the background asks about, each once a minute.
func (l load) polled() int { return perMinute*l.percent/100 - l.people() }

// served is what became of one class.
type served struct {
	mu     sync.Mutex
	waits  []time.Duration // for their slots, of those answered
	failed int
}

func (s *served) note(wait time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		s.waits = append(s.waits, wait)
	case !errors.Is(err, context.DeadlineExceeded): // the hour is over
		s.failed++
	}
}

// TestFiguresWaits prints who waits how long for a slot at the default reserve, under
// background work that leaves room, fills the allowance, and asks for three times as much.
// It fails when somebody gets no answer.
func TestFiguresWaits(t *testing.T) {
	figures := new(table)
	var columns []contender
	for _, l := range loads {
		columns = append(columns, l.contender)
		synctest.Test(t, func(t *testing.T) { l.measure(t, figures) })
	}
	figures.print(t.Output(), "a simulated hour: people in bursts of up to 5, the rest background work; answers in 0.3 s on average, default reserve", columns)
}

// measure is one hour in a bubble.
func (l load) measure(t *testing.T, figures *table) {
	t.Helper()
	length := time.Hour
	if underRace {
		length = 5 * time.Minute
	}
	a := newAccount(t, answerTimes(2*perMinute*int(length.Minutes())))
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	people, background := new(served), new(served)
	var wg sync.WaitGroup
	for i := range l.polled() {
		who := newTarget(t, aht.KindCampaign, fmt.Sprint("polled", i))
		wg.Go(func() { a.poll(ctx, who, time.Minute*time.Duration(i)/time.Duration(l.polled()), background) })
	}
	wg.Go(func() { a.bursts(ctx, t, l.crowded, people) })
	<-ctx.Done()
	wg.Wait()
	l.note(figures, a.stop(t), people, background, length)
	if people.failed+background.failed > 0 {
		t.Errorf("%s: %d people and %d in the background got no answer", l.name, people.failed, background.failed)
	}
}

// answerTimes draws how long n answers take: 0.1 s and an exponential 0.2 s on top.
func answerTimes(n int) []time.Duration {
	dice, all := rand.New(rand.NewPCG(3, 1)), make([]time.Duration, n)
	for i := range all {
		all[i] = 100*time.Millisecond + min(time.Duration(dice.ExpFloat64()*float64(200*time.Millisecond)), 3*time.Second)
	}
	return all
}

// poll asks about who once a minute, from offset on. A minute in which it still waits for
// an earlier answer is left out.
func (a *account) poll(ctx context.Context, who aht.Target, offset time.Duration, s *served) {
	for next := time.Now().Add(offset); until(ctx, next); {
		start := time.Now()
		_, err := a.client.AskBackground(ctx, who, ozonetel.Polling)
		s.note(time.Since(start)-a.watch.Of(who.String()), err)
		for !next.After(time.Now()) {
			next = next.Add(time.Minute)
		}
	}
}

// bursts lets one to five people ask at once, about targets nobody asked about before.
func (a *account) bursts(ctx context.Context, t *testing.T, crowded bool, s *served) {
	t.Helper()
	dice := rand.New(rand.NewPCG(3, 2))
	var wg sync.WaitGroup
	defer wg.Wait()
	minute := time.Now()
	for n := 0; ; n++ {
		at := minute.Add(time.Duration(dice.Int64N(int64(time.Minute))))
		if !until(ctx, at) {
			return
		}
		if minute = minute.Add(time.Minute); !crowded {
			minute = at.Add(time.Minute)
		}
		for i := range 1 + dice.IntN(burst) {
			who := newTarget(t, aht.KindAgent, fmt.Sprintf("asked%d.%d", n, i))
			wg.Go(func() {
				start := time.Now()
				_, err := a.client.Ask(ctx, fmt.Sprint("U", i), who)
				s.note(time.Since(start)-a.watch.Of(who.String()), err)
			})
		}
	}
}

// until sleeps, and reports false when ctx ended.
func until(ctx context.Context, at time.Time) bool {
	if left := time.Until(at); left > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(left):
		}
	}
	return ctx.Err() == nil
}

// note puts an hour into its column.
func (l load) note(figures *table, counts ozonesim.Counts, people, background *served, length time.Duration) {
	minutes := int(length.Minutes())
	offered := l.polled() * minutes
	add := func(figure, format, target string, value float64) {
		figures.row(figure, format, target).add(l.contender, value)
	}
	add("allowance used, %", "%.1f", "88 or more at 300 %", percent(counts.Requests, perMinute*minutes))
	add("most requests in any 60 s", "%.0f", "50 at most", float64(counts.MaxAllIn60s))
	add("people answered", "%.0f", "", float64(len(people.waits)))
	for _, p := range []int{50, 95, 99, 100} {
		target := ""
		if p == 99 {
			target = "0, but crowded"
		}
		add("people waited "+quantile(p)+", s", "%.2f", target, percentile(people.waits, p).Seconds())
	}
	add("background asked for", "%.0f", "", float64(offered))
	add("background served", "%.0f", "", float64(len(background.waits)))
	add("background served, %", "%.1f", "", percent(len(background.waits), offered))
	for _, p := range []int{50, 99, 100} {
		add("background waited "+quantile(p)+", s", "%.2f", "", percentile(background.waits, p).Seconds())
	}
}

func quantile(p int) string {
	if p == 100 {
		return "max"
	}
	return fmt.Sprint("p", p)
}
