package bot_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/internal/sim/slacksim"
)

// asked is how a person may have asked, and where the answer is read.
var asked = map[string]struct {
	ask     func(*stage)
	channel string
	one     bool // every word takes the place of the one before
}{
	"command": {func(s *stage) { s.Type("U1", "C1", "/aht campaign Sales") }, "C1", false},
	"mention": {func(s *stage) { s.Mention("U1", "C1", "campaign Sales") }, "C1", true},
	"message": {func(s *stage) { s.DM("U1", "campaign Sales") }, "DU1", true},
}

// Something else turns out to have used the account up after the person was told of a wait:
// the person is told that as well, once, and the answer follows by itself.
func TestWhoWaitsIsToldOnceOfAStranger(t *testing.T) {
	for name, c := range asked {
		t.Run(name, func(t *testing.T) {
			play(t, func(s *stage) {
				s.settle(time.Minute)
				s.up.answer, s.up.place = takes(70*time.Second), 1
				c.ask(s)
				s.settle(5 * time.Second)
				last := func() slacksim.Message {
					all := s.said("U1", c.channel)
					return all[len(all)-1]
				}
				if m := last(); !strings.Contains(m.Text, "yours is next") {
					t.Errorf("first told %q", m.Text)
				}
				s.up.stranger(58 * time.Second)
				s.settle(5 * time.Second)
				if m := last(); !strings.Contains(m.Text, "Something else uses this Ozonetel account") || !strings.Contains(m.Text, "about 58 s") {
					t.Errorf("then told %q", m.Text)
				}
				told := len(s.said("U1", c.channel))
				s.settle(30 * time.Second)
				if n := len(s.said("U1", c.channel)); n != told || c.one && n != 1 || !c.one && n != 2 {
					t.Errorf("%d messages, before %d", n, told)
				}
				s.up.stranger(0)
				s.settle(45 * time.Second)
				if m := last(); !strings.Contains(m.Text, "4m 32s") {
					t.Errorf("at last %q", m.Text)
				}
				if n := s.up.count(); n != 1 {
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
			play(t, func(s *stage) {
				s.settle(time.Minute)
				s.up.answer, s.up.place = takes(30*time.Second), 1
				s.up.stranger(58 * time.Second)
				c.ask(s)
				s.settle(20 * time.Second)
				if m := s.one("U1", c.channel); !strings.Contains(m.Text, "Something else uses this Ozonetel account") {
					t.Errorf("told %q", m.Text)
				}
			})
		})
	}
}
