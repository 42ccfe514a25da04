package bench

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/ozonetel"
)

// What the recorded hour meets: the default READING_MAX_AGE, and answers that take as long
// as they do on average.
const (
	readingMaxAge = time.Minute
	answerTakes   = 300 * time.Millisecond
)

// The ways to serve the hour, beside ours.
var (
	leastPossible = contender{name: "least possible"}
	eachTime      = contender{name: "asking each time"}
)

// TestFiguresHour replays the recorded hour and prints what it cost upstream, beside the
// least possible and beside asking each time. It fails when a question is not answered
// with a figure, or costs more than it must.
func TestFiguresHour(t *testing.T) {
	hour := readHour(t)
	least := leastRequests(t, hour)
	figures := new(table)
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, slices.Repeat([]time.Duration{answerTakes}, len(hour)))
		waits := a.replay(t, hour)
		counts := a.stop(t)
		asked := figures.row("AHT requests", "%.0f", "the least possible")
		asked.add(leastPossible, float64(least))
		asked.add(ours, float64(counts.AHT))
		asked.add(eachTime, float64(len(hour)))
		share := figures.row("of the questions, %", "%.1f", "")
		share.add(leastPossible, percent(least, len(hour)))
		share.add(ours, percent(counts.AHT, len(hour)))
		share.add(eachTime, 100)
		figures.row("tokens", "%.0f", "").add(ours, float64(counts.Tokens))
		figures.row("most requests in any 60 s", "%.0f", "50 at most").add(ours, float64(counts.MaxAllIn60s))
		figures.row("question to answer p50, s", "%.3f", "").add(ours, median(waits).Seconds())
		figures.row("question to answer p99, s", "%.3f", "").add(ours, percentile(waits, 99).Seconds())
		figures.row("question to answer max, s", "%.3f", "").add(ours, percentile(waits, 100).Seconds())
		if counts.AHT > least {
			t.Errorf("%d requests, %d would have done", counts.AHT, least)
		}
	})
	figures.print(t.Output(), "a recorded hour: 600 questions, 40 agents and 30 campaigns, readings good for 60 s, answers in 0.3 s",
		[]contender{leastPossible, ours, eachTime})
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(whole) }

// leastRequests is how many requests the hour needs: one about a target whenever none is
// under way and the last answer is older than a reading may be.
func leastRequests(t *testing.T, hour []recorded) int {
	t.Helper()
	n, answered := 0, map[aht.Target]time.Duration{}
	for _, q := range hour {
		who := q.target(t)
		if at, ok := answered[who]; ok && q.at-at < readingMaxAge {
			continue // also when the answer is still to come
		}
		n++
		answered[who] = q.at + answerTakes
	}
	return n
}

// replay asks every question of the hour at its moment, and returns how long each took to
// its answer.
func (a *account) replay(t *testing.T, hour []recorded) []time.Duration {
	t.Helper()
	handler := commands.NewHandler(request.Config{
		Memory: a.recent, Upstream: turns{a.client}, People: fullMembers{}, MaxAge: readingMaxAge, Zone: time.UTC,
	})
	waits, begin := make([]time.Duration, len(hour)), time.Now()
	var wg sync.WaitGroup
	for i, q := range hour {
		time.Sleep(time.Until(begin.Add(q.at)))
		wg.Go(func() {
			start := time.Now()
			r, err := handler.Answer(t.Context(), request.Question{User: q.user, Text: q.text, At: start, Ref: "abcdef"})
			if err != nil || !r.Figure() {
				t.Errorf("%s of %s: %q, %v", q.text, q.user, r.Text, err)
			}
			waits[i] = time.Since(start)
		})
	}
	wg.Wait()
	return waits
}

// turns gives ozonetel.Client the shape commands asks for, as package main does.
type turns struct{ *ozonetel.Client }

func (u turns) Turn(t aht.Target) (place int, wait time.Duration, waiting bool) {
	w, ok := u.Waiting(t)
	return w.Place, w.For, ok
}

// fullMembers is everybody, also when Slack is asked.
type fullMembers struct{ everybody }

func (fullMembers) Person(_ context.Context, id string) (request.Person, error) {
	return request.Person{ID: id}, nil
}
