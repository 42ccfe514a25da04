package main

import (
	"io"
	"log/slog"
	"os"
	"strings"

	"ahtbot/cmd/ahtbot/settings"
	"ahtbot/internal/ops"
	"ahtbot/internal/proxy"
)

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
