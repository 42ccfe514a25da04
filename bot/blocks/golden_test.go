package blocks

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"ahtbot/internal/sim/slacksim/blockkit"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEveryReplyIsDrawnAsItsGoldenFile keeps every payload as a file a person can read in a diff, and holds each
// against Slack's limits.
func TestEveryReplyIsDrawnAsItsGoldenFile(t *testing.T) {
	for name, m := range replies(t) {
		t.Run(name, func(t *testing.T) {
			body := pretty(t, m.Payload())
			golden(t, name, body)
			for _, p := range blockkit.Validate(body) {
				t.Errorf("%s", p)
			}
			for _, block := range m.Payload().Blocks { // slack-go checks only the newest, which Slack's published types lack
				if v, ok := block.(interface{ Validate() error }); ok {
					if err := v.Validate(); err != nil {
						t.Error(err)
					}
				}
			}
			if m.For == ForOne && len(body) > maxInline { // what everybody sees is posted, and rides in none
				t.Errorf("%d bytes do not fit an acknowledgement", len(body))
			}
		})
	}
}

// TestEveryGoldenFileHasAReply finds files nobody writes any more.
func TestEveryGoldenFileHasAReply(t *testing.T) {
	all, windows := replies(t), views(t)
	files, err := filepath.Glob("testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		_, isReply := all[name]
		if _, isView := windows[name]; !isReply && !isView {
			t.Errorf("%s is no reply's and no view's: delete it", f)
		}
	}
}

// TestWordsAreForPeople holds every message against what must never reach one.
func TestWordsAreForPeople(t *testing.T) {
	for name, m := range replies(t) {
		said := string(pretty(t, m.Payload()))
		speakable(t, name, said)
		if m.Text == "" || len(m.Lines) == 0 {
			t.Errorf("%s has no words", name)
		}
		if last := m.Text[len(m.Text)-1:]; strings.ContainsAny(last, ":,;") {
			t.Errorf("%s ends in the middle: %q", name, m.Text)
		}
	}
}

// speakable holds what is said to people against what must never reach one.
func speakable(t *testing.T, name, said string) {
	t.Helper()
	for _, banned := range []string{"SECRET CAUSE", "http://upstream", "ca_apis", "nil", "goroutine", "HTTP ", "JSON", "%!", "token", "envelope", "upstream"} {
		if strings.Contains(said, banned) {
			t.Errorf("%s shows %q", name, banned)
		}
	}
}

func pretty(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: go test ./bot/blocks -update writes it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s changed (go test ./bot/blocks -update, then read the diff):\n%s", path, diff)
	}
}

// TestGoldenPayloadsComeBack decodes what we send as Slack would echo it, and encodes it
// again: a block our library cannot carry would be lost in a button's message.
func TestGoldenPayloadsComeBack(t *testing.T) {
	for name, m := range replies(t) {
		comesBack(t, name, m.Payload().Blocks)
	}
}

func comesBack(t *testing.T, name string, all []slack.Block) {
	t.Helper()
	sent, err := json.Marshal(slack.Blocks{BlockSet: all})
	if err != nil {
		t.Fatal(err)
	}
	var back slack.Blocks
	if err := json.Unmarshal(sent, &back); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	again, err := json.Marshal(back)
	if err != nil || !bytes.Equal(sent, again) {
		t.Errorf("%s does not survive the way there and back: %v\n%s\n%s", name, err, sent, again)
	}
}
