package slacksim_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/views"
)

func label(text string) string { return `{"type":"plain_text","text":"` + text + `"}` }

// input is a block of a form: its name, the rest of its element, and more of the block.
func input(name, element, more string) string {
	return `{"type":"input","block_id":"` + name + `","label":` + label(strings.ToUpper(name)) + `,"element":{"action_id":"f_` + name + `",` + element + `}` + more + `}`
}

func modal(blocks ...string) string {
	return `{"type":"modal","title":` + label("New alert") + `,"submit":` + label("Add") + `,"close":` + label("Cancel") +
		`,"private_metadata":"m","callback_id":"alert","blocks":[` + strings.Join(blocks, ",") + `]}`
}

const (
	typed  = `"type":"plain_text_input"`
	choose = `"type":"static_select","options":[{"text":{"type":"plain_text","text":"One"},"value":"1"},{"text":{"type":"plain_text","text":"Two"},"value":"2"}]`
	search = `"type":"external_select","min_query_length":1`
)

// opened is a person with a modal on their screen, of an app that answers by hand.
func opened(t *testing.T, w *slacksim.Workspace, view string) (*client, *slacksim.View) {
	t.Helper()
	app := connect(t, w)
	d := w.Shortcut("U1", "aht_menu")
	app.ack(app.next()["envelope_id"], "")
	if got := app.do("views.open", "trigger_id", d.TriggerID, "view", view); got["ok"] != true {
		t.Fatalf("views.open = %v", got)
	}
	return app, w.Modal("U1")
}

func must[T any](t *testing.T) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// payload is what the next envelope carries, and its id.
func (c *client) payload() (p map[string]any, id any) {
	c.t.Helper()
	env := c.next()
	p, _ = env["payload"].(map[string]any)
	return p, env["envelope_id"]
}

// dig walks into JSON by keys and indexes.
func dig(v any, path ...any) any {
	for _, at := range path {
		switch at := at.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[at]
		case int:
			list, _ := v.([]any)
			if at >= len(list) {
				return nil
			}
			v = list[at]
		}
	}
	return v
}

// Slack: view_submission payload; slack.md §1.3.
func TestASubmissionSaysWhatWasFilledInAndClosesOnAnEmptyAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app, v := opened(t, w, modal(
			input("over", typed, ""), input("kind", choose, ""),
			input("where", `"type":"conversations_select"`, `,"optional":true`), input("note", typed, `,"optional":true`)))
		for field, value := range map[string]string{"over": "5m", "kind": "Two", "where": "#floor"} {
			if d := must[*slacksim.Delivery](t)(v.Set(field, value)); d != nil {
				t.Errorf("the app is told of %s", field)
			}
		}
		must[*slacksim.Delivery](t)(v.Submit())
		if _, err := v.Submit(); !errors.Is(err, slacksim.ErrSending) {
			t.Errorf("a second press: %v", err)
		}
		p, id := app.payload()
		values := dig(p, "view", "state", "values")
		for want, got := range map[string]any{
			"5m": dig(values, "over", "f_over", "value"), "2": dig(values, "kind", "f_kind", "selected_option", "value"),
			"Two": dig(values, "kind", "f_kind", "selected_option", "text", "text"),
			"C1":  dig(values, "where", "f_where", "selected_conversation"), "m": dig(p, "view", "private_metadata"),
			"alert": dig(p, "view", "callback_id"), v.ID(): dig(p, "view", "root_view_id"), "U1": dig(p, "user", "id"),
			"view_submission": p["type"], "T0DEMO": dig(p, "user", "team_id"),
		} {
			if got != want {
				t.Errorf("got %v, want %s", got, want)
			}
		}
		if note, there := dig(values, "note", "f_note").(map[string]any); !there || note["value"] != nil {
			t.Errorf("an empty text is %v", note)
		}
		app.ack(id, "")
		if v.Open() || w.Modal("U1") != nil {
			t.Error("still open")
		}
		wantNone(t, w)
	})
}

