package render_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/workspace/render"
)

// TestNothingTheBotSaysIsLost draws every payload that the bot's own golden files have: each text of it is there to be read, each
// button can be pressed, and nothing is unknown.
func TestNothingTheBotSaysIsLost(t *testing.T) {
	files, err := filepath.Glob("../../../bot/blocks/testdata/golden/*.json")
	if err != nil || len(files) < 100 {
		t.Fatal(len(files), "golden files of bot/blocks", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var payload struct {
				Type   string
				Blocks json.RawMessage
			}
			if err := json.Unmarshal(source, &payload); err != nil {
				t.Fatal(err)
			}
			drawn, said := "", any(nil)
			if payload.Type == "" {
				drawn, source = render.Blocks(payload.Blocks, looking()), payload.Blocks
			} else {
				drawn = render.View(render.Window{View: source}, looking())
			}
			if err := json.Unmarshal(source, &said); err != nil {
				t.Fatal(err)
			}
			p := read(t, drawn)
			holds(t, p, said)
			pressable(t, p, blockkit.Buttons(payload.Blocks))
			if strings.Contains(drawn, "bk-unknown") {
				t.Error("something is not drawn")
			}
		})
	}
}

// holds checks that a page has every text of a payload at least as often as the payload does.
func holds(t *testing.T, p page, payload any) {
	t.Helper()
	wanted := map[string]int{}
	texts("", payload, wanted)
	if len(wanted) == 0 {
		t.Error("the payload has no text")
	}
	for text, times := range wanted {
		if got := strings.Count(p.text, text) + strings.Count(p.attributes, text); got < times {
			t.Errorf("%q is there %d times, not %d", text, got, times)
		}
	}
}

// silent are the fields of a payload that nobody reads.
var silent = []string{
	"type", "action_id", "block_id", "value", "private_metadata", "callback_id", "style", "url", "image_url", "external_id", "trigger_actions_on", "include",
}

// texts counts what a payload gives people to read, as they read it.
func texts(key string, v any, into map[string]int) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(key, "initial_conversation") {
			v = looking().Name(v)
		}
		if v != "" && !slices.Contains(silent, key) {
			into[v]++
		}
	case float64:
		if key == "value" { // of a chart or a table: a figure, shown or said
			into[strconv.FormatFloat(v, 'f', -1, 64)]++
		}
	case []any:
		for _, e := range v {
			texts(key, e, into)
		}
	case map[string]any:
		if v["type"] == "mrkdwn" {
			words, _ := v["text"].(string)
			into[blockkit.Plain(words, nil, looking().Name)]++
			return
		}
		for k, e := range v {
			// What is chosen at first is among the options, and a number that has a text is shown by it.
			if listed := v["options"] != nil && strings.HasPrefix(k, "initial_option"); !listed && (k != "value" || v["text"] == nil) {
				texts(k, e, into)
			}
		}
	}
}

// pressable checks that every button that Slack's side finds is there, with what pressing it sends.
func pressable(t *testing.T, p page, buttons []blockkit.Button) {
	t.Helper()
	for _, b := range buttons {
		want := fmt.Sprintf("button %s %s %s %q", b.BlockID, b.ActionID, b.Value, b.Label)
		if !slices.Contains(p.buttons, want) {
			t.Errorf("no %s among %q", want, p.buttons)
		}
	}
}

// page is HTML as it is read and used.
type page struct {
	text       string   // line by line
	attributes string   // the values of all that are read
	buttons    []string // kind, ids, value and words
	classes    map[string]bool
}

// The tags that render makes, and their attributes besides those for everybody. It makes no others.
var (
	tags = map[string][]string{
		"div": nil, "span": nil, "p": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil, "h6": nil, "strong": nil, "em": nil, "s": nil, "u": nil,
		"mark": nil, "code": nil, "pre": nil, "blockquote": nil, "br": nil, "hr": nil, "ul": nil, "ol": {"start"}, "li": nil, "details": nil,
		"summary": nil, "figure": nil, "figcaption": nil, "header": nil, "footer": nil, "legend": nil, "caption": nil,
		"thead": nil, "tbody": nil, "table": nil, "tr": nil, "td": nil, "th": {"scope"},
		"a": {"href", "target", "rel"}, "img": {"src", "alt", "loading"}, "time": {"datetime"}, "form": {"novalidate"}, "label": {"for"},
		"button": {"type", "disabled"}, "fieldset": {"disabled"}, "textarea": {"placeholder", "rows", "minlength", "maxlength", "disabled"},
		"input": {
			"type", "value", "placeholder", "name", "checked", "disabled", "autocomplete", "minlength", "maxlength", "min", "max", "step",
		},
		"svg": {"viewbox", "width", "height"}, "text": {"x", "y", "text-anchor"}, "title": nil, "path": {"d"}, "circle": {"cx", "cy", "r"},
		"line": {"x1", "x2", "y1", "y2"}, "rect": {"x", "y", "width", "height", "fill"},
	}
	everywhere = regexp.MustCompile(`^(class|id|role|title|hidden|tabindex|(aria|data)-[a-z-]+)$`)
	leads      = regexp.MustCompile(`^(?i:https?|mailto|tel|slack):`)
	void       = []string{"br", "hr", "img", "input"}
)

