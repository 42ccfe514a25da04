package commands_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/request"
)

var update = flag.Bool("update", false, "write what the mistakes are answered with")

// mistakesFile has a line that cannot be read, behind a >, and what its answer is: the words
// and, behind two spaces, the lines to copy.
const mistakesFile = "testdata/mistakes.txt"

// mistakes returns the lines of the file about noun.
func mistakes(tb testing.TB, noun string) []string {
	tb.Helper()
	text, err := os.ReadFile(mistakesFile)
	if err != nil {
		tb.Fatal(err)
	}
	var lines []string
	for l := range strings.Lines(string(text)) {
		if line, ok := strings.CutPrefix(strings.TrimSuffix(l, "\n"), "> "); ok && strings.HasPrefix(line, noun) {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestMistakesAreAnsweredWithTheNearestLine(t *testing.T) {
	text, err := os.ReadFile(mistakesFile)
	if err != nil {
		t.Fatal(err)
	}
	preface, _, _ := strings.Cut(string(text), "\n> ")
	var b strings.Builder
	b.WriteString(preface)
	h := commands.NewHandler(request.Config{})
	for _, noun := range []string{"digest", "alert"} {
		lines := mistakes(t, noun)
		if len(lines) < 60 {
			t.Errorf("%d mistakes about %ss", len(lines), noun)
		}
		for _, line := range lines {
			if cmd, err := commands.Parse(line); err == nil {
				t.Errorf("%q is no mistake: %s", line, request.Line(cmd))
				continue
			}
			r, _ := h.Now(request.Question{Text: line})
			fmt.Fprintf(&b, "\n> %s\n%s\n", line, strings.Join(r.Lines, "\n"))
			for _, try := range r.Try {
				fmt.Fprintf(&b, "  %s\n", try)
			}
		}
	}
	if *update {
		if err := os.WriteFile(mistakesFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != string(text) {
		t.Errorf("the answers are others now; go test ./commands -update writes them to %s:\n%s", mistakesFile, b.String())
	}
}

func same(a, b request.Command) bool { return reflect.DeepEqual(a, b) }

// said is what a usage error says.
func said(err error) string {
	if e, ok := errors.AsType[*request.UsageError](err); ok {
		return e.Says
	}
	return err.Error()
}