// Slack: input block; a required one is looked after by the client, and no payload is sent.
func TestAnEmptyRequiredInputIsNotSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		_, v := opened(t, w, modal(input("over", typed+`,"min_length":2,"max_length":3`, "")))
		for _, text := range []string{"", "1", "1234"} {
			_, _ = v.Set("over", text)
			if _, err := v.Submit(); !errors.Is(err, slacksim.ErrIncomplete) || v.Errors()["over"] == "" {
				t.Errorf("%q was submitted: %v", text, v.Errors())
			}
		}
		must[*slacksim.Delivery](t)(v.Set("OVER", "12"))
		must[*slacksim.Delivery](t)(v.Submit())
	})
}

// slack.md §1.3.
func TestTheAnswerToASubmissionIsShown(t *testing.T) {
	next := modal(input("other", typed, ""))
	for name, c := range map[string]struct {
		answer string
		want   string // the titles, fields and errors on the screen
		breach string
	}{
		"errors":          {`{"response_action":"errors","errors":{"over":"Too far"}}`, "over=5m!Too far", ""},
		"update":          {`{"response_action":"update","view":` + next + `}`, "other=", ""},
		"push":            {`{"response_action":"push","view":` + next + `}`, "other= over over=5m", ""},
		"clear":           {`{"response_action":"clear"}`, "", ""},
		"errors of none":  {`{"response_action":"errors","errors":{"unter":"x"}}`, "over=5m!" + slacksim.Trouble, "no input of the view"},
		"errors of words": {`{"response_action":"errors","errors":{"words":"x"}}`, "over=5m!" + slacksim.Trouble, "no input of the view"},
		"no errors":       {`{"response_action":"errors"}`, "over=5m!" + slacksim.Trouble, "without one"},
		"unknown":         {`{"response_action":"close"}`, "over=5m!" + slacksim.Trouble, "response_action"},
		"a bad view":      {`{"response_action":"update","view":{"type":"modal","blocks":[]}}`, "over=5m!" + slacksim.Trouble, "title"},
		"a message":       {`{"text":"Done"}`, "over=5m!" + slacksim.Trouble, "response_action"},
		"a Home tab":      {`{"response_action":"update","view":{"type":"home","blocks":[]}}`, "over=5m!" + slacksim.Trouble, "not of type modal"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := start(t, slacksim.Config{})
				app, v := opened(t, w, modal(input("over", typed, ""), `{"type":"section","block_id":"words","text":`+label("x")+`}`))
				_, _ = v.Set("over", "5m")
				must[*slacksim.Delivery](t)(v.Submit())
				app.ack(app.next()["envelope_id"], c.answer)
				if got := screen(w); got != c.want {
					t.Errorf("on the screen: %q, want %q", got, c.want)
				}
				if c.breach == "" {
					wantNone(t, w)
				} else {
					wantViolation(t, w, c.breach)
				}
			})
		})
	}
}

// screen is what U1 has open, the top first: fields with what is in them, and what is wrong. It closes all.
func screen(w *slacksim.Workspace) string {
	var out []string
	for v := w.Modal("U1"); v != nil; v = w.Modal("U1") {
		for _, f := range v.Fields() {
			wrong := f.Error + v.Trouble()
			if wrong != "" {
				wrong = "!" + wrong
			}
			out = append(out, f.BlockID+"="+filled(v)[f.BlockID]+wrong)
		}
		if _, err := v.Close(); err != nil {
			return err.Error()
		}
	}
	return strings.Join(out, " over ")
}

// slack.md §0.6.
func TestASubmissionThatIsDeliveredTwiceIsAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app, v := opened(t, w, modal(input("over", typed+`,"initial_value":"5m"`, "")))
		d := must[*slacksim.Delivery](t)(v.Submit())
		app.ack(app.next()["envelope_id"], `{"response_action":"errors","errors":{"over":"Too far"}}`)
		w.Redeliver(d)
		app.ack(app.next()["envelope_id"], `{"response_action":"clear"}`)
		if !v.Open() || v.Errors()["over"] != "Too far" {
			t.Errorf("open %v, %v", v.Open(), v.Errors())
		}
	})
}

