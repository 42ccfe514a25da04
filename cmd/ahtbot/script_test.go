package main

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"ahtbot/internal/app/apptest"
	"ahtbot/internal/app/database"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/ozonesim/quirk"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/store/sqlite"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ahtbot": main})
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
			"metrics":   metrics,
			"ready":     ready,
			"lock":      lock,
			"unlock":    unlock,
			"type":      typed,
			"typeuntil": typedUntil,
			"posted":    posted,
			"account":   account,
			"press":     pressed,
			"rival":     rival,
			"otheruse":  otherUse,
			"within":    within,
			"proxy":     companyProxy,
			"through":   through,
			"front":     front,
			"heard":     heard,
			"paged":     paged,
			"exported":  exported,
			"do":        do,
			"sees":      sees,
			"wired":     wired,
		},
	})
}

// world is what surrounds one script: two simulators of its own.
type world struct {
	slack    *slacksim.Workspace
	upstream *ozonesim.Server
	locker   *sql.DB // another who uses the database file
	company  *proxied
}

type worldKey struct{}

// setup starts a world and puts the settings that reach it into the environment.
func setup(env *testscript.Env) error {
	w := world{slack: slacksim.New(slacksim.Config{}), upstream: ozonesim.New(ozonesim.Config{APIKey: "key-of-the-account", Username: "floor_user"})}
	env.Defer(func() { _ = errors.Join(w.slack.Close(), w.upstream.Close()) })
	slackURL, err := w.slack.Listen(context.Background())
	if err != nil {
		return err
	}
	upstreamURL, err := w.upstream.Listen(context.Background())
	if err != nil {
		return err
	}
	addr, err := apptest.FreeAddr()
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
	if err := makeStore(env.WorkDir); err != nil {
		return err
	}
	if w.locker, err = sql.Open("sqlite", env.WorkDir+"/ahtbot.db"); err != nil {
		return err
	}
	env.Defer(func() { _ = w.locker.Close() })
	w.locker.SetMaxOpenConns(1) // which holds the lock
	w.company = new(proxied)
	env.Defer(func() { _ = w.company.close() })
	env.Values[worldKey{}] = w
	return nil
}

// makeStore makes the database a script's bots use, with a ledger that need not wait: the
// account was made a moment ago.
func makeStore(folder string) error {
	db, err := sqlite.Open(context.Background(), "sqlite://"+folder+"/ahtbot.db", "test")
	if err != nil {
		return err
	}
	return errors.Join(database.MakeLedger(context.Background(), db, 3000, true), db.Close())
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
	ready(ts, false, []string{"^ready$"})
}

// ready waits until readiness reads as a pattern.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	pattern, text := regexp.MustCompile("(?m)"+args[0]), ""
	for ; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		if text = fetch(ctx, ts, "/readyz"); pattern.MatchString(text) {
			return
		}
	}
	ts.Fatalf("readiness never matches %s, at last: %s", args[0], text)
}

// lock takes the database's write lock, as a backup that hangs would, until unlock.
func lock(ts *testscript.TestScript, _ bool, _ []string) {
	_, err := worldOf(ts).locker.Exec("pragma busy_timeout = 10000; begin immediate")
	ts.Check(err)
}

func unlock(ts *testscript.TestScript, _ bool, _ []string) {
	_, err := worldOf(ts).locker.Exec("rollback")
	ts.Check(err)
}

// fetch reads a page of the bot's health; nobody there is an empty page.
func fetch(ctx context.Context, ts *testscript.TestScript, path string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+ts.Getenv("HTTP_ADDR")+path, nil)
	ts.Check(err)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	body, err := io.ReadAll(resp.Body)
	ts.Check(errors.Join(err, resp.Body.Close()))
	return string(body)
}

// metrics waits for a line of the metrics that matches each pattern.
func metrics(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var text, missing string
	for ; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		text, missing = fetch(ctx, ts, "/metrics"), ""
		for _, pattern := range args {
			if !regexp.MustCompile("(?m)^" + pattern + "$").MatchString(text) {
				missing = pattern
			}
		}
		if missing == "" {
			return
		}
	}
	ts.Fatalf("no %s in\n%s", missing, text)
}

// typed types a line as Asha in #floor and wants an answer that matches a pattern: on a busy
// machine a word about the wait may come before it.
func typed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: type LINE PATTERN")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	w, pattern := worldOf(ts), regexp.MustCompile(args[1])
	ts.Check(w.slack.WaitConnections(ctx, 1))
	asked := w.slack.Type("U1", "C1", args[0])
	for ; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		if slices.ContainsFunc(asked.Answers(), func(m slacksim.Message) bool { return pattern.MatchString(m.Plain()) }) {
			return
		}
	}
	for _, m := range asked.Answers() {
		ts.Logf("answered:\n%s", m.Plain())
	}
	ts.Fatalf("no answer matches %s", args[1])
}

// typedUntil types a line until its answer matches a pattern, for what is known only a
// moment after the start.
func typedUntil(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	want := regexp.MustCompile(args[1])
	for {
		m, err := worldOf(ts).slack.Type("U1", "C1", args[0]).WaitAnswer(ctx)
		if err != nil {
			ts.Fatalf("%v; the last answer was:\n%s", err, m.Plain())
		}
		if want.MatchString(m.Plain()) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// posted waits until a message for everybody in #floor matches a pattern.
func posted(ts *testscript.TestScript, _ bool, args []string) {
	changes, stop := worldOf(ts).slack.Subscribe()
	defer stop()
	want, late := regexp.MustCompile(args[0]), time.After(20*time.Second)
	for {
		var all []string
		for _, m := range worldOf(ts).slack.All() {
			if m.Channel == "C1" && m.EphemeralFor == "" && !m.Deleted {
				all = append(all, m.Plain())
			}
		}
		if slices.ContainsFunc(all, want.MatchString) {
			return
		}
		select {
		case <-changes:
		case <-late:
			ts.Fatalf("not posted; what was:\n%s", strings.Join(all, "\n\n"))
		}
	}
}

// rival takes the upstream token away.
func rival(ts *testscript.TestScript, _ bool, _ []string) { worldOf(ts).upstream.RevokeTokens() }

// otherUse has something else use up so many requests of the upstream account's minute.
func otherUse(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	worldOf(ts).upstream.OtherConsumer(n, time.Second)
}

// within wants the count of a kind of upstream request to be at most a number.
func within(ts *testscript.TestScript, _ bool, args []string) {
	most, err := strconv.Atoi(args[1])
	ts.Check(err)
	counts := worldOf(ts).upstream.Counts()
	if got := map[string]int{"tokens": counts.Tokens, "aht": counts.AHT}[args[0]]; got > most {
		ts.Fatalf("%d %s, want at most %d", got, args[0], most)
	}
}

// account makes the account behave as the quirks of ozonesim say that are named.
func account(ts *testscript.TestScript, _ bool, args []string) {
	for _, arg := range args {
		q, err := quirk.Parse(arg)
		ts.Check(err)
		worldOf(ts).upstream.Set(q)
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
