package bot_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/bot/bottest"
	"ahtbot/internal/sim/slacksim"
)

// asked is how a person may have asked, and where the answer is read.
var asked = map[string]struct {
	ask     func(*bottest.Stage)
	channel string
	one     bool // every word takes the place of the one before
}{
	"command": {func(s *bottest.Stage) { s.Type("U1", "C1", "/aht campaign Sales") }, "C1", false},
	"mention": {func(s *bottest.Stage) { s.Mention("U1", "C1", "campaign Sales") }, "C1", true},
	"message": {func(s *bottest.Stage) { s.DM("U1", "campaign Sales") }, "DU1", true},
}

// Something else turns out to have used the account up after the person was told of a wait:
// the person is told that as well, once, and the answer follows by itself.
func TestWhoWaitsIsToldOnceOfAStranger(t *testing.T) {
	for name, c := range asked {
		t.Run(name, func(t *testing.T) {
			bottest.Play(t, func(s *bottest.Stage) {
				s.Settle(time.Minute)
				s.Up.Answer, s.Up.Place = bottest.Takes(70*time.Second), 1
				c.ask(s)
				s.Settle(5 * time.Second)
				last := func() slacksim.Message {
					all := s.Said("U1", c.channel)
					return all[len(all)-1]
				}
				if m := last(); !strings.Contains(m.Text, "yours is next") {
					t.Errorf("first told %q", m.Text)
				}
				s.Up.Stranger(58 * time.Second)
				s.Settle(5 * time.Second)
				if m := last(); !strings.Contains(m.Text, "Something else uses this Ozonetel account") || !strings.Contains(m.Text, "about 58 s") {
					t.Errorf("then told %q", m.Text)
				}
				told := len(s.Said("U1", c.channel))
				s.Settle(30 * time.Second)
				if n := len(s.Said("U1", c.channel)); n != told || c.one && n != 1 || !c.one && n != 2 {
					t.Errorf("%d messages, before %d", n, told)
				}
				s.Up.Stranger(0)
				s.Settle(45 * time.Second)
				if m := last(); !strings.Contains(m.Text, "4m 32s") {
					t.Errorf("at last %q", m.Text)
				}
				if n := len(s.Up.Asked()); n != 1 {
					t.Errorf("asked %d times, want the question typed once", n)
				}
			})
		})
	}
}

// Known from the start, it is the first thing that is said, and the only one.
func TestAStrangerKnownFromTheStartIsToldOnce(t *testing.T) {
	for name, c := range asked {
		t.Run(name, func(t *testing.T) {
			bottest.Play(t, func(s *bottest.Stage) {
				s.Settle(time.Minute)
				s.Up.Answer, s.Up.Place = bottest.Takes(30*time.Second), 1
				s.Up.Stranger(58 * time.Second)
				c.ask(s)
				s.Settle(20 * time.Second)
				if m := s.One("U1", c.channel); !strings.Contains(m.Text, "Something else uses this Ozonetel account") {
					t.Errorf("told %q", m.Text)
				}
			})
		})
	}
}