// slack.md §1.3: no answer within 3 s.
func TestASubmissionThatIsNotAnsweredInTimeStaysOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app, v := opened(t, w, modal(input("over", typed, "")))
		_, _ = v.Set("over", "5m")
		d := must[*slacksim.Delivery](t)(v.Submit())
		if err := wait(t, d); !errors.Is(err, slacksim.ErrTimeout) || !v.Open() || v.Trouble() == "" {
			t.Errorf("%v, open %v, %q", err, v.Open(), v.Trouble())
		}
		app.ack(app.next()["envelope_id"], "") // too late
		if !v.Open() {
			t.Error("a late answer closed it")
		}
		must[*slacksim.Delivery](t)(v.Submit())
		app.ack(app.next()["envelope_id"], "")
		if v.Open() {
			t.Error("still open")
		}
	})
}

// Slack: block_suggestion payload; min_query_length.
func TestSuggestionsComeInTheAcknowledgement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app, v := opened(t, w, modal(input("campaign", search, "")))
		if got, err := v.Type(t.Context(), "campaign", ""); got != nil || err != nil {
			t.Errorf("nothing typed: %v, %v", got, err)
		}
		type answer struct {
			n   int
			err error
		}
		ask := func(text, payload string) answer {
			done := make(chan answer)
			go func() {
				got, err := v.Type(t.Context(), "campaign", text)
				done <- answer{len(got), err}
			}()
			p, id := app.payload()
			if p["type"] != "block_suggestion" || p["value"] != text || p["block_id"] != "campaign" || p["action_id"] != "f_campaign" ||
				dig(p, "container", "view_id") != v.ID() || dig(p, "view", "private_metadata") != "m" || p["trigger_id"] != nil {
				t.Errorf("payload %v", p)
			}
			if payload != "never" {
				app.ack(id, payload)
			}
			return <-done
		}
		options := func(n int, value string) string {
			var out []string
			for i := range n {
				out = append(out, fmt.Sprintf(`{"text":{"type":"plain_text","text":"Sales %d"},"value":"%s%d"}`, i, value, i))
			}
			return `{"options":[` + strings.Join(out, ",") + `]}`
		}
		if got := ask("sal", options(100, "=")); got.n != 100 || got.err != nil {
			t.Errorf("a hundred: %v", got)
		}
		if d := must[*slacksim.Delivery](t)(v.Set("campaign", "=7")); d != nil || v.Fields()[0].Value[0].Label != "Sales 7" {
			t.Errorf("chose %v", v.Fields()[0].Value)
		}
		if got := ask("none", `{"options":[]}`); got.n != 0 || got.err != nil {
			t.Errorf("none: %v", got)
		}
		if _, err := v.Set("campaign", "=8"); err == nil {
			t.Error("chose what is not offered")
		}
		wantNone(t, w)
		for _, bad := range []string{options(101, "="), options(1, strings.Repeat("x", 150)), `{}`, "", `{"options":[{"text":{"type":"mrkdwn","text":"x"},"value":"1"}]}`} {
			before := len(w.Violations())
			if got := ask("bad", bad); got.n != 0 || len(w.Violations()) != before+1 {
				t.Errorf("%.40s: %v, %q", bad, got, w.Violations()[before:])
			}
		}
		if got := ask("late", "never"); got.n != 0 || !errors.Is(got.err, slacksim.ErrTimeout) {
			t.Errorf("late: %v", got)
		}
	})
}

