package views_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/sim/slacksim/views"
)

func words(s string) string { return `{"type":"plain_text","text":"` + s + `"}` }

func option(i int) string {
	return fmt.Sprintf(`{"text":%s,"value":"%d"}`, words(fmt.Sprintf("No. %d", i)), i)
}

func options(n int) string {
	var out []string
	for i := range n {
		out = append(out, option(i+1))
	}
	return "[" + strings.Join(out, ",") + "]"
}

// form is a modal with one input of an element, whose block is "in".
func form(element string) []byte {
	return []byte(`{"type":"modal","title":` + words("x") + `,"submit":` + words("x") + `,"blocks":[{"type":"input","block_id":"in","dispatch_action":true,"label":` +
		words("In") + `,"element":{"action_id":"a",` + element + `}}]}`)
}

// open opens a view and returns its only field.
func open(t *testing.T, body []byte) (*views.View, views.Field) {
	t.Helper()
	if bad := blockkit.ViewRefusal(body); bad != "" {
		t.Fatal(bad)
	}
	v, bad := views.New().Open("U1", "C1", body)
	if bad != "" {
		t.Fatal(bad)
	}
	return v, v.Fields()[0]
}

// Slack: block elements; slack-go: BlockAction. What each says once something is in it, and while nothing is.
func TestEachElementSaysWhatIsInItInItsOwnField(t *testing.T) {
	for element, c := range map[string]struct{ in, full, empty string }{
		`"type":"plain_text_input"`:                            {"5m", `"value":"5m"`, `"value":null`},
		`"type":"number_input","is_decimal_allowed":false`:     {"5", `"value":"5"`, `"value":null`},
		`"type":"static_select","options":` + options(2):       {"2", `"selected_option":{"text":{"emoji":true,"text":"No. 2","type":"plain_text"},"value":"2"}`, `"selected_option":null`},
		`"type":"radio_buttons","options":` + options(2):       {"no. 1", `"selected_option":{"text":{"emoji":true,"text":"No. 1","type":"plain_text"},"value":"1"}`, `"selected_option":null`},
		`"type":"multi_static_select","options":` + options(2): {"1", `"selected_options":[{"text":{"emoji":true,"text":"No. 1","type":"plain_text"},"value":"1"}]`, `"selected_options":[]`},
		`"type":"checkboxes","options":` + options(2):          {"1", `"selected_options":[{"text":{"emoji":true,"text":"No. 1","type":"plain_text"},"value":"1"}]`, `"selected_options":[]`},
		`"type":"conversations_select"`:                        {"C1", `"selected_conversation":"C1"`, `"selected_conversation":null`},
		`"type":"multi_conversations_select"`:                  {"C1", `"selected_conversations":["C1"]`, `"selected_conversations":[]`},
		`"type":"channels_select"`:                             {"C1", `"selected_channel":"C1"`, `"selected_channel":null`},
		`"type":"users_select"`:                                {"U1", `"selected_user":"U1"`, `"selected_user":null`},
		`"type":"multi_users_select"`:                          {"U1", `"selected_users":["U1"]`, `"selected_users":[]`},
		`"type":"timepicker"`:                                  {"09:00", `"selected_time":"09:00"`, `"selected_time":null`},
		`"type":"datepicker"`:                                  {"2026-11-28", `"selected_date":"2026-11-28"`, `"selected_date":null`},
	} {
		v, f := open(t, form(element))
		state := func() string {
			data, err := json.Marshal(v.JSON()["state"])
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		if got := state(); !strings.Contains(got, c.empty) || !strings.Contains(got, `{"values":{"in":{"a":{`) {
			t.Errorf("%s while empty: %s", element, got)
		}
		if _, err := v.Fill(f, []views.Option{{Value: c.in}}); err != nil || !strings.Contains(state(), c.full) {
			t.Errorf("%s with %s: %s, %v", element, c.in, state(), err)
		}
	}
}

// @slack/types 3.2.0: initial_value, initial_option and their kin.
func TestAnElementBeginsWithItsInitialValue(t *testing.T) {
	for element, want := range map[string]string{
		`"type":"plain_text_input","initial_value":"5m"`:                                                   "5m",
		`"type":"static_select","options":` + options(2) + `,"initial_option":` + option(1):                "1",
		`"type":"checkboxes","options":` + options(2) + `,"initial_options":` + options(2):                 "1 2",
		`"type":"multi_external_select","initial_options":` + options(3):                                   "1 2 3",
		`"type":"multi_channels_select","initial_channels":["C1","C2"]`:                                    "C1 C2",
		`"type":"conversations_select","default_to_current_conversation":true`:                             "C1",
		`"type":"conversations_select","default_to_current_conversation":true,"initial_conversation":"C2"`: "C2",
		`"type":"timepicker","initial_time":"09:00"`:                                                       "09:00",
		`"type":"plain_text_input"`:                                                                        "",
	} {
		_, f := open(t, form(element))
		var got []string
		for _, o := range f.Value {
			got = append(got, o.Value)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s begins with %q, want %q", element, s, want)
		}
	}
}

// @slack/types 3.2.0: options, max_selected_items; Slack: time picker, date picker.
func TestNobodyChoosesWhatIsNotOffered(t *testing.T) {
	for element, c := range map[string]struct{ good, bad []string }{
		`"type":"static_select","options":` + options(2):                              {[]string{"1"}, []string{"3"}},
		`"type":"radio_buttons","options":` + options(2):                              {[]string{"2"}, []string{"1", "2"}},
		`"type":"multi_static_select","max_selected_items":2,"options":` + options(3): {[]string{"1", "2"}, []string{"1", "2", "3"}},
		`"type":"external_select"`:                                                    {nil, []string{"typed"}},
		`"type":"timepicker"`:                                                         {[]string{"23:59"}, []string{"24:00"}},
		`"type":"datepicker"`:                                                         {[]string{"2026-11-28"}, []string{"tomorrow"}},
		`"type":"plain_text_input"`:                                                   {[]string{"5m"}, []string{"5", "m"}},
	} {
		v, f := open(t, form(element))
		fill := func(values []string) error {
			var chosen []views.Option
			for _, value := range values {
				chosen = append(chosen, views.Option{Value: value})
			}
			_, err := v.Fill(f, chosen)
			return err
		}
		if err := fill(c.good); err != nil {
			t.Errorf("%s: %v", element, err)
		}
		before := v.Fields()[0].Value
		if err := fill(c.bad); err == nil || !slices.Equal(v.Fields()[0].Value, before) {
			t.Errorf("%s: %v was chosen: %v", element, c.bad, v.Fields()[0].Value)
		}
	}
}

// @slack/types 3.2.0: min_query_length, three unless said.
func TestAnExternalSelectAsksOnceEnoughIsTyped(t *testing.T) {
	for element, want := range map[string]int{`"type":"external_select"`: 3, `"type":"external_select","min_query_length":0`: 0} {
		if _, f := open(t, form(element)); f.LeastQuery() != want {
			t.Errorf("%s asks after %d", element, f.LeastQuery())
		}
	}
}

// Slack gives ids to blocks and elements without one; slack.md §3: each is unique.
func TestWhatHasNoIDGetsOne(t *testing.T) {
	v, _ := views.New().Publish("U1", nil, []byte(`{"type":"home","blocks":[{"type":"divider"},
		{"type":"input","dispatch_action":true,"label":`+words("x")+`,"element":{"type":"plain_text_input"}},
		{"type":"actions","elements":[{"type":"button","text":`+words("x")+`},{"type":"users_select"}]},
		{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[]}]}]}`))
	if bad := blockkit.ViewRefusal(v.Body); bad != "" {
		t.Errorf("%s is refused: %s", v.Body, bad)
	}
	for _, b := range blockkit.Buttons(v.Blocks()) {
		if b.ActionID == "" || b.BlockID == "" {
			t.Errorf("button %+v", b)
		}
	}
	for _, f := range v.Fields() {
		if f.ActionID == "" || f.BlockID == "" {
			t.Errorf("field %+v", f)
		}
	}
}

func FuzzWhatSlackTakesCanBeShownAndFilledIn(f *testing.F) {
	f.Add(form(`"type":"static_select","options":`+options(2)), []byte(`{"response_action":"errors","errors":{"in":"x"}}`))
	f.Add(form(`"type":"multi_external_select","initial_options":`+options(2)), []byte(`{"options":[]}`))
	f.Fuzz(func(t *testing.T, body, answer []byte) {
		if blockkit.ViewRefusal(body) != "" {
			t.Skip()
		}
		v, bad := views.New().Open("U1", "C1", body)
		if bad != "" {
			t.Skip()
		}
		for _, field := range v.Fields() {
			_, _ = v.Fill(field, []views.Option{{Value: "1"}})
		}
		if _, err := json.Marshal(v.JSON()); err != nil {
			t.Error(err)
		}
		v.Incomplete()
		_, _ = views.ReadAnswer(answer, v)
		_, _ = views.ReadSuggestions(answer)
	})
}
