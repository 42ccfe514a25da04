package siege

import (
	"database/sql"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ahtbot/internal/app/database"
	"ahtbot/internal/app/digests"
	"ahtbot/internal/digest"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store"
)

// crashes is a database, a Slack, and processes between them that are killed.
type crashes struct {
	*testing.T
	slack    *slacksim.Workspace
	slackURL string
	database string
	db       store.Store
	admin    *sql.DB // past the store, to let time pass
	seeded   []store.DigestRow
	killed   map[string]int // by step
	children int
}

// child is one process.
type child struct {
	cmd     *exec.Cmd
	name    string
	step    string
	reached chan struct{} // closed when it stays at its step
	ended   <-chan struct{}
}

const crashChannels = 20

func newCrashes(t *testing.T, c slacksim.Config, databaseURL, driver, dsn string) *crashes {
	t.Helper()
	c.NoPostLimit = true
	x := &crashes{T: t, slack: slacksim.New(c), database: databaseURL, killed: map[string]int{}}
	t.Cleanup(func() { _ = x.slack.Close() })
	for i := range crashChannels {
		x.slack.AddChannel(fmt.Sprint("CD", i), fmt.Sprint("digests", i), "U1", "U0BOT")
	}
	var err error
	x.slackURL, err = x.slack.Listen(t.Context())
	x.must(err)
	x.db, err = database.OpenStore(t.Context(), databaseURL, "test")
	x.must(err)
	x.admin, err = sql.Open(driver, dsn)
	x.must(err)
	t.Cleanup(func() { _ = errors.Join(x.db.Close(), x.admin.Close()) })
	return x
}

func (x *crashes) must(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

// seed makes digests whose slot came a minute ago, so that they are posted at once.
func (x *crashes) seed(n int) {
	x.Helper()
	due := time.Now().UTC().Truncate(time.Minute).Add(-time.Minute)
	when, err := digest.NewRule(digest.Spec{Days: digest.EveryDay, Times: []digest.Clock{digest.Clock(due.Hour()*60 + due.Minute())}, Zone: "UTC"})
	x.must(err)
	slot, _ := when.Next(due.Add(-time.Second), digest.Calendars{})
	for range n {
		row, err := digests.Row(digest.Digest{
			Channel: fmt.Sprint("CD", len(x.seeded)%crashChannels), By: "U1", Made: due, Next: slot,
			Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"Sales"}}, Rule: when},
		})
		x.must(err)
		row, err = x.db.AddDigest(x.Context(), row, "made")
		x.must(err)
		x.seeded = append(x.seeded, row)
	}
}

// start starts a process that stays at step; none for a process that goes on.
func (x *crashes) start(step string) *child {
	x.Helper()
	x.children++
	c := &child{name: fmt.Sprint("child", x.children), step: step, reached: make(chan struct{})}
	var once sync.Once // several posts may be under way
	c.cmd, c.ended = startChild(x.T, "digestchild", func(line string) {
		if line == "halted" {
			once.Do(func() { close(c.reached) })
		}
	}, "CHILD_DATABASE="+x.database, "CHILD_SLACK="+x.slackURL, "CHILD_STOP="+step, "CHILD_NAME="+c.name)
	return c
}

// kill ends c as the kernel would, and lets the time pass until its leases have ended.
func (x *crashes) kill(c *child) {
	x.Helper()
	x.must(c.cmd.Process.Kill())
	<-c.ended
	_ = c.cmd.Wait() // it was killed
	_, err := x.admin.ExecContext(x.Context(), "update slot_run set lease_until = 0 where ended = 0 and holder like '"+c.name+"-%'")
	x.must(err)
}

// within waits until something has come.
func (x *crashes) within(d time.Duration, what string, come func() bool) {
	x.Helper()
	for end := time.Now().Add(d); !come(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			x.Fatalf("%v went by before %s", d, what)
		}
	}
}