// Slack: dispatch_action, dispatch_action_config; block_actions payload.
func TestTheAppIsToldOfChangesThatItAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		live := `,"dispatch_action":true`
		app, v := opened(t, w, modal(
			input("each", typed+`,"dispatch_action_config":{"trigger_actions_on":["on_character_entered"]}`, live),
			input("enter", typed, live), input("kind", choose, live), input("still", choose, "")))
		sent := func(field, value string) []string {
			must[*slacksim.Delivery](t)(v.Set(field, value))
			var got []string
			synctest.Wait()
			for len(app.frames) > 0 {
				p, id := app.payload()
				app.ack(id, "")
				if p["trigger_id"] == "" || dig(p, "container", "type") != "view" || dig(p, "actions", 0, "block_id") != field {
					t.Errorf("payload %v", p)
				}
				said, _ := dig(p, "actions", 0, "value").(string)
				chosen, _ := dig(p, "actions", 0, "selected_option", "value").(string)
				got = append(got, said+chosen)
			}
			return got
		}
		for _, c := range []struct {
			field, value string
			want         []string
		}{
			{"each", "5", []string{"5"}}, {"each", "", []string{""}}, {"each", "5m", []string{"5", "5m"}}, {"each", "5m30", []string{"5m3", "5m30"}}, {"each", "5m", []string{"5m"}}, {"enter", "5m", nil}, {"kind", "One", []string{"1"}}, {"kind", "One", nil}, {"still", "1", nil},
		} {
			if got := sent(c.field, c.value); !slices.Equal(got, c.want) {
				t.Errorf("%s: told %q, want %q", c.field, got, c.want)
			}
		}
		must[*slacksim.Delivery](t)(v.Enter("enter"))
		p, _ := app.payload()
		if dig(p, "actions", 0, "value") != "5m" || dig(p, "view", "state", "values", "each", "f_each", "value") != "5m" || dig(p, "view", "hash") == nil {
			t.Errorf("payload %v", p)
		}
	})
}

// Slack: preserving input entry in views; slack.md §4.6.
func TestAnUpdateKeepsWhatIsFilledIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app, v := opened(t, w, modal(input("over", typed, ""), input("kind", choose, ""), input("note", typed+`,"initial_value":"a"`, "")))
		_, _ = v.Set("over", "5m")
		hash := dig(app.do("views.update", "view_id", v.ID(), "view", modal(input("over", typed, ""), input("kind", choose, ""), input("note", typed+`,"initial_value":"b"`, ""))), "view", "hash")
		if got := filled(v); got["over"] != "5m" || got["note"] != "a" {
			t.Errorf("after an update: %v", got)
		}
		got := app.do("views.update", "view_id", v.ID(), "hash", "old", "view", modal())
		if got["error"] != "hash_conflict" || app.do("views.update", "view_id", v.ID(), "hash", "", "view", modal())["error"] != "hash_conflict" {
			t.Errorf("a stale hash: %v", got)
		}
		latest, _ := hash.(string)
		if got := app.do("views.update", "view_id", v.ID(), "hash", latest, "view", modal(input("over2", typed, ""))); got["ok"] != true || filled(v)["over"] != "" {
			t.Errorf("another block: %v, %v", got, filled(v))
		}
		for _, fields := range [][]string{{}, {"view_id", v.ID(), "external_id", "e"}} {
			if got := app.do("views.update", append(fields, "view", modal())...); got["error"] != "invalid_arguments" {
				t.Errorf("%v: %v", fields, got)
			}
		}
		must[*slacksim.Delivery](t)(v.Close())
		if got := app.do("views.update", "view_id", v.ID(), "view", modal()); got["error"] != "not_found" {
			t.Errorf("a closed view: %v", got)
		}
		wantNone(t, w)
	})
}

func filled(v *slacksim.View) map[string]string {
	out := map[string]string{}
	for _, f := range v.Fields() {
		for _, o := range f.Value {
			out[f.BlockID] += o.Value
		}
	}
	return out
}

// Slack: external_id is unique for all views of a team.
func TestAnExternalIDIsTakenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		named := strings.Replace(modal(input("over", typed, "")), `"callback_id"`, `"external_id":"e","callback_id"`, 1)
		app, _ := opened(t, w, named)
		d := w.Shortcut("U2", "aht_menu")
		app.ack(app.next()["envelope_id"], "")
		if got := app.do("views.open", "trigger_id", d.TriggerID, "view", named); got["error"] != "duplicate_external_id" {
			t.Errorf("taken: %v", got)
		}
		if got := app.do("views.update", "external_id", "e", "view", named); got["ok"] != true {
			t.Errorf("by external_id: %v", got)
		}
	})
}

