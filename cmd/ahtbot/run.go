package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"reflect"

	"ahtbot/internal/app"
)

// runCommand serves until the context ends.
func runCommand(ctx context.Context, args []string, p process) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(p.err)
	flags.Usage = func() { manual(p.out) }
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil || flags.NArg() > 0 {
		return errors.New("run takes no arguments; settings come from the environment. Try: ahtbot run -h")
	}
	s, err := readSettings(need{slack: true, upstream: true})
	if err != nil {
		return settingsError(err)
	}
	log := newLog(s, p.err)
	a, err := app.Open(ctx, s.Settings, app.Options{}, log)
	if err != nil {
		return err
	}
	defer a.Close(ctx)
	if s.httpAddr != "" {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.httpAddr)
		if err != nil {
			return fmt.Errorf("HTTP_ADDR %s can't be listened on: is another ahtbot running? Set another address, or set it to nothing", s.httpAddr)
		}
		defer a.ServeHealth(ctx, listener)()
	}
	defer a.Start(ctx)()
	log.InfoContext(ctx, "starting", "version", s.Release, "http", s.httpAddr, "allowance", s.PerMinute)
	go a.SignIn(ctx)
	if err := a.Run(ctx); err != nil {
		return err
	}
	log.InfoContext(ctx, "stopped", "cause", context.Cause(ctx))
	return nil
}

// settingsError heads a list of faults.
func settingsError(faults error) error {
	return fmt.Errorf("some settings need mending:\n%w\nTry: ahtbot run -h for all settings, or ahtbot demo to look around without any", faults)
}

// manual prints every setting, from the tags of environment. envconfig's own Usagef would
// do it with a template, and a program that holds templates keeps every method of every
// type it links, 4 MB of them (.ci/run looks).
func manual(w io.Writer) {
	fmt.Fprintln(w, "Usage: ahtbot run\n\nConnects to Slack and serves until it is told to stop. Settings are environment variables:")
	for field := range reflect.TypeFor[environment]().Fields() {
		fmt.Fprintf(w, "\n%s", field.Tag.Get("envconfig"))
		if value := field.Tag.Get("default"); value != "" {
			fmt.Fprintf(w, " (default %s)", value)
		}
		fmt.Fprintf(w, "\n    %s", field.Tag.Get("desc"))
	}
	fmt.Fprintln(w)
}