// prepare makes Slack do what step needs of it.
func (x *crashes) prepare(step string) {
	switch step {
	case duringPost:
		x.slack.Fail("chat.postMessage", slacksim.Fault{Hang: true})
	case answerLost:
		x.slack.Fail("chat.postMessage", slacksim.Fault{LoseReply: true})
	}
}

// round seeds slots, and kills a process at step while it posts them.
func (x *crashes) round(step string, slots int) {
	x.Helper()
	x.seed(slots)
	x.prepare(step)
	calls := x.slack.Calls("chat.postMessage")
	c := x.start(step)
	x.within(time.Minute, step, func() bool {
		select {
		case <-c.reached:
			return true
		default:
			return step == duringPost && x.slack.Calls("chat.postMessage") > calls
		}
	})
	x.kill(c)
	x.killed[step]++
}

// runs returns what became of every slot.
func (x *crashes) runs() map[int64]store.RunRow {
	x.Helper()
	all := map[int64]store.RunRow{}
	for _, d := range x.seeded {
		runs, err := x.db.LastRuns(x.Context(), d.ID, 9)
		x.must(err)
		for _, r := range runs {
			if r.Slot == d.NextSlot {
				all[d.ID] = r
			}
		}
	}
	return all
}

// finish lets one process go on until every slot has ended.
func (x *crashes) finish() {
	x.Helper()
	c := x.start("")
	x.within(3*time.Minute, "every slot has ended", func() bool {
		var left int
		x.must(x.admin.QueryRowContext(x.Context(), "select count(*) from slot_run where ended > 0").Scan(&left))
		return left == len(x.seeded)
	})
	x.kill(c)
}

// check counts the messages of every slot. Blind is without the history's scope, where
// nobody can tell what stands.
func (x *crashes) check(blind bool) {
	x.Helper()
	messages := map[string]int{}
	for _, m := range x.slack.All() {
		messages[m.Text]++
	}
	count := map[string]int{}
	runs := x.runs()
	for _, d := range x.seeded {
		r, ok := runs[d.ID]
		n := messages[fmt.Sprintf("Digest %d of %s", d.ID, d.NextSlot)]
		switch {
		case !ok || r.Open():
			x.Errorf("digest %d was lost: %+v", d.ID, r)
		case n > 1:
			x.Errorf("digest %d was posted %d times", d.ID, n)
		case r.State == store.RunPosted && n == 0, r.State != store.RunPosted && r.State != store.RunUnknown, r.State == store.RunUnknown && !blind:
			x.Errorf("digest %d is %s and stands %d times", d.ID, r.State, n)
		case r.State == store.RunUnknown && n == 1:
			count["unknown and standing"]++
		case r.State == store.RunUnknown:
			count["unknown and not standing"]++
		case r.Attempt > 1:
			count["posted at a later attempt, or found"]++
		default:
			count["posted at once"]++
		}
	}
	kills := 0
	for _, n := range x.killed {
		kills += n
	}
	x.Logf("%d slots, %d kills %v: none twice, none lost; %v", len(x.seeded), kills, x.killed, count)
}

// A look; with PostgreSQL there is a test of many more slots.
func TestNoCrashPostsASlotTwiceOrLosesOne(t *testing.T) { postWhileKilled(t, 28) }

// postWhileKilled posts slots while the process is killed at every step, with the history's
// scope and without it.
func postWhileKilled(t *testing.T, slots int) {
	t.Helper()
	for _, blind := range []bool{false, true} {
		t.Run(map[bool]string{false: "with the history's scope", true: "without it"}[blind], func(t *testing.T) {
			t.Parallel() // most of it is waiting
			c := slacksim.Config{}
			if blind {
				c.Scopes = []string{"chat:write", "connections:write", "users:read", "commands"}
			}
			path := filepath.Join(t.TempDir(), "ahtbot.db")
			x := newCrashes(t, c, "sqlite://"+path, "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
			for left, i := slots/2, 0; left > 0; i++ {
				n := min(left, 2+i/len(crashSteps)%3)
				x.round(crashSteps[i%len(crashSteps)], n)
				left -= n
			}
			x.finish()
			x.check(blind)
		})
	}
}