// slack.md §3: push_limit_reached; Slack: modals, closing views.
func TestAModalHoldsThreeViews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		plain := `{"type":"modal","title":` + label("x") + `,"blocks":[{"type":"actions","elements":[{"type":"button","action_id":"more","text":` + label("More") + `}]}]`
		app, first := opened(t, w, plain+`,"notify_on_close":true}`)
		outside := w.Type("U1", "C1", "/aht")
		app.ack(app.next()["envelope_id"], "")
		if got := app.do("views.push", "trigger_id", outside.TriggerID, "view", plain+"}"); got["error"] != "not_found" {
			t.Errorf("pushed over nothing: %v", got)
		}
		for _, want := range []any{nil, nil, "push_limit_reached"} {
			d := must[*slacksim.Delivery](t)(w.Modal("U1").Press("more"))
			app.ack(app.next()["envelope_id"], "")
			if got := app.do("views.push", "trigger_id", d.TriggerID, "view", plain+"}"); got["error"] != want {
				t.Errorf("push: %v, want %v", got, want)
			}
		}
		if _, err := first.Press("more"); !errors.Is(err, slacksim.ErrNotOpen) {
			t.Errorf("pressed what is covered: %v", err)
		}
		for range 2 {
			if d := must[*slacksim.Delivery](t)(w.Modal("U1").Close()); d != nil {
				t.Error("told of a close that nobody asked for")
			}
		}
		must[*slacksim.Delivery](t)(first.Close())
		if p, _ := app.payload(); p["type"] != "view_closed" || p["is_cleared"] != false || dig(p, "view", "id") != first.ID() || w.Modal("U1") != nil {
			t.Errorf("closed: %v", p)
		}
	})
}

// slack.md §4.1: a hundred calls a minute of each method.
func TestMethodsOfViewsHaveATier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		publish := func() int {
			status, _, err := app.post(w.APIURL()+"views.publish", "application/json", "xoxb-demo", `{"user_id":"U1","view":{"type":"home","blocks":[]}}`)
			if err != nil {
				t.Fatal(err)
			}
			return status
		}
		count := map[int]int{}
		for range 103 {
			count[publish()]++
		}
		time.Sleep(61 * time.Second)
		if count[200] != 100 || count[429] != 3 || publish() != 200 {
			t.Errorf("answers by status %v", count)
		}
	})
}

func TestButtonsOfOneActionInTwoBlocksAreToldApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		row := func(value string) string {
			return `{"type":"actions","elements":[{"type":"button","action_id":"pause","value":"` + value + `","text":` + label("Pause") + `}]}`
		}
		app.do("views.publish", "user_id", "U1", "view", `{"type":"home","blocks":[`+row("1")+`,`+row("2")+`]}`)
		v := w.Home("U1")
		for i, b := range v.Buttons() {
			must[*slacksim.Delivery](t)(v.Press(b.ID()))
			p, id := app.payload()
			app.ack(id, "")
			if want := strconv.Itoa(i + 1); dig(p, "actions", 0, "value") != want {
				t.Errorf("pressed %v, want %s", dig(p, "actions", 0), want)
			}
		}
	})
}

