package socket_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/internal/sim/slacksim"
)

// far is a Slack whose every answer and frame is 50 ms on its way.
var far = slacksim.Config{Lag: 50 * time.Millisecond, Keep: 4000}

// typist types commands and keeps what became of them.
type typist struct {
	*bottest.Stage
	typed []*slacksim.Delivery
}

// types types a hundred commands a second for d.
func (p *typist) types(d time.Duration) {
	for range d / (10 * time.Millisecond) {
		p.typed = append(p.typed, p.Type("U1", "C1", "/aht help"))
		time.Sleep(10 * time.Millisecond)
	}
}

// outcome counts how the commands ended: answered once, met no connection, were lost with
// the line they were sent on, were answered twice or not at all.
func (p *typist) outcome() (answered, unconnected, timedOut, wrong int) {
	p.Settle(time.Minute)
	for _, d := range p.typed {
		switch err := d.Wait(p.Context()); {
		case errors.Is(err, slacksim.ErrNoConnection):
			unconnected++
		case err != nil:
			timedOut++
		case len(d.Answers()) == 1:
			answered++
		default:
			wrong++
		}
	}
	return answered, unconnected, timedOut, wrong
}

// TestNoCommandMeetsAMomentWithoutAConnection is the target of ADR 0011.
func TestNoCommandMeetsAMomentWithoutAConnection(t *testing.T) {
	refresh := func(s *bottest.Stage, i int) { s.Refresh(i%2 == 0) } // every second one without a warning
	cut := func(s *bottest.Stage, _ int) { s.Cut() }
	for _, c := range []struct {
		name  string
		event func(*bottest.Stage, int)
		rest  time.Duration // at least, before the next
		most  int           // commands that may meet no connection
	}{
		{"100 refreshes, half of them without a warning", refresh, 5 * time.Second, 0},
		{"100 cuts of one connection", cut, 5 * time.Second, 0},
		{"100 refreshes and cuts of one connection, mixed", func(s *bottest.Stage, i int) {
			if rand.IntN(2) == 0 {
				refresh(s, i)
			} else {
				cut(s, i)
			}
		}, 5 * time.Second, 0},
		{"100 cuts of both connections at once", func(s *bottest.Stage, _ int) { s.CutAll() }, 12 * time.Second, 100 * 25},
	} {
		t.Run(c.name, func(t *testing.T) {
			bottest.PlayIn(t, far, func(s *bottest.Stage) {
				p := &typist{Stage: s}
				s.Settle(time.Minute)
				for i := range connectionRounds {
					p.types(200 * time.Millisecond)
					c.event(s, i)
					p.types(800 * time.Millisecond)
					s.Settle(c.rest + rand.N(15*time.Second))
				}
				answered, unconnected, timedOut, wrong := p.outcome()
				t.Logf("%d of %s: %d commands, %d met no connection, %d were lost on a line that was cut, %d answered; %d connections opened, %d at once at most",
					connectionRounds, c.name, len(p.typed), unconnected, timedOut, answered, s.Counts().Opens, s.Counts().MostConnections)
				if len(p.typed) != 100*connectionRounds || unconnected > c.most || wrong > 0 {
					t.Errorf("%d met no connection, want %d at most; %d answered twice or not at all", unconnected, c.most, wrong)
				}
				if n := s.Counts().OpensPerMinute; n > 24 {
					t.Errorf("apps.connections.open %d times in a minute", n)
				}
			}, two)
		})
	}
}
