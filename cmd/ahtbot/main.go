// Command ahtbot answers "how long are calls taking?" in Slack, from Ozonetel CloudAgent.
// This package has the subcommands; package app connects the parts.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // zones on machines and images that ship none

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/ops"
	"ahtbot/internal/proxy"
)

func main() { os.Exit(mainExit()) }

// mainExit is main with its exit code as a value, so that script tests can run it.
func mainExit() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C kills
	err := dispatch(ctx, os.Args[1:], process{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	if err == nil {
		return 0
	}
	if !errors.Is(err, errSaid) {
		fmt.Fprintln(os.Stderr, "ahtbot:", err)
	}
	return 1
}

// subcommands in the order usage lists them.
func subcommands() []subcommand {
	return []subcommand{
		{"run", "connect to Slack and serve (the default)", runCommand},
		{"demo", "try everything without any account", demoCommand},
		{"workspace", "a Slack workspace in the browser for any Socket Mode app, without a bot [--addr]", workspaceCommand},
		{"get", "ask once from the terminal: get agent 42 [--json] [--yes]", getCommand},
		{"doctor", "check every setting and both accounts, and say what to do [--yes]", doctorCommand},
		{"migrate", "bring the database's schema up to date, as run does", migrateCommand},
		{"backup", "copy a SQLite database in use: backup FILE", backupCommand},
		{"forget", "remove all readings of a person, and whose Slack name it is: forget agent 42", forgetCommand},
		{"health", "ask the running process whether it is ready", healthCommand},
		{"version", "print the version", versionCommand},
	}
}

type subcommand struct {
	name, does string
	run        func(context.Context, []string, process) error
}

func dispatch(ctx context.Context, args []string, p process) error {
	if len(args) == 0 || isHelp(args[0]) {
		if len(args) > 0 {
			usage(p.out)
			return nil
		}
		args = []string{"run"}
	}
	if args[0] == "-v" || args[0] == "--version" {
		args[0] = "version"
	}
	for _, s := range subcommands() {
		if s.name == args[0] && s.name != "run" && len(args) > 1 && isHelp(args[1]) {
			usage(p.out)
			return nil
		}
		if s.name == args[0] {
			return s.run(ctx, args[1:], p)
		}
	}
	usage(p.err)
	return fmt.Errorf("unknown command %q. Try: ahtbot demo", args[0])
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Usage: ahtbot [command]")
	fmt.Fprintln(w)
	for _, s := range subcommands() {
		fmt.Fprintf(w, "  %-9s %s\n", s.name, s.does)
	}
	fmt.Fprintln(w, "\nSettings come from the environment: ahtbot run -h lists them.")
}

func isHelp(arg string) bool {
	return arg == "-h" || arg == "--help" || arg == "-help" || arg == "help"
}

// process is the streams a subcommand works with.
type process struct {
	in       io.Reader
	out, err io.Writer
}

// errSaid is an error whose words the person has already read.
var errSaid = errors.New("said already")

// readSettings reads the environment. The error is for the person who set it.
func readSettings(n settings.Need) (settings.Settings, error) {
	s, err := settings.Read(n, release())
	if err != nil {
		err = fmt.Errorf("some settings need mending:\n%w\nTry: ahtbot run -h for all settings, or ahtbot demo to look around without any", err)
	}
	return s, err
}

// version is set by the release build: -ldflags "-X main.version=v1.2.3".
var version string

// release is what this binary calls itself: the stamp, else what Go knows of the checkout.
func release() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return cmp.Or(version, "devel")
	}
	return cmp.Or(version, info.Main.Version, "devel")
}

func versionCommand(_ context.Context, _ []string, p process) error {
	_, err := fmt.Fprintf(p.out, "ahtbot %s %s %s/%s\n", release(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// newLog returns the program's log, with secrets taken out of whatever reaches it, and with the way
// out added to what is about the network.
func newLog(s settings.Settings, w io.Writer) *slog.Logger {
	redact := ops.Redactor(append(s.Proxies.Secrets(), s.APIKey.Reveal(), s.SlackApp.Reveal(), s.SlackBot.Reveal(), s.Database.Reveal())...)
	opts := &slog.HandlerOptions{
		Level:       s.LogLevel,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr { return redact(groups, withWayOut(a)) },
	}
	asJSON := !terminal(w)
	if s.LogJSON != nil {
		asJSON = *s.LogJSON
	}
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// terminal reports whether a stream is one a person sits at.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// withWayOut adds to an error about the network what to do about it.
func withWayOut(a slog.Attr) slog.Attr {
	err, ok := a.Value.Any().(error)
	if !ok {
		return a
	}
	what, way := proxy.Explain(err)
	if way == "" {
		return a
	}
	text := err.Error()
	if !strings.Contains(text, what) { // words of the network's, or cut short
		text += ": " + what
	}
	return slog.String(a.Key, text+": "+way)
}
