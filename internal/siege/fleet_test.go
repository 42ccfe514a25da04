//go:build postgres || tmpfs

package siege

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/store"
)

// builtProgram is the path of the program, built once for all tests, with the race detector where they have it. It
// lies where testscript puts its children, and goes with them.
var builtProgram = sync.OnceValues(func() (string, error) {
	child, err := exec.LookPath("alertchild")
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(child), "ahtbot")
	args := []string{"build", "-o", path}
	info, _ := debug.ReadBuildInfo()
	if slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "ahtbot/cmd/ahtbot")...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, err
})

// fleet is several processes of the program on one database, between two simulators.
type fleet struct {
	*testing.T
	slack    *slacksim.Workspace
	upstream *ozonesim.Server
	database *url.URL // of a database made for this test, past any proxy
	env      map[string]string
	bots     []*runner
	people   []string
	asked    []*asked
}

// runner is one process.
type runner struct {
	cmd    *exec.Cmd
	addr   string // of its health
	log    *journal
	done   chan error
	killed bool
}

// asked is a question typed.
type asked struct {
	*slacksim.Delivery
	line string
	at   time.Time
}

// newFleetOn makes a world with a database, and an account of perMinute requests and of
// answers that take latency. Nothing runs in it yet.
func newFleetOn(t *testing.T, database *url.URL, perMinute int, latency time.Duration) *fleet {
	t.Helper()
	f := &fleet{
		T: t, slack: slacksim.New(slacksim.Config{}), database: database,
		upstream: ozonesim.New(ozonesim.Config{APIKey: "key-of-the-account", Username: "floor_user", Allowance: perMinute, Latency: latency}),
	}
	t.Cleanup(func() { _ = errors.Join(f.slack.Close(), f.upstream.Close()) })
	f.people = []string{"U1", "U2"}
	for i := range 38 {
		id := fmt.Sprintf("U%d", 10+i)
		f.slack.AddPerson(members.Person{ID: id, Name: "person" + id})
		f.people = append(f.people, id)
	}
	f.slack.AddChannel("C1", "floor", append(slices.Clone(f.people), "U0BOT")...)
	slackURL, err := f.slack.Listen(t.Context())
	f.must(err)
	upstreamURL, err := f.upstream.Listen(t.Context())
	f.must(err)
	f.env = map[string]string{
		"SLACK_API_URL": slackURL, "SLACK_APP_TOKEN": "xapp-1-A0DEMO-demo", "SLACK_BOT_TOKEN": "xoxb-demo", "SLACK_CONNECTIONS": "2",
		"OZONETEL_BASE_URL": upstreamURL, "OZONETEL_API_KEY": "key-of-the-account", "OZONETEL_USERNAME": "floor_user",
		"OZONETEL_REQUESTS_PER_MINUTE": strconv.Itoa(perMinute), "DATABASE_URL": f.database.String(), "LOG_FORMAT": "text",
		"READING_MAX_AGE": "1h",
	}
	f.withStore(func(db store.Store) { f.must(db.Resize(t.Context(), perMinute, true)) })
	return f
}

func (f *fleet) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// withStore opens the database past any proxy.
func (f *fleet) withStore(do func(store.Store)) {
	f.Helper()
	db, err := database.OpenStore(f.Context(), f.database.String(), "test")
	f.must(err)
	do(db)
	f.must(db.Close())
}

// start starts n processes and waits until they are ready with all their connections.
func (f *fleet) start(n int) {
	f.Helper()
	for range n {
		f.bots = append(f.bots, nil)
		f.restart(len(f.bots) - 1)
	}
	f.connected()
	for i := range f.bots {
		f.until(20*time.Second, fmt.Sprintf("process %d ready", i), func() bool { return f.ready(i) == "ready" })
	}
}

// restart starts the i-th process, the first time or after it was killed.
func (f *fleet) restart(i int) {
	f.Helper()
	program, err := builtProgram()
	f.must(err)
	addr, err := apptest.FreeAddr()
	f.must(err)
	r := &runner{cmd: exec.Command(program, "run"), addr: addr, log: new(journal), done: make(chan error, 1)}
	r.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + f.TempDir(), "HTTP_ADDR=" + addr}
	for name, value := range f.env {
		r.cmd.Env = append(r.cmd.Env, name+"="+value)
	}
	r.cmd.Dir, r.cmd.Stdout, r.cmd.Stderr = f.TempDir(), r.log, r.log
	f.must(r.cmd.Start())
	go func() { r.done <- r.cmd.Wait() }()
	f.bots[i] = r
	f.Cleanup(func() { f.stop(i, r) })
}

// stop ends a process softly and wants no sign of a panic in what it wrote.
func (f *fleet) stop(i int, r *runner) {
	if !r.killed {
		_ = r.cmd.Process.Signal(os.Interrupt) // it may have ended: done says how
		select {
		case err := <-r.done:
			if err != nil {
				f.Errorf("process %d: %v", i, err)
			}
		case <-time.After(15 * time.Second):
			f.Errorf("process %d does not stop", i)
			_, _ = r.cmd.Process.Kill(), <-r.done
		}
	}
	text := r.log.String()
	if strings.Contains(text, "panic") || strings.Contains(text, "goroutine ") || strings.Contains(text, "DATA RACE") {
		f.Errorf("process %d panicked", i)
	}
	if f.Failed() {
		f.Logf("process %d wrote, at the end:\n%s", i, text[max(0, len(text)-6000):])
	}
}

// kill ends the i-th process as the kernel would.
func (f *fleet) kill(i int) {
	f.Helper()
	r := f.bots[i]
	r.killed = true
	f.must(r.cmd.Process.Signal(syscall.SIGKILL))
	if err := <-r.done; err == nil {
		f.Error("ended by itself")
	}
}

