package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store/sqlite"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ahtbot": main, "digestchild": digestChild, "alertchild": alertChild})
}

// TestScripts plays testdata/script: the program as a person runs it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"connected": connected,
			"type":      typed,
			"rival":     rival,
			"within":    within,
		},
	})
}

// world is what surrounds one script: two simulators of its own.
type world struct {
	slack    *slacksim.Workspace
	upstream *ozonesim.Server
}

type worldKey struct{}

// setup starts a world and puts the settings that reach it into the environment.
func setup(env *testscript.Env) error {
	w := world{slacksim.New(slacksim.Config{}), ozonesim.New(ozonesim.Config{APIKey: "key-of-the-account", Username: "floor_user"})}
	env.Defer(func() { _ = errors.Join(w.slack.Close(), w.upstream.Close()) })
	slackURL, err := w.slack.Listen(context.Background())
	if err != nil {
		return err
	}
	upstreamURL, err := w.upstream.Listen(context.Background())
	if err != nil {
		return err
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"SLACK_API_URL": slackURL, "SLACK_APP_TOKEN": "xapp-1-A0DEMO-demo", "SLACK_BOT_TOKEN": "xoxb-demo",
		"OZONETEL_BASE_URL": upstreamURL, "OZONETEL_API_KEY": "key-of-the-account", "OZONETEL_USERNAME": "floor_user",
		"OZONETEL_REQUESTS_PER_MINUTE": "3000", "HTTP_ADDR": addr,
	} {
		env.Setenv(name, value)
	}
	env.Values[worldKey{}] = w
	return makeStore(env.WorkDir)
}

// makeStore makes the database a script's bots use, with a ledger that need not wait: the
// account was made a moment ago.
func makeStore(folder string) error {
	db, err := sqlite.Open(context.Background(), "sqlite://"+folder+"/ahtbot.db", "test")
	if err != nil {
		return err
	}
	return errors.Join(makeLedger(context.Background(), db, 3000, true), db.Close())
}

// freeAddr is a loopback address nothing listens on at this moment.
func freeAddr() (string, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func worldOf(ts *testscript.TestScript) world {
	w, ok := ts.Value(worldKey{}).(world)
	if !ok {
		ts.Fatalf("no world")
	}
	return w
}

// connected waits until the bot has opened its socket and says it is ready.
func connected(ts *testscript.TestScript, _ bool, _ []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ts.Check(worldOf(ts).slack.WaitConnections(ctx, 1))
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+ts.Getenv("HTTP_ADDR")+"/readyz", nil)
		ts.Check(err)
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			ts.Check(resp.Body.Close())
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
	}
	ts.Fatalf("never ready")
}

// typed types a line as Asha in #floor and wants an answer that matches a pattern.
func typed(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: type LINE PATTERN")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	w := worldOf(ts)
	ts.Check(w.slack.WaitConnections(ctx, 1))
	m, err := w.slack.Type("U1", "C1", args[0]).WaitAnswer(ctx)
	ts.Check(err)
	if regexp.MustCompile(args[1]).MatchString(m.Plain()) == neg {
		ts.Fatalf("answered:\n%s", m.Plain())
	}
}

// rival takes the upstream token away.
func rival(ts *testscript.TestScript, _ bool, _ []string) { worldOf(ts).upstream.RevokeTokens() }

// within wants the count of a kind of upstream request to be at most a number.
func within(ts *testscript.TestScript, _ bool, args []string) {
	most, err := strconv.Atoi(args[1])
	ts.Check(err)
	counts := worldOf(ts).upstream.Counts()
	if got := map[string]int{"tokens": counts.Tokens, "aht": counts.AHT}[args[0]]; got > most {
		ts.Fatalf("%d %s, want at most %d", got, args[0], most)
	}
}

// TestReadmeCommandsHaveScripts holds the README to what the scripts prove.
func TestReadmeCommandsHaveScripts(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	var scripts strings.Builder
	for _, e := range entries {
		text, err := os.ReadFile("testdata/script/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(text)
	}
	commands := regexp.MustCompile(`(?m)^(?:.*\| )?(?:go run \./cmd/|\./)?ahtbot( [a-z][^\n#]*)?`).FindAllStringSubmatch(codeOf(string(readme)), -1)
	if len(commands) < 6 {
		t.Fatalf("only %d commands found in the README", len(commands))
	}
	for _, c := range commands {
		want := "exec ahtbot" + strings.ReplaceAll(strings.TrimRight(c[1], " "), `"`, "'")
		if !strings.Contains(scripts.String(), want+"\n") && !strings.Contains(scripts.String(), want+" &") {
			t.Errorf("no script runs %q", want)
		}
	}
}

// codeOf returns the fenced code of a Markdown text.
func codeOf(text string) string {
	var out strings.Builder
	for i, part := range strings.Split(text, "```") {
		if i%2 == 1 {
			_, code, _ := strings.Cut(part, "\n")
			out.WriteString(code)
		}
	}
	return out.String()
}