// slack.md §4.6; Slack: views.publish.
func TestAHomeTabIsForPeopleWhoAreThereAndHasButtonsAndFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		home := `{"type":"home","blocks":[` + input("ask", typed, `,"dispatch_action":true`) + `,{"type":"actions","elements":[{"type":"button","action_id":"new","text":` + label("New alert") + `}]}]}`
		if got := app.do("views.publish", "user_id", "U404", "view", home); got["error"] != "invalid_arguments" {
			t.Errorf("nobody: %v", got)
		}
		if got := app.do("views.publish", "user_id", "U2", "hash", "x", "view", home); got["error"] != "hash_conflict" || w.Home("U2") != nil {
			t.Errorf("a hash of nothing: %v", got)
		}
		app.do("views.publish", "user_id", "U1", "view", home)
		v := w.Home("U1")
		_, _ = v.Set("ask", "Sales")
		must[*slacksim.Delivery](t)(v.Enter("ask"))
		p, id := app.payload()
		app.ack(id, "")
		if dig(p, "actions", 0, "value") != "Sales" || dig(p, "view", "type") != "home" || p["channel"] != nil || p["response_url"] != nil {
			t.Errorf("asked: %v", p)
		}
		d := must[*slacksim.Delivery](t)(v.Press("new"))
		app.ack(app.next()["envelope_id"], "")
		if got := app.do("views.open", "trigger_id", d.TriggerID, "view", modal(input("over", typed, ""))); got["ok"] != true || w.Modal("U1") == nil {
			t.Errorf("opened from Home: %v", got)
		}
		if _, err := v.Submit(); err == nil {
			t.Error("a Home tab was submitted")
		}
	})
}

// Slack: default_to_current_conversation, conversation filter object.
func TestConversationsAreOfferedAsTheirFilterSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		w.AddChannel("C2", "private", "U2")
		w.AddChannel("C3", "shared", "U1")
		app := connect(t, w)
		d := w.Type("U1", "C1", "/aht alert")
		app.ack(app.next()["envelope_id"], "")
		filter := `"type":"conversations_select","default_to_current_conversation":true,"filter":{"include":["public","private"],"exclude_bot_users":true}`
		app.do("views.open", "trigger_id", d.TriggerID, "view", modal(input("where", filter, ""), input("any", `"type":"conversations_select"`, "")))
		v := w.Modal("U1")
		if got := filled(v); !maps.Equal(got, map[string]string{"where": "C1"}) {
			t.Errorf("at first %v", got)
		}
		if where := v.Parts()[0].Fields[0]; where.Value[0].Label != "floor" || where.Label != "WHERE" {
			t.Errorf("a person reads %+v", where)
		}
		labels := func(field string) (out []string) {
			for _, o := range must[[]views.Option](t)(v.Type(t.Context(), field, "")) {
				out = append(out, o.Value)
			}
			return out
		}
		if got := labels("where"); !slices.Equal(got, []string{"C1", "C2", "C3"}) {
			t.Errorf("offered %v", got)
		}
		if got := labels("any"); !slices.Contains(got, "DU1") || slices.Contains(got, "DU2") {
			t.Errorf("offered %v", got)
		}
		if got := must[[]views.Option](t)(v.Type(t.Context(), "any", "ahtbot")); !slices.Equal(got, []views.Option{{Label: "ahtbot", Value: "DU1"}}) {
			t.Errorf("the direct message is offered as %v", got)
		}
		if _, err := v.Set("where", "DU1"); err == nil {
			t.Error("chose what the filter leaves out")
		}
	})
}

// Slack: clear_on_close; view_closed payload.
func TestClosingAllIsToldAsSuch(t *testing.T) {
	for name, leave := range map[string]func(*slacksim.View) (*slacksim.Delivery, error){"x": (*slacksim.View).CloseAll, "clear_on_close": (*slacksim.View).Close} {
		synctest.Test(t, func(t *testing.T) {
			w := start(t, slacksim.Config{})
			app, v := opened(t, w, modal(input("over", typed+`,"initial_value":"5m"`, "")))
			must[*slacksim.Delivery](t)(v.Submit())
			top := strings.Replace(modal(), `"callback_id"`, `"notify_on_close":true,"clear_on_close":`+fmt.Sprint(name != "x")+`,"callback_id"`, 1)
			app.ack(app.next()["envelope_id"], `{"response_action":"push","view":`+top+`}`)
			must[*slacksim.Delivery](t)(leave(w.Modal("U1")))
			if p, _ := app.payload(); p["type"] != "view_closed" || p["is_cleared"] != true || w.Modal("U1") != nil {
				t.Errorf("%s: %v, %v left", name, p, w.Modal("U1"))
			}
			wantNone(t, w)
		})
	}
}

