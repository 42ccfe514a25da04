package socket_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/bot/bottest"
	"ahtbot/internal/sim/slacksim"
)

func some(n int) func(*bottest.Stage, *bot.Config) {
	return func(_ *bottest.Stage, c *bot.Config) { c.Connections = n }
}

func TestBothConnectionsStandSoonAfterTheStart(t *testing.T) {
	began := time.Now()
	bottest.PlayIn(t, far, func(s *bottest.Stage) {
		s.Settle(10 * time.Second)
		joined := s.Counts().Joined
		if len(joined) != 2 {
			t.Fatalf("%d connections", len(joined))
		}
		first, both := joined[0].Add(far.Lag).Sub(began), joined[1].Add(far.Lag).Sub(began)
		t.Logf("with answers and frames 50 ms on their way: the first connection says hello %v after the start, the second %v", first, both)
		if both > 300*time.Millisecond {
			t.Errorf("both stand after %v", both)
		}
	}, two, func(*bottest.Stage, *bot.Config) { began = time.Now() })
}

// TestConnectionsAreRenewedApart lets days pass, in a Slack that keeps connections for an
// hour or for five (slack.md §1.2), and in one that recycles one of them at any time as well.
func TestConnectionsAreRenewedApart(t *testing.T) {
	for _, c := range []struct {
		connections int
		lifetime    time.Duration
		unforeseen  bool
	}{{2, time.Hour, false}, {2, 5 * time.Hour, false}, {3, time.Hour, false}, {4, time.Hour, false}, {2, time.Hour, true}, {4, 5 * time.Hour, true}} {
		name := fmt.Sprintf("%d connections that live for %v, unforeseen refreshes %v", c.connections, c.lifetime, c.unforeseen)
		t.Run(name, func(t *testing.T) {
			bottest.PlayIn(t, slacksim.Config{Lifetime: c.lifetime, Lag: 50 * time.Millisecond}, func(s *bottest.Stage) {
				s.Settle(time.Minute)
				start := len(s.Counts().Joined)
				for end := time.Now().Add(8 * c.lifetime); time.Now().Before(end); {
					s.Settle(rand.N(c.lifetime))
					if c.unforeseen {
						s.Refresh(false)
					}
					s.Type("U1", "C1", "/aht help")
				}
				s.Settle(time.Minute)
				joined, asked := s.Counts().Joined, s.Counts().Refreshed
				nearest := c.lifetime
				for i := start; i < len(joined); i++ {
					if !slices.ContainsFunc(asked, func(at time.Time) bool { return joined[i].Sub(at).Abs() < time.Second }) {
						nearest = min(nearest, joined[i].Sub(joined[i-1]))
					}
				}
				t.Logf("%s: %d refreshes in %v, %d asked for by Slack; one of our own came %v after another at the nearest; %d connections at once at most",
					name, len(joined)-start, 8*c.lifetime, len(asked), nearest.Round(time.Second), s.Counts().MostConnections)
				if len(joined)-start < 8*c.connections-1 {
					t.Error("there were too few to show anything")
				}
				if nearest < 10*time.Minute || !c.unforeseen && len(asked) > 0 {
					t.Errorf("refreshed %v apart, %d left to Slack", nearest, len(asked))
				}
				if n := len(s.Said("U1", "C1")); n != s.Observed.Of("slash help") || strings.Contains(s.Said("U1", "C1")[n-1].Text, "failed") {
					t.Errorf("%d messages, %d answers", n, s.Observed.Of("slash help"))
				}
			}, some(c.connections))
		})
	}
}

// One connection of a process is handed over as well: before its life is over, and when
// Slack gives notice. Only a refresh without notice, and a cut, leave a gap then.
func TestASingleConnectionIsHandedOver(t *testing.T) {
	one := far
	one.Lifetime, one.Settling = time.Hour, time.Second
	for _, c := range []struct {
		name   string
		event  func(*bottest.Stage) // just before the moment, or the moment
		leaves int                  // commands that may meet no connection, of each hundred
	}{
		{"its life is nearly over", func(s *bottest.Stage) {
			joined := s.Counts().Joined
			due := joined[len(joined)-1].Add(one.Lifetime / 5 * 4)
			s.Settle(time.Until(due) - 100*time.Millisecond)
		}, 0},
		{"Slack warns", func(s *bottest.Stage) { s.Refresh(true) }, 0},
		{"Slack gives no notice", func(s *bottest.Stage) { s.Refresh(false) }, 125},
		{"it is cut", func(s *bottest.Stage) { s.Cut() }, 125},
	} {
		t.Run(c.name, func(t *testing.T) {
			bottest.PlayIn(t, one, func(s *bottest.Stage) {
				p := &typist{Stage: s}
				s.Settle(time.Minute)
				for range 3 {
					c.event(s)
					p.types(1500 * time.Millisecond) // the successor comes and settles
					for _, rest := range []time.Duration{3 * time.Second, 4 * time.Second, 8 * time.Second} {
						s.Settle(rest)
						p.types(1500 * time.Millisecond) // 5, 10 and 20 s later the old one is left, or ended by Slack
					}
				}
				answered, unconnected, timedOut, wrong := p.outcome()
				t.Logf("a single connection, three times %s: %d commands, %d met no connection, %d were lost with it, %d answered; %d connections at once at most",
					c.name, len(p.typed), unconnected, timedOut, answered, s.Counts().MostConnections)
				if unconnected > 3*c.leaves || wrong > 0 || s.Counts().MostConnections > 2 || c.leaves == 0 && timedOut > 0 {
					t.Errorf("%d unconnected, %d lost, %d wrong, %d connections at once", unconnected, timedOut, wrong, s.Counts().MostConnections)
				}
			}, some(1))
		})
	}
}

