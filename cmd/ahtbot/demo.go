package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/app"
	"ahtbot/internal/secret"
	"ahtbot/internal/sim/ozonesim"
	"ahtbot/internal/sim/slacksim"
)

// demoCommand starts both simulators and the real bot over loopback sockets and lets a
// person use it: a prompt on a terminal, else line by line to the end of input. It reads
// no setting and leaves no file.
func demoCommand(ctx context.Context, args []string, p process) error {
	if len(args) > 0 {
		return errors.New("demo takes no arguments. Try: ahtbot demo")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	upstream := ozonesim.New(ozonesim.Config{Latency: 120 * time.Millisecond})
	defer func() { _ = upstream.Close() }()
	workspace := slacksim.New(slacksim.Config{})
	defer func() { _ = workspace.Close() }()
	workspace.Grant("users:read.email") // an optional scope, so that /aht me finds Asha
	s, err := demoSettings(ctx, upstream, workspace)
	if err != nil {
		return err
	}
	answered := &tally{outcomes: make(chan string, 1024)}
	a, err := app.Open(ctx, s.Settings, app.Options{Memory: true, Observe: answered.watch}, newLog(s, p.err))
	if err != nil {
		return err
	}
	defer a.Close(context.WithoutCancel(ctx))
	defer a.Start(ctx)()
	stopped := make(chan error, 1)
	go func() { stopped <- a.Run(ctx) }()
	ready, done := context.WithTimeout(ctx, 10*time.Second)
	defer done()
	if err := workspace.WaitConnections(ready, 1); err != nil {
		return fmt.Errorf("the demo did not come up: %w. Try once more", err)
	}
	select { // so that the first line may name any campaign
	case <-a.NamesReady():
	case <-ready.Done():
	}
	d := &demo{workspace: workspace, answered: answered, out: p.out, interactive: terminal(p.in), shown: map[string]int{}}
	d.greet(upstream)
	err = d.converse(ctx, p.in)
	cancel()
	return errors.Join(err, <-stopped)
}

// demoSettings are fixed: no variable of the environment has a say, and nothing but
// loopback is dialled.
func demoSettings(ctx context.Context, upstream *ozonesim.Server, workspace *slacksim.Workspace) (settings.Settings, error) {
	slackURL, err := workspace.Listen(ctx)
	if err != nil {
		return settings.Settings{}, err
	}
	upstreamURL, err := upstream.Listen(ctx)
	if err != nil {
		return settings.Settings{}, err
	}
	base, err := url.Parse(upstreamURL)
	if err != nil {
		return settings.Settings{}, err
	}
	zone, err := time.LoadLocation("Asia/Kolkata")
	return settings.Settings{Settings: app.Settings{
		Release: release(), SlackApp: secret.New("xapp-1-A0DEMO-demo"), SlackBot: secret.New("xoxb-demo"), SlackURL: slackURL,
		APIKey: secret.New("demo-key"), Username: "demo_user", BaseURL: base, PerMinute: 50,
		MaxAge: time.Minute, Retention: 24 * time.Hour, Poll: 5 * time.Second, Zone: zone,
	}, LogLevel: slog.LevelError, LogJSON: new(false)}, err
}
