package commands_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"ahtbot/commands"
	"ahtbot/commands/request"
)

// readingsFile has lines about alerts, and about several digests or alerts, that are not in
// the language's own words, each with what it is read as.
const readingsFile = "testdata/alertreadings.txt"

// readings returns the lines of the file about noun.
func readings(tb testing.TB, noun string) (lines []string) {
	tb.Helper()
	text, err := os.ReadFile(readingsFile)
	if err != nil {
		tb.Fatal(err)
	}
	for l := range strings.Lines(string(text)) {
		if line, ok := strings.CutPrefix(strings.TrimSuffix(l, "\n"), "> "); ok && strings.HasPrefix(line, noun) {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestOtherWordsAreReadAsTheLineTheyMean(t *testing.T) {
	text, err := os.ReadFile(readingsFile)
	if err != nil {
		t.Fatal(err)
	}
	preface, _, _ := strings.Cut(string(text), "\n> ")
	var b strings.Builder
	b.WriteString(preface)
	for _, noun := range []string{"alert", "digest"} {
		for _, line := range readings(t, noun) {
			cmd, err := commands.Parse(line)
			if err != nil {
				t.Errorf("%q is not read: %s", line, said(err))
				continue
			}
			fmt.Fprintf(&b, "\n> %s\n%s\n", line, request.Line(cmd))
			readsBack(t, line)
		}
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(readingsFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != string(text) {
		t.Errorf("the readings are others now; go test ./commands -update writes them to %s:\n%s", readingsFile, b.String())
	}
}
