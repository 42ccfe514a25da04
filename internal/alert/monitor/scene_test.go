package monitor_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/alert/monitor"
	"ahtbot/ozonetel/single"
)

const minute = time.Minute

var kolkata = time.FixedZone("IST", 5*3600+1800)

// scene is a loop with all it needs, in a bubble.
type scene struct {
	*testing.T
	store    *memoryStore
	slack    *fakeSlack
	readings *readings
	lease    single.MemoryLeases
	interval time.Duration
	loop     *monitor.Monitor
	swing    time.Duration
	goal     atomic.Pointer[aht.Goal] // of every campaign; nil: not read yet
}

func newScene(t *testing.T, interval time.Duration) *scene {
	t.Helper()
	s := &scene{T: t, store: newMemoryStore(), slack: &fakeSlack{refuses: map[string]error{}}, readings: new(readings), interval: interval}
	s.aim(0)
	return s
}

func (s *scene) config(holder string) monitor.Config {
	return monitor.Config{
		Store: s.store, Poster: s.slack, Readings: s.readings.since, History: s.readings.history,
		Goal: func(aht.Target) (aht.Goal, bool) {
			if g := s.goal.Load(); g != nil {
				return *g, true
			}
			return aht.Goal{}, false
		},
		Interval: func() time.Duration { return s.interval }, Zone: kolkata,
		Claim: s.lease.Claim, Unclaim: s.lease.Unclaim, Holder: holder,
		Away: func(error) bool { return false }, Log: slog.New(slog.DiscardHandler),
	}
}

// start runs a loop until the returned function is called.
func (s *scene) start(c monitor.Config) (stop func()) {
	l := monitor.New(c)
	s.loop = l
	ctx, cancel := context.WithCancel(s.Context())
	done := make(chan struct{})
	go func() { defer close(done); l.Run(ctx) }()
	return func() { cancel(); <-done }
}

func (s *scene) campaign(name string) aht.Target {
	s.Helper()
	t, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		s.Fatal(err)
	}
	return t
}

// aim gives every campaign a target; zero takes it away.
func (s *scene) aim(mean time.Duration) { s.goal.Store(&aht.Goal{Mean: mean}) }

// follow puts a rule on a campaign that hangs on something.
func (s *scene) follow(name string, kind alert.Kind, line alert.Offset) alert.Watch {
	s.Helper()
	return s.watch(name, "C1", func(r *alert.Rule) {
		var err error
		if *r, err = alert.NewRelative(kind, line, s.interval); err != nil {
			s.Fatal(err)
		}
	})
}

// watch puts a rule above five minutes on a campaign, told in channel.
func (s *scene) watch(name, channel string, change func(*alert.Rule)) alert.Watch {
	s.Helper()
	r, err := alert.NewRule(alert.KindAbove, 0, 5*minute, s.interval)
	if err != nil {
		s.Fatal(err)
	}
	if s.interval < minute { // a trial
		r.For, r.ClearFor = 10*s.interval, 10*s.interval
	}
	if change != nil {
		change(&r)
	}
	return s.store.add(alert.Watch{Target: s.campaign(name), Rule: r, Channel: channel, By: "U1", Made: time.Now()})
}

// feed has a campaign read n times an interval apart, around a mean.
func (s *scene) feed(name string, mean time.Duration, n int) {
	s.Helper()
	for range n {
		time.Sleep(s.interval)
		s.read(name, mean)
	}
	synctest.Wait()
}

// read is one reading, which swings as a mean of many calls does.
func (s *scene) read(name string, mean time.Duration) {
	s.swing = (s.swing + 3*time.Second) % (11 * time.Second)
	if mean > 0 {
		mean += s.swing
	}
	s.readings.keep(aht.Reading{Target: s.campaign(name), Mean: mean, At: time.Now()})
	if s.loop != nil {
		s.loop.Wake()
	}
}

// only returns the one message that stands in channel.
func (s *scene) only(channel string) *posted {
	s.Helper()
	all := s.slack.parents(channel)
	if len(all) != 1 {
		s.Fatalf("%d messages stand in %s, want one", len(all), channel)
	}
	return all[0]
}

// wants fails unless the thread under p is want, in words.
func (s *scene) wants(p *posted, want string) {
	s.Helper()
	if got := strings.Join(s.slack.thread(p), ", "); got != want {
		s.Errorf("the thread says %q, want %q", got, want)
	}
}

// rule 1 fires over these readings and clears again.
func (s *scene) episode(name string) {
	s.feed(name, 4*minute, 8)
	s.feed(name, 7*minute, 20)
	s.feed(name, 3*minute, 20)
}

func bubble(t *testing.T, interval time.Duration, play func(*scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { play(newScene(t, interval)) })
}
