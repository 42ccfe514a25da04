package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ahtbot/internal/store"
	"ahtbot/internal/store/sqlite"
)

// contender is one of the bots that are measured side by side.
type contender struct {
	name    string
	file    string   // binary to run, in the folder of binaries; empty: this test binary
	args    []string // its arguments
	role    string   // for this test binary
	answers bool     // knows what it is asked, so that its answers can be checked
	names   int      // campaigns of the account that it knows from the start
}

// The contenders. floor posts its answer as Slack's guide has it; floorAck is the floor
// of what we do, the answer inside the acknowledgement.
var (
	ours     = contender{name: "ahtbot", file: "ahtbot", args: []string{"run"}, answers: true}
	floor    = contender{name: "floor", file: "floor"}
	floorAck = contender{name: "floor, in ack", file: "floor", args: []string{"-ack"}}
	plain    = contender{name: "plain slack-go", role: rolePlain}
)

// contenders is the order in which they take turns.
var contenders = []contender{floor, ours, plain, floorAck}

// command returns a command with an environment in which no setting of the caller's has a
// say, but for Go's own: GOGC, GOMEMLIMIT, GODEBUG and their like.
func command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if name == "PATH" || name == "HOME" || strings.HasPrefix(name, "GO") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	return cmd
}

// build is one way to build the binaries, done once and removed at the end.
type build struct {
	flags, env []string

	once sync.Once
	dir  string
	err  error
}

// shipped builds as the Dockerfile does; quick shares what go test has already compiled.
var (
	shipped = &build{flags: []string{"-trimpath", "-ldflags", "-s -w"}, env: []string{"CGO_ENABLED=0"}}
	quick   = &build{}
)

// binaries returns the folder with the binaries.
func (b *build) binaries(ctx context.Context) (string, error) {
	b.once.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "ahtbot-bench-"); b.err != nil {
			return
		}
		args := append([]string{"build", "-o", b.dir + string(filepath.Separator)}, b.flags...)
		cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/ahtbot", "./internal/bench/floor")...)
		cmd.Dir = filepath.Join("..", "..")
		cmd.Env = append(os.Environ(), b.env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	return b.dir, b.err
}

func removeBinaries() {
	for _, folder := range folders.all() {
		_ = os.RemoveAll(folder)
	}
	for _, b := range []*build{shipped, quick} {
		if b.dir != "" {
			_ = os.RemoveAll(b.dir) // a leftover in the temporary folder harms nobody
		}
	}
}

// command returns c ready to start, talking to the two simulators.
func (c contender) command(ctx context.Context, b *build, slackURL, upstreamURL string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if c.file != "" {
		var dir string
		dir, err = b.binaries(ctx)
		path = filepath.Join(dir, c.file)
	}
	if err != nil {
		return nil, err
	}
	database, err := newDatabase(ctx, c.names)
	if err != nil {
		return nil, err
	}
	cmd := command(ctx, path, c.args...)
	cmd.Env = append(
		cmd.Env, roleVariable+"="+c.role,
		"SLACK_APP_TOKEN=xapp-1-A0DEMO-demo", "SLACK_BOT_TOKEN=xoxb-demo", "SLACK_API_URL="+slackURL,
		"OZONETEL_API_KEY=demo-key", "OZONETEL_USERNAME=demo_user", "OZONETEL_BASE_URL="+upstreamURL,
		fmt.Sprint("OZONETEL_REQUESTS_PER_MINUTE=", upstreamPerMinute), "READING_MAX_AGE=2h",
		"LOG_LEVEL=warn", "HTTP_ADDR=", "DATABASE_URL="+database,
	)
	return cmd, nil
}

// made are the folders to remove at the end.
type made struct {
	mu   sync.Mutex
	list []string
}

var folders made

func (m *made) add(folder string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append(m.list, folder)
}

func (m *made) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.list
}

// newDatabase makes a database whose ledger need not wait: the account was made just now. Of its campaigns so many are known.
func newDatabase(ctx context.Context, names int) (databaseURL string, err error) {
	own, err := os.MkdirTemp("", "ahtbot-bench-store-")
	if err != nil {
		return "", err
	}
	folders.add(own)
	databaseURL = "sqlite://" + filepath.Join(own, "ahtbot.db")
	db, err := sqlite.Open(ctx, databaseURL, "bench")
	if err != nil {
		return "", err
	}
	// A busy disk may need longer for so many slots than the store's patience.
	for try := 0; try == 0 || errors.Is(err, store.ErrUnavailable) && try < 10; try++ {
		err = db.Resize(ctx, upstreamPerMinute, true)
	}
	if all := campaigns(names); err == nil && names > 0 {
		err = db.ReplaceCampaigns(ctx, all, time.Now())
	}
	return databaseURL, errors.Join(err, db.Close())
}