// connected waits until every process has all its connections.
func (f *fleet) connected() {
	f.Helper()
	each, err := strconv.Atoi(f.env["SLACK_CONNECTIONS"])
	f.must(err)
	f.until(60*time.Second, "all connected", func() bool { return f.slack.Connections() == each*len(f.bots) })
}

// ready is what /readyz of the i-th process says.
func (f *fleet) ready(i int) string { return f.page(i, "/readyz") }

// page is what a page of the i-th process says.
func (f *fleet) page(i int, path string) string {
	ctx, cancel := context.WithTimeout(f.Context(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+f.bots[i].addr+path, nil)
	f.must(err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "nobody there"
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(resp.Body) // what is missing will not match
	return strings.TrimSpace(string(text))
}

// until waits for something, and fails the test when it does not come.
func (f *fleet) until(within time.Duration, what string, come func() bool) time.Duration {
	f.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if come() {
			return time.Since(began)
		}
		if time.Since(began) > within {
			f.Fatalf("not in %v: %s", within, what)
		}
	}
}

// targets names n targets, a third of them campaigns as far as there are, as they are typed; the floor has 54.
func (f *fleet) targets(n int) (lines []string) {
	for _, c := range f.upstream.Campaigns()[:min(n/3, len(f.upstream.Campaigns()))] {
		lines = append(lines, fmt.Sprintf("campaign %q", c))
	}
	for _, a := range f.upstream.Agents()[:n-len(lines)] {
		lines = append(lines, "agent "+a)
	}
	return lines
}

// ask has the next person type a question.
func (f *fleet) ask(target string) *asked {
	line := "/aht " + target
	a := &asked{f.slack.Type(f.people[len(f.asked)%len(f.people)], "C1", line), line, time.Now()}
	f.asked = append(f.asked, a)
	return a
}

var (
	notice = regexp.MustCompile(`follows here`)
	figure = regexp.MustCompile(`^(AHT for|No AHT for|Last reading)`)
)

// told returns what was said to who asked: every message, the answers (no notices), and
// the answers with a figure.
func (a *asked) told() (all, answers, figures int) {
	for _, m := range a.Answers() {
		all++
		switch {
		case m.Via == "slack": // its note that the app failed is no answer
		case notice.MatchString(m.Text):
		case figure.MatchString(m.Text):
			answers++
			figures++
		default:
			answers++
		}
	}
	return all, answers, figures
}

func (a *asked) answered() bool { _, n, _ := a.told(); return n > 0 }

// words are all that was said to who asked.
func (a *asked) words() string {
	var all []string
	for _, m := range a.Answers() {
		all = append(all, m.Text)
	}
	return strings.Join(all, " | ")
}

// answered waits until every one of some questions has its answer.
func (f *fleet) answered(within time.Duration, some []*asked) time.Duration {
	f.Helper()
	began := time.Now()
	left := slices.Clone(some)
	for len(left) > 0 && time.Since(began) < within {
		time.Sleep(20 * time.Millisecond)
		left = slices.DeleteFunc(left, (*asked).answered)
	}
	for _, a := range left[:min(5, len(left))] {
		f.Errorf("not answered in %v: %s, typed %v ago, acknowledged %v: %q", within, a.line, time.Since(a.at).Round(time.Second), a.Acked(), a.words())
	}
	if len(left) > 0 {
		f.Fatalf("%d of %d not answered", len(left), len(some))
	}
	return time.Since(began)
}

// within wants the account never to have been asked for more than its allowance.
func (f *fleet) within(allowance, tokens int) {
	f.Helper()
	c := f.upstream.Counts()
	if c.MaxAllIn60s > allowance || c.Refused > 0 {
		f.Errorf("%d requests in 60 s and %d refused, the allowance is %d", c.MaxAllIn60s, c.Refused, allowance)
	}
	if c.Tokens > tokens {
		f.Errorf("%d tokens, want at most %d", c.Tokens, tokens)
	}
	if c.MaxInFlightPerTarget > 1 {
		f.Errorf("%d questions at once about one target", c.MaxInFlightPerTarget)
	}
	f.Logf("upstream: %d questions, %d tokens, at most %d of %d in 60 s, %d at once about one target",
		c.AHT, c.Tokens, c.MaxAllIn60s, allowance, c.MaxInFlightPerTarget)
}

// journal is what a process writes.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// said is how often a process wrote something.
func (j *journal) said(words string) int { return strings.Count(j.String(), words) }

// used is how many slots of the ledger are not free.
func (f *fleet) used() (used int) {
	f.Helper()
	f.withStore(func(db store.Store) {
		n, _, err := db.Used(f.Context())
		f.must(err)
		used = n
	})
	return used
}

// metricOf is a figure of the i-th process.
func (f *fleet) metricOf(i int, name string) float64 {
	f.Helper()
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (.*)$`).FindStringSubmatch(f.page(i, "/metrics"))
	if found == nil {
		f.Fatalf("no metric %s", name)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	f.must(err)
	return value
}

// says waits until who typed a line was told something that matches a pattern.
func (f *fleet) says(a *asked, within time.Duration, pattern string) {
	f.Helper()
	want := regexp.MustCompile(pattern)
	for end := time.Now().Add(within); !want.MatchString(a.words()); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			f.Fatalf("%s: told %q, want %s", a.line, a.words(), pattern)
		}
	}
}

// targetOf is the target of a line as targets writes them.
func targetOf(t *testing.T, line string) aht.Target {
	t.Helper()
	kind, name, _ := strings.Cut(line, " ")
	made, err := aht.NewTarget(map[string]aht.Kind{"agent": aht.KindAgent, "campaign": aht.KindCampaign}[kind], strings.Trim(name, `"`))
	if err != nil {
		t.Fatal(err)
	}
	return made
}