// read reads HTML strictly: tags are closed in order, ids are used once, and nothing is there that render does not make.
func read(t *testing.T, source string) page {
	t.Helper()
	p := page{classes: map[string]bool{}}
	var text, attributes strings.Builder
	var open []string
	ids := map[string]bool{}
	pressed := "" // the button that is open
	words := 0    // where its words begin
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Fatalf("%q stay open", open)
			}
			p.text, p.attributes = text.String(), attributes.String()
			return p
		case html.TextToken:
			text.WriteString(token.Data)
		case html.StartTagToken:
			had := attributesOf(t, token, ids)
			fmt.Fprintln(&attributes, had["placeholder"], had["value"], had["aria-label"], had["alt"],
				had["data-confirm-title"], had["data-confirm-text"], had["data-confirm-yes"], had["data-confirm-no"])
			for c := range strings.FieldsSeq(had["class"]) {
				p.classes[c] = true
			}
			if token.Data == "br" {
				text.WriteByte('\n')
			}
			if token.Data == "button" && had["data-kind"] != "" {
				pressed, words = fmt.Sprintf("%s %s %s %s", had["data-kind"], had["data-block"], had["data-action"], had["data-value"]), text.Len()
			}
			if !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes %q", token.Data, open)
			}
			open = open[:len(open)-1]
			if token.Data == "button" && pressed != "" {
				p.buttons, pressed = append(p.buttons, fmt.Sprintf("%s %q", pressed, text.String()[words:])), ""
			}
		case html.SelfClosingTagToken, html.CommentToken, html.DoctypeToken:
			t.Fatalf("%v: %q", kind, token.Data)
		}
	}
}

// attributesOf returns a tag's attributes, after checking that it may have them.
func attributesOf(t *testing.T, token html.Token, ids map[string]bool) map[string]string {
	t.Helper()
	allowed, known := tags[token.Data]
	if !known {
		t.Fatalf("a tag that is not ours: <%s>", token.Data)
	}
	had := map[string]string{}
	for _, a := range token.Attr {
		if _, twice := had[a.Key]; twice || !everywhere.MatchString(a.Key) && !slices.Contains(allowed, a.Key) {
			t.Fatalf("<%s> has %s", token.Data, a.Key)
		}
		had[a.Key] = a.Val
	}
	for _, key := range []string{"href", "src"} {
		if to, ok := had[key]; ok && !leads.MatchString(to) {
			t.Fatalf("%s leads to %q", key, to)
		}
	}
	if id, ok := had["id"]; ok && (ids[id] || !strings.HasPrefix(id, looking().ID)) {
		t.Fatalf("the id %q is used twice, or could be another message's", id)
	}
	ids[had["id"]] = true
	return had
}

// promised are the classes that the package's comment names.
func promised(t *testing.T) map[string]bool {
	t.Helper()
	source, err := os.ReadFile("render.go")
	if err != nil {
		t.Fatal(err)
	}
	comment, _, _ := strings.Cut(string(source), "\npackage render\n")
	out := map[string]bool{}
	for _, class := range regexp.MustCompile(`\bbk(-[a-z]+(-\d)?)?\b`).FindAllString(comment, -1) {
		out[class] = true
	}
	for i := range 9 {
		out[fmt.Sprintf("bk-indent-%d", i)] = true
	}
	for i := range 6 {
		out[fmt.Sprintf("bk-series-%d", i)] = true
	}
	return out
}

// TestThePageStylesWhatThereIs finds rules of the page's style sheets, and words of its modules, for classes that nothing has.
func TestThePageStylesWhatThereIs(t *testing.T) {
	files, err := filepath.Glob("../web/*.*s*")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	known := promised(t)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, class := range regexp.MustCompile(`\.bk(-[a-z0-9]+)*`).FindAllString(string(source), -1) {
			if !known[class[1:]] {
				t.Errorf("%s is about %s, which is not in the comment of package render", file, class)
			}
		}
	}
}

// TestEveryClassIsInTheContract holds what is drawn against what the package's comment promises the page: no class more, none less.
func TestEveryClassIsInTheContract(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	drawn := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(drawn, read(t, draw(t, source)).classes)
	}
	known := promised(t)
	for class := range drawn {
		if !known[class] {
			t.Errorf("%s is drawn and not in the package's comment", class)
		}
	}
	for class := range known {
		if !drawn[class] {
			t.Errorf("%s is in the package's comment and in no golden file", class)
		}
	}
}
