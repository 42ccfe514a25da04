package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ahtbot/bot"
	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store"
)

// The steps at which a process that posts digests is killed.
const (
	beforeClaim  = "before claim"
	afterClaim   = "after claim"
	afterMark    = "after mark"
	duringPost   = "during post"
	answerLost   = "post arrived, answer lost"
	beforeRecord = "before record"
	afterRecord  = "after record"
)

var crashSteps = []string{beforeClaim, afterClaim, afterMark, duringPost, answerLost, beforeRecord, afterRecord}

// digestChild is a process that posts digests, with the program's own parts between the
// loop and the simulated Slack. It says when it reaches the step it is told, and stays
// there.
func digestChild() {
	ctx := context.Background()
	db, err := openStore(ctx, os.Getenv("CHILD_DATABASE"))
	if err != nil {
		panic(err)
	}
	people := new(bot.Directory)
	b, err := bot.New(bot.Config{
		AppToken: "xapp-1-A0DEMO-demo", BotToken: "xoxb-demo", APIURL: os.Getenv("CHILD_SLACK"), People: people,
		Handler: commands.NewHandler(commands.Config{People: people}),
	})
	if err != nil {
		panic(err)
	}
	go func() { panic(b.Run(ctx)) }()
	at := stop{step: os.Getenv("CHILD_STOP")}
	loop, err := digest.New(digest.Config{
		Book:     stopBook{digestBook{db: db}, at, os.Getenv("CHILD_NAME")},
		Readings: calm{},
		Poster:   stopPoster{digestPoster{bot: b, words: digestWords{message: plainDigest}}, at},
	})
	if err != nil {
		panic(err)
	}
	loop.Run(ctx)
}

// plainDigest is a message as short as they come.
func plainDigest(r digest.Report) commands.Reply {
	text := fmt.Sprintf("Digest %d of %s", r.Digest.ID, r.Slot.Local)
	return commands.Reply{Text: text, Lines: []string{text}}
}

// calm is an upstream that always answers.
type calm struct{}

func (calm) Read(_ context.Context, t aht.Target) (aht.Reading, error) {
	return aht.Reading{Target: t, Mean: time.Minute, At: time.Now()}, nil
}

func (calm) Latest(context.Context, aht.Target) (aht.Reading, bool, error) {
	return aht.Reading{}, false, nil
}

func (calm) History(context.Context, aht.Target, time.Time, time.Time) ([]aht.Reading, error) {
	return nil, nil
}

// stop is the step a process stays at.
type stop struct{ step string }

func (s stop) at(step string) {
	if s.step == step {
		fmt.Println("reached", step)
		select {}
	}
}

type stopBook struct {
	digestBook
	stop
	name string
}

func (b stopBook) Claim(ctx context.Context, r digest.SlotRun, holder string, d time.Duration) (digest.SlotRun, bool, error) {
	b.at(beforeClaim)
	r, ok, err := b.digestBook.Claim(ctx, r, b.name+"-"+holder, d)
	if ok && err == nil {
		b.at(afterClaim)
	}
	return r, ok, err
}

func (b stopBook) Keep(ctx context.Context, r digest.SlotRun, d time.Duration, name bool) (bool, error) {
	if !r.Ended.IsZero() {
		b.at(beforeRecord)
	}
	ok, err := b.digestBook.Keep(ctx, r, d, name)
	switch {
	case !ok || err != nil:
	case !r.Ended.IsZero():
		b.at(afterRecord)
	case r.Posting:
		b.at(afterMark)
	}
	return ok, err
}

type stopPoster struct {
	digestPoster
	stop
}

func (p stopPoster) Post(ctx context.Context, r digest.Report, key string) (channel, ts string, err error) {
	channel, ts, err = p.digestPoster.Post(ctx, r, key)
	if err != nil {
		p.at(answerLost)
	}
	return channel, ts, err
}

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
}

const crashChannels = 20

func newCrashes(t *testing.T, c slacksim.Config, database, driver, dsn string) *crashes {
	t.Helper()
	c.NoPostLimit = true
	x := &crashes{T: t, slack: slacksim.New(c), database: database, killed: map[string]int{}}
	t.Cleanup(func() { _ = x.slack.Close() })
	for i := range crashChannels {
		x.slack.AddChannel(fmt.Sprint("CD", i), fmt.Sprint("digests", i), "U1", "U0BOT")
	}
	var err error
	x.slackURL, err = x.slack.Listen(t.Context())
	x.must(err)
	x.db, err = openStore(t.Context(), database)
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
		row, err := asDigestRow(digest.Digest{
			Channel: fmt.Sprint("CD", len(x.seeded)%crashChannels), By: "U1", Made: due, Next: slot,
			Order: digest.Order{What: digest.What{Campaigns: []string{"Sales"}}, When: when},
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
	program, err := exec.LookPath("digestchild") // testscript has put it there
	x.must(err)
	x.children++
	c := &child{cmd: exec.Command(program), name: fmt.Sprint("child", x.children), step: step, reached: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), "CHILD_DATABASE="+x.database, "CHILD_SLACK="+x.slackURL, "CHILD_STOP="+step, "CHILD_NAME="+c.name)
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	x.must(err)
	x.must(c.cmd.Start())
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "reached "+step {
				close(c.reached)
				return
			}
		}
	}()
	return c
}

// kill ends c as the kernel would, and lets the time pass until its leases have ended.
func (x *crashes) kill(c *child) {
	x.Helper()
	x.must(c.cmd.Process.Kill())
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

func TestNoCrashPostsASlotTwiceOrLosesOne(t *testing.T) {
	for _, blind := range []bool{false, true} {
		t.Run(map[bool]string{false: "with the history's scope", true: "without it"}[blind], func(t *testing.T) {
			c := slacksim.Config{}
			if blind {
				c.Scopes = []string{"chat:write", "connections:write", "users:read", "commands"}
			}
			path := filepath.Join(t.TempDir(), "ahtbot.db")
			x := newCrashes(t, c, "sqlite://"+path, "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
			for left, i := crashSlots/2, 0; left > 0; i++ {
				n := min(left, 2+i/len(crashSteps)%3)
				x.round(crashSteps[i%len(crashSteps)], n)
				left -= n
			}
			x.finish()
			x.check(blind)
		})
	}
}
