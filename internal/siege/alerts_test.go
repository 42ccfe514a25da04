package siege

import (
	"database/sql"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/app/alerts"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store"
)

// siege is a database, a simulated Slack and processes that are killed while they judge.
type siege struct {
	*testing.T
	slack    *slacksim.Workspace
	env      []string
	db       store.Store
	raw      *sql.DB // past the store, to let a dead process's claims be over
	sales    aht.Target
	watches  []alert.Watch
	readings []aht.Reading
	blind    bool

	mu     sync.Mutex
	judged map[string]int // "rule at reason", by all processes
	wrong  []string       // what else they wrote
}

// newSiege has rules told in as many channels. blind is a Slack where nobody may look.
func newSiege(t *testing.T, databaseURL, driver, dsn string, rules int, blind bool) *siege {
	t.Helper()
	config := slacksim.Config{NoPostLimit: true}
	if blind {
		config.Scopes = []string{"chat:write", "commands", "im:write", "users:read"}
	}
	s := &siege{T: t, slack: slacksim.New(config), blind: blind, judged: map[string]int{}}
	t.Cleanup(func() { _ = s.slack.Close() })
	slackURL, err := s.slack.Listen(t.Context())
	s.must(err)
	s.env = []string{"CHILD_SLACK=" + slackURL, "CHILD_DATABASE=" + databaseURL}
	s.db, err = database.OpenStore(t.Context(), databaseURL, "test")
	s.must(err)
	t.Cleanup(func() { _ = s.db.Close() })
	s.raw, err = sql.Open(driver, dsn)
	s.must(err)
	t.Cleanup(func() { _ = s.raw.Close() })
	s.sales = apptest.Campaign(t, "Sales")
	for i := range rules {
		channel := fmt.Sprintf("C%d", i+1)
		s.slack.AddChannel(channel, "floor"+channel, "U1", "U0BOT")
		r, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, time.Second)
		s.must(err)
		r.For, r.ClearFor, r.Readings, r.Remind = time.Second, time.Second, 2, 0
		made := time.Now().Add(-time.Second).Truncate(time.Millisecond) // a reading of the very millisecond would be from before it
		row, err := alerts.Row(alert.Watch{Target: s.sales, Rule: r, Channel: channel, By: "U1", Made: made})
		s.must(err)
		row, err = s.db.AddAlert(t.Context(), row, store.Change{})
		s.must(err)
		k, err := alerts.FromRow(row)
		s.must(err)
		s.watches = append(s.watches, k.Watch)
	}
	return s
}

func (s *siege) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// read keeps one reading, now. Four are over the line, then four inside, and so on.
func (s *siege) read() {
	s.Helper()
	mean := 7 * time.Minute
	if len(s.readings)/4%2 == 1 {
		mean = 3 * time.Minute
	}
	mean += time.Duration(len(s.readings)%7) * time.Second
	at := time.Now().Truncate(time.Millisecond)
	for try := 1; ; try++ { // the disk of a machine under siege is busy
		err := s.db.KeepReading(s.Context(), s.sales, mean, at, at)
		if err == nil {
			break
		}
		if try == 5 {
			s.Fatal(err)
		}
	}
	s.readings = append(s.readings, aht.Reading{Target: s.sales, Mean: mean, At: at})
}

// besieged is one process.
type besieged struct {
	cmd    *exec.Cmd
	name   string
	halted chan struct{}
	ended  <-chan struct{}
}

// start starts a process that stops at a step; an empty step is none.
func (s *siege) start(name, step string) *besieged {
	s.Helper()
	b := &besieged{name: name, halted: make(chan struct{}, 1000)}
	b.cmd, b.ended = startChild(s.T, "alertchild", func(line string) { s.heard(b, line) },
		append(slices.Clone(s.env), "CHILD_NAME="+name, "CHILD_STOP="+step)...)
	s.Cleanup(func() { s.kill(b) })
	return b
}

func (s *siege) heard(b *besieged, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text == "halted" {
		select {
		case b.halted <- struct{}{}:
		default:
		}
		return
	}
	if judged, ok := strings.CutPrefix(text, "alert judged:"); ok {
		s.judged[judged]++
		return
	}
	s.wrong = append(s.wrong, text)
}

// written is what all processes wrote: what they judged, how often, and what went wrong.
func (s *siege) written() (judged map[string]int, wrong []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.judged), slices.Clone(s.wrong)
}

// kill kills b as the kernel would, and lets what it had claimed be over, as time would.
func (s *siege) kill(b *besieged) {
	_ = b.cmd.Process.Kill()
	<-b.ended
	_ = b.cmd.Wait()
	for _, over := range []string{
		"update lease set until = 0 where holder = '" + b.name + "'",
		"update alert_state set until = 0 where holder like '" + b.name + "/%'",
	} {
		for range 20 {
			if _, err := s.raw.Exec(over); err == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// siegeAt kills a process at each of steps in turn, with a reading each second.
func (s *siege) siegeAt(steps []string) {
	s.Helper()
	for i, step := range steps {
		switch step {
		case haltDuringPost:
			s.slack.Fail("chat.postMessage", slacksim.Fault{Delay: time.Second}, slacksim.Fault{Delay: time.Second})
		case haltAnswerLost:
			s.slack.Fail("chat.postMessage", slacksim.Fault{LoseReply: true}, slacksim.Fault{LoseReply: true})
		}
		b := s.start(fmt.Sprintf("p%d", i), step)
		s.feedUntil(b.halted)
		s.kill(b)
	}
}

// feedUntil reads once a second until something happens.
func (s *siege) feedUntil(happens <-chan struct{}) {
	s.Helper()
	for began := time.Now(); ; {
		s.read()
		select {
		case <-happens:
			return
		case <-time.After(time.Second):
		}
		if time.Since(began) > 2*time.Minute {
			_, wrong := s.written()
			s.Fatalf("the process does not come to its step; it wrote %q", wrong)
		}
	}
}

// finish lets one process say what is left.
func (s *siege) finish() {
	s.Helper()
	s.start("last", "")
	for range 8 - len(s.readings)%8 { // until a story is whole
		s.read()
		time.Sleep(time.Second)
	}
	s.until(3*time.Minute, "all is told", func() bool { return s.missing() == 0 })
}

func sqliteSiege(t *testing.T, rules int, blind bool) *siege {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ahtbot.db")
	return newSiege(t, "sqlite://"+path, "sqlite", path, rules, blind)
}

// TestKillsAtEveryStepLoseNoTransition is short; TestSieges in the suite of PostgreSQL goes
// on for longer.
func TestKillsAtEveryStepLoseNoTransition(t *testing.T) {
	t.Parallel() // most of it is waiting
	s := sqliteSiege(t, 2, true)
	s.siegeAt(haltSteps)
	s.finish()
	s.verdict(len(haltSteps))
}
