package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"ahtbot/internal/sim/ozonesim"
)

// roleVariable makes a copy of this test binary play something else than the tests.
const roleVariable = "AHTBOT_BENCH_ROLE"

// The roles.
const (
	roleUpstream = "upstream" // the simulated Ozonetel; prints its URL, ends with its standard input
	rolePlain    = "plain"    // the plain slack-go bot
)

func TestMain(m *testing.M) {
	switch role := os.Getenv(roleVariable); role {
	case "":
		debug.SetGCPercent(400) // this process plays Slack on the bot's cores: it should collect rarely
		code := m.Run()
		removeBinaries()
		os.Exit(code)
	case roleUpstream:
		finish(playUpstream(context.Background()))
	case rolePlain:
		finish(playPlain(context.Background()))
	default:
		finish(fmt.Errorf("no such role: %s", role))
	}
}

func finish(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// What one upstream question costs in time, and how many a minute the simulated account
// allows: far more than the mix asks, because the allowance is not what is measured.
const (
	upstreamTakes     = 20 * time.Millisecond
	upstreamPerMinute = 3_000
)

// playUpstream serves until standard input ends.
func playUpstream(ctx context.Context) error {
	server := ozonesim.New(ozonesim.Config{Allowance: upstreamPerMinute, Latency: upstreamTakes})
	base, err := server.Listen(ctx)
	if err != nil {
		return err
	}
	fmt.Println(base)
	_, _ = io.Copy(io.Discard, os.Stdin) // whatever ends it, the parent is gone
	return server.Close()
}

// startUpstream starts the simulated Ozonetel as a process of its own.
func startUpstream(ctx context.Context) (base string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := command(ctx, self)
	cmd.Env = append(cmd.Env, roleVariable+"="+roleUpstream)
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = in.Close()
		_ = cmd.Wait() // it has nothing to say at its end
	}
	if base, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		stop()
		return "", nil, fmt.Errorf("upstream simulator did not start: %w", err)
	}
	return base[:len(base)-1], stop, nil
}
