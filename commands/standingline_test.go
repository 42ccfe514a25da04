package commands_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/request"
)

// readsBack holds of every line: it is one command, which its Line reads back to, or a
// mistake with words and with lines to copy that are none.
func readsBack(t *testing.T, line string) {
	t.Helper()
	cmd, err := commands.Parse(line)
	if err == nil {
		again, err := commands.Parse(request.Line(cmd))
		if err != nil || !reflect.DeepEqual(again, cmd) {
			t.Errorf("%q is %#v, written as %q, reads back as %#v, %v", line, cmd, request.Line(cmd), again, err)
		}
		return
	}
	e, ok := errors.AsType[*request.UsageError](err)
	if !ok || cmd != nil {
		t.Fatalf("Parse(%q) = %v, %v: neither a command nor a usage error", line, cmd, err)
	}
	if e.Fault != request.FaultDigest && e.Fault != request.FaultAlert {
		return
	}
	if e.Says == "" || len(e.Guesses)+len(e.Try) == 0 {
		t.Errorf("Parse(%q) says %q and offers %v, %q", line, e.Says, e.Guesses, e.Try)
	}
	for _, g := range e.Guesses {
		if again, err := commands.Parse(request.Line(g)); err != nil || !reflect.DeepEqual(again, g) {
			t.Errorf("%q offers %q, which reads back as %#v, %v", line, request.Line(g), again, err)
		}
	}
	for _, try := range e.Try {
		if _, err := commands.Parse(try); err != nil {
			t.Errorf("%q offers %q, which is a mistake itself: %v", line, try, err)
		}
	}
}

func FuzzDigestLine(f *testing.F) {
	for _, s := range slices.Concat(digestLines(), looseLines(), mistakes(f, "digest"), readings(f, "digest")) {
		f.Add(strings.TrimPrefix(s, "digest "))
	}
	f.Fuzz(func(t *testing.T, rest string) { readsBack(t, "digest "+rest) })
}

func FuzzAlertLine(f *testing.F) {
	for _, s := range slices.Concat(alertLines(), mistakes(f, "alert"), readings(f, "alert")) {
		f.Add(strings.TrimPrefix(s, "alert "))
	}
	f.Fuzz(func(t *testing.T, rest string) { readsBack(t, "alert "+rest) })
}

func TestLinesReadBack(t *testing.T) {
	for _, line := range slices.Concat(digestLines(), looseLines(), alertLines()) {
		readsBack(t, line)
		if _, err := commands.Parse(line); err != nil {
			t.Errorf("Parse(%q): %v", line, err)
		}
	}
	for _, noun := range []string{"digest", "alert"} {
		for _, line := range mistakes(t, noun) {
			readsBack(t, line)
		}
	}
}

// Lines are read before they are acknowledged, so the worst of them must stay far under the
// three seconds that Slack gives.
func BenchmarkLongLines(b *testing.B) {
	for _, piece := range []string{"a ", "mon,", "tz a ", "mon and ", "weekly ", "last mon ", "0 9 * * 1 ", "1.1.27, "} {
		start := "digest add campaign "
		line := start + strings.Repeat(piece, (request.MaxLine-len(start))/len(piece))
		b.Run(strings.TrimSpace(piece), func(b *testing.B) {
			for b.Loop() {
				_, _ = commands.Parse(line)
			}
		})
	}
}
