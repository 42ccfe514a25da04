package database

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"ahtbot/internal/store"
)

func TestWhatIsSaidOnceIsNotSaidByOthers(t *testing.T) {
	var out bytes.Buffer
	log := Quietly(slog.New(slog.NewTextHandler(&out, nil))).With("a", 1).WithGroup("g")
	failed := &store.UnavailableError{Op: "keep", Cause: store.DiskFull, Err: errors.New("full")}
	log.Warn("not judged", "err", fmt.Errorf("round: %w", failed))
	log.Warn("not posted", "err", errors.New("archived"))
	log.Info("posted")
	if got := out.String(); strings.Contains(got, "not judged") || !strings.Contains(got, "not posted") || !strings.Contains(got, "msg=posted") {
		t.Errorf("the log says\n%s", got)
	}
	out.Reset()
	debug := Quietly(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	debug.Warn("not judged", "err", failed)
	if !strings.Contains(out.String(), "level=DEBUG") {
		t.Errorf("who debugs reads\n%s", out.String())
	}
}
