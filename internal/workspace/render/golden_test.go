package render_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/workspace/render"
)

var update = flag.Bool("update", false, "write the golden files anew")

// kolkata is five and a half hours east of UTC, so that a date in another zone is seen.
var kolkata = time.FixedZone("IST", 5*3600+1800)

// looking is who looks at all golden files: Asha, at noon of a Sunday in India.
func looking() render.Context {
	return render.Context{
		Viewer: "U1", ID: "x", Zone: kolkata, Now: time.Date(2026, 11, 22, 12, 0, 0, 0, kolkata),
		Name: func(id string) string {
			return map[string]string{"U1": "Asha", "U2": "Ben", "C1": "floor", "C2": "night-shift", "S1": "leads"}[id]
		},
	}
}

// TestEachKindIsDrawnAsItsGoldenFile keeps a page of HTML for each kind of block and element: testdata/NAME.json is drawn as
// testdata/NAME.html, with a line for each tag so that a person can read the diff.
func TestEachKindIsDrawnAsItsGoldenFile(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(draw(t, source), "><", ">\n<") + "\n"
			path := strings.TrimSuffix(file, "json") + "html"
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v: go test ./internal/workspace/render -update writes it", err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s changed (go test ./internal/workspace/render -update, then read the diff):\n%s", path, diff)
			}
		})
	}
}

// example is what a golden file may be beside a list of blocks: a text alone, or a window.
type example struct {
	Text string          `json:"text"`
	View json.RawMessage `json:"view"`

	Errors  map[string]string `json:"errors"`
	Trouble string            `json:"trouble"`
	Sending bool              `json:"sending"`
}

// draw draws a golden file's source. Only what Slack would take is an example of anything.
func draw(t *testing.T, source []byte) string {
	t.Helper()
	if source[0] == '[' {
		whole, err := json.Marshal(map[string]any{"text": "x", "blocks": json.RawMessage(source)})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range blockkit.Validate(whole) {
			if p.Kind == blockkit.KindSlack {
				t.Error(p)
			}
		}
		return render.Blocks(source, looking())
	}
	var e example
	if err := json.Unmarshal(source, &e); err != nil {
		t.Fatal(err)
	}
	if e.View == nil {
		return render.Text(e.Text, looking())
	}
	return render.View(render.Window{View: e.View, Errors: e.Errors, Trouble: e.Trouble, Sending: e.Sending}, looking())
}

// TestNobodyInParticularLooks draws without a context: names are ids, times are UTC, and no day is near.
func TestNobodyInParticularLooks(t *testing.T) {
	got := render.Text("<@U1> <@U2|ben> <#C1> <!date^1795329300^{date_short_pretty} at {time}, {ago}|then>", render.Context{})
	for _, want := range []string{">@U1<", ">@ben<", ">#C1<", ">Nov 22, 2026 at 6:35 AM, Nov 22, 2026<"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if strings.Contains(got, ` bk-me"`) {
		t.Errorf("nobody looks, and somebody is marked: %s", got)
	}
}
