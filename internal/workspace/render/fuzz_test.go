package render_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahtbot/internal/workspace/render"
)

// FuzzMrkdwn draws whatever text: what comes out is well-formed and has no tag and no address but ours.
func FuzzMrkdwn(f *testing.F) {
	for _, seed := range []string{
		"*_~`x`~_*", "```<@U1>```", "> a\n>>> b\n\n", "<!date^1795329300^{date_pretty} {ago}^https://x.y|f>", "<javascript:alert(1)|x>", "<a|<b>>",
		"&lt;script&gt;<script>alert(1)</script>", "<http://x\"onclick=alert(1)|y>", ":bell::x:10:30:", "https://a.b/<c> @here", "\x00\xff*\u2028*", "*a *b* c*",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		read(t, render.Text(s, looking()))
		read(t, render.Blocks(section(t, s), looking()))
	})
}

// FuzzBlocks draws whatever JSON as blocks and as a window, what Slack would refuse included.
func FuzzBlocks(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no golden files", err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(source))
	}
	for _, odd := range []string{`{}`, `[null,1,"x",[],{}]`, `nope`, `[{"type":"section","text":7,"fields":{},"accessory":[]}]`, `{"view":{"type":"modal","blocks":[{"type":"input"}]}}`} {
		f.Add(odd)
	}
	f.Fuzz(func(t *testing.T, s string) {
		read(t, render.Blocks(json.RawMessage(s), looking()))
		var e example
		if json.Unmarshal([]byte(s), &e) == nil && e.View != nil {
			read(t, render.View(render.Window{View: e.View, Errors: e.Errors, Trouble: e.Trouble}, looking()))
		}
		read(t, render.View(render.Window{View: json.RawMessage(s)}, looking()))
	})
}

// TestLongTextsAreDrawnAtOnce draws the longest text that Slack takes, made of marks that are opened and never closed.
func TestLongTextsAreDrawnAtOnce(t *testing.T) {
	for _, part := range []string{"*a ", "_*~a ", "`", "<", "<@", ":a", "```", "> ", "*_~`<", "https://", "@here"} {
		source := strings.Repeat(part, 40_000/len(part))
		for _, drawn := range []string{render.Text(source, looking()), render.Blocks(section(t, source), looking())} {
			if p := read(t, drawn); p.text == "" {
				t.Errorf("nothing is left of %q", part)
			}
		}
	}
}

// section is a message of one block with a text that is not verbatim.
func section(t *testing.T, mrkdwn string) json.RawMessage {
	t.Helper()
	out, err := json.Marshal([]any{map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": mrkdwn}}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
