package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/app"
	"ahtbot/internal/ops"
)

// runCommand serves until the context ends.
func runCommand(ctx context.Context, args []string, p process) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(p.err)
	flags.Usage = func() { settings.Manual(p.out) }
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil || flags.NArg() > 0 {
		return errors.New("run takes no arguments; settings come from the environment. Try: ahtbot run -h")
	}
	s, err := readSettings(settings.Need{Slack: true, Upstream: true})
	if err != nil {
		return err
	}
	log := newLog(s, p.err)
	a, err := app.Open(ctx, s.Settings, app.Options{}, log)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	if s.HTTPAddr != "" {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.HTTPAddr)
		if err != nil {
			return fmt.Errorf("HTTP_ADDR %s can't be listened on: is another ahtbot running? Set another address, or set it to nothing", s.HTTPAddr)
		}
		defer a.ServeHealth(ctx, listener)()
	}
	defer a.Start(ctx)()
	log.InfoContext(ctx, "starting", "version", s.Release, "http", s.HTTPAddr, "allowance", s.PerMinute)
	go a.SignIn(ctx)
	if err := a.Run(ctx); err != nil {
		return err
	}
	log.InfoContext(ctx, "stopped", "cause", context.Cause(ctx))
	return nil
}

// healthCommand asks the process that runs beside it, as a container's health check. It
// reads HTTP_ADDR alone, so that it needs no secret.
func healthCommand(ctx context.Context, _ []string, p process) error {
	addr, set := os.LookupEnv("HTTP_ADDR")
	if addr = strings.TrimSpace(addr); !set {
		addr = "127.0.0.1:8080"
	}
	if addr == "" {
		return errors.New("HTTP_ADDR is set to nothing, so health can't be asked. Set it to 127.0.0.1:8080")
	}
	if err := ops.Probe(ctx, addr); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.out, "ready")
	return err
}
