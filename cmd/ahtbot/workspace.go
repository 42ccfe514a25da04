package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/workspace"
	"ahtbot/internal/workspace/wirelog"
)

// workspaceCommand starts the page and both simulators without a bot, and prints the environment by which one connects: ahtbot run,
// or anybody's Socket Mode app. It reads no setting and leaves no file.
func workspaceCommand(ctx context.Context, args []string, p process) error {
	flags := flag.NewFlagSet("workspace", flag.ContinueOnError)
	flags.SetOutput(p.err)
	addr := flags.String("addr", "", "where the page is, on this machine (default "+usualAddr+", or a free port)")
	if err := flags.Parse(args); err != nil {
		return errSaid
	}
	if flags.NArg() > 0 {
		return errors.New("workspace takes no arguments. Try: ahtbot workspace")
	}
	wire := wirelog.New(demoKey)
	upstream := ozonesim.New(ozonesim.Config{Latency: 120 * time.Millisecond, Requests: wire.Upstream})
	defer func() { _ = upstream.Close() }()
	slack := slacksim.New(slacksim.Config{Keep: demoKeeps, Requests: wire.Slack, Frames: wire.Frame})
	defer func() { _ = slack.Close() }()
	slack.Grant("users:read.email") // an optional scope, so that /aht me finds Asha
	s, err := demoSettings(ctx, upstream, slack)
	if err != nil {
		return err
	}
	l, err := listenForPage(ctx, *addr)
	if err != nil {
		return err
	}
	page := newPage(slack, upstream, workspace.App{}, wire) // no commands: each line with a slash is one, whatever the app calls its own
	address, stop := servePage(ctx, page, l)
	defer stop()
	printEnvironment(p.out, address, s)
	<-ctx.Done()
	return nil
}

// printEnvironment prints what an app needs to connect, so that a shell can read it.
func printEnvironment(out io.Writer, page string, s settings.Settings) {
	fmt.Fprintf(out, `# A simulated Slack workspace and Ozonetel account, and no bot. The page: %s
# For another terminal:
export SLACK_APP_TOKEN=%s
export SLACK_BOT_TOKEN=%s
export SLACK_API_URL=%s
export OZONETEL_API_KEY=%s
export OZONETEL_USERNAME=%s
export OZONETEL_BASE_URL=%s
export DATABASE_URL=sqlite://workspace.db
export POLL_INTERVAL=%s
export ADMINS=%s
# There: ahtbot run, or any Socket Mode app. Ctrl-C ends the workspace, and all that was said is gone.
`, page, s.SlackApp.Reveal(), s.SlackBot.Reveal(), s.SlackURL, s.APIKey.Reveal(), s.Username, s.BaseURL, s.Poll, demoAdmin)
}