// slack.md §0.5, §1.5: an acknowledgement that is too long, and nobody to deliver to.
func TestASubmissionThatDoesNotGetThroughStaysOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app, v := opened(t, w, modal(input("over", typed+`,"initial_value":"5m"`, "")))
		d := must[*slacksim.Delivery](t)(v.Submit())
		app.ack(app.next()["envelope_id"], `{"response_action":"errors","errors":{"over":"`+strings.Repeat("x", 20_480)+`"}}`)
		if err := wait(t, d); !errors.Is(err, slacksim.ErrTimeout) || v.Trouble() == "" {
			t.Errorf("too long: %v, %q", err, v.Trouble())
		}
		d = must[*slacksim.Delivery](t)(v.Submit())
		if err := wait(t, d); !errors.Is(err, slacksim.ErrNoConnection) || !v.Open() || v.Trouble() == "" {
			t.Errorf("nobody there: %v, open %v, %q", err, v.Open(), v.Trouble())
		}
		again := connect(t, w) // gets the first one once more
		again.ack(again.next()["envelope_id"], "")
		if v.Open() {
			t.Error("an answer to the redelivery is not taken")
		}
	})
}

// slack.md §2.5; Slack: views.open, views.push.
func TestAViewIsOpenedByATriggerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app := connect(t, w)
		d := w.Shortcut("U1", "aht_menu")
		for want, fields := range map[string][]string{
			"invalid_trigger_id": {"trigger_id", "1.2.abc", "view", modal()},
			"invalid_arguments":  {"view", modal()},
		} {
			if got := app.do("views.open", fields...); got["error"] != want {
				t.Errorf("%v: %v", fields, got)
			}
		}
		for _, bad := range []string{"", `{"type":"home","blocks":[]}`, `{"type":"modal","blocks":[]}`} { // none spends it
			if got := app.do("views.open", "trigger_id", d.TriggerID, "view", bad); got["error"] != "invalid_arguments" {
				t.Errorf("%q: %v", bad, got)
			}
		}
		if got := app.do("views.open", "trigger_id", d.TriggerID, "view", modal()); got["ok"] != true {
			t.Errorf("views.open = %v", got)
		}
		if got := app.do("views.push", "trigger_id", d.TriggerID, "view", modal()); got["error"] != "exchanged_trigger_id" {
			t.Errorf("used twice: %v", got)
		}
		other := w.Shortcut("U1", "aht_menu")
		first := w.Modal("U1")
		app.do("views.open", "trigger_id", other.TriggerID, "view", modal())
		if first.Open() || !w.Modal("U1").Open() {
			t.Error("two modals on one screen")
		}
	})
}

// slack.md §0.9, §8, in views too.
func TestHouseRulesHoldInViews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{HouseRules: true})
		app := connect(t, w)
		app.do("views.publish", "user_id", "U1", "view", `{"type":"home","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"x"}}]}`)
		wantViolation(t, w, "mrkdwn without verbatim")
	})
}

// WaitModal sees what is open and what is to come.
func TestWaitModalSeesPresentAndFutureOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, slacksim.Config{})
		app, v := opened(t, w, modal(input("over", typed, "")))
		if got := must[*slacksim.View](t)(w.WaitModal(t.Context(), "U1", nil)); got.ID() != v.ID() {
			t.Errorf("present: %s", got.ID())
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			time.Sleep(time.Hour)
			app.do("views.update", "view_id", v.ID(), "view", modal(input("other", typed, "")))
		}()
		got := must[*slacksim.View](t)(w.WaitModal(t.Context(), "U1", func(v *slacksim.View) bool { return v.Fields()[0].BlockID == "other" }))
		if got.ID() != v.ID() || got.Title() != "New alert" || got.SubmitLabel() != "Add" || got.CloseLabel() != "Cancel" || got.Metadata() != "m" {
			t.Errorf("future: %s", got.JSON())
		}
		<-done
	})
}