// What Slack sends before it has heard that we leave can't be acknowledged there any more.
func TestWhatIsUnderWayWhenAConnectionIsLeftIsAnsweredOnce(t *testing.T) {
	for _, strict := range []bool{false, true} {
		slack := far
		slack.Lifetime, slack.OwnConnectionAcks = time.Hour, strict
		bottest.PlayIn(t, slack, func(s *bottest.Stage) {
			p := &typist{Stage: s}
			s.Forgive("acknowledgement on another connection") // of no harm, and nothing else can be done
			s.Settle(24*time.Minute - 10*time.Second)
			p.types(20 * time.Second)
			answered, unconnected, timedOut, wrong := p.outcome()
			beside := strings.Count(s.Printed.String(), "acknowledgement not sent")
			t.Logf("acknowledgements on another connection taken: %v; %d commands, %d while the connection was being left, %d answered, %d timed out",
				!strict, len(p.typed), beside, answered, timedOut)
			if n := s.Observed.Of("socket renewed"); n != 1 || beside == 0 {
				t.Errorf("%d renewals, %d acknowledgements beside", n, beside)
			}
			if s.Observed.Of("slash help") != len(p.typed) || unconnected+wrong > 0 || !strict && timedOut > 0 || timedOut > beside {
				t.Errorf("%d of %d answered, %d unconnected, %d timed out, %d wrong", s.Observed.Of("slash help"), len(p.typed), unconnected, timedOut, wrong)
			}
		}, two)
	}
}

func TestAHandoverStaysWithinSlacksTen(t *testing.T) {
	for name, c := range map[string]struct {
		others int  // connections of other processes
		known  bool // they were there when ours last said hello
		ours   int
	}{"eight others, known": {8, true, 1}, "nine others, known": {9, true, 1}, "eight others that came later": {8, false, 2}} {
		t.Run(name, func(t *testing.T) {
			bottest.PlayIn(t, far, func(s *bottest.Stage) {
				s.Settle(time.Minute)
				if !c.known {
					s.Forgive("connection 11 of one app") // hello is the only word of others: Slack refuses once
					crowd(s, c.others)
				}
				for range 2 {
					if c.known {
						s.RefreshNewest(false)
					} else {
						s.Refresh(false)
					}
					s.Settle(time.Minute)
				}
				if s.Connections() != c.others+c.ours || s.Observed.Of("socket hello") != 2+c.ours {
					t.Errorf("%d connections, %d hellos", s.Connections(), s.Observed.Of("socket hello"))
				}
				t.Logf("%s: %d connections of the app at once at most, %d refused", name, s.Counts().MostConnections, s.Observed.Of("socket refused"))
				if s.Observed.Of("socket refused") > 1 {
					t.Errorf("refused %d times", s.Observed.Of("socket refused"))
				}
			}, two, func(s *bottest.Stage, _ *bot.Config) {
				if c.known {
					crowd(s, c.others)
				}
			})
		})
	}
}

// A refresh asked for at once after hello, again and again, is no failure, and still no
// reason to call apps.connections.open more often than Slack allows.
func TestRefreshesWithoutEndStayWithinWhatSlackAllows(t *testing.T) {
	bottest.PlayIn(t, far, func(s *bottest.Stage) {
		s.Settle(time.Minute)
		for range 300 {
			s.Refresh(false)
			s.Settle(time.Second)
		}
		if n := s.Counts().OpensPerMinute; n > 25 {
			t.Errorf("apps.connections.open %d times in a minute", n)
		}
		s.Settle(time.Minute)
		s.Type("U1", "C1", "/aht help")
		s.Settle(time.Second)
		s.One("U1", "C1")
	}, two)
}
