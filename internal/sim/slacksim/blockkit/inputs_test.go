package blockkit_test

import (
	"strings"
	"testing"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// input is an input block around an element, of which element has the fields.
func input(element string) string {
	return `{"type":"input","label":` + plainText(1) + `,"element":{"action_id":"a",` + element + `}}`
}

func option(text, value int) string {
	return `{"text":` + plainText(text) + `,"value":"` + chars(value) + `"}`
}

func modal(blocks string) string {
	return `{"type":"modal","title":` + plainText(24) + `,"submit":` + plainText(24) + `,"blocks":[` + blocks + `]}`
}

// slack.md §3 and @slack/types 3.2.0, limit by limit: the most that is allowed, and one more.
func TestOneMoreThanAnInputMayHaveIsRefused(t *testing.T) {
	one, other := `{"text":`+plainText(1)+`,"value":"1"}`, `{"text":`+plainText(1)+`,"value":"2"}`
	filter := func(f string) string { return input(`"type":"conversations_select","filter":` + f) }
	for _, c := range []struct{ name, good, bad string }{
		{"label", `{"type":"input","label":` + plainText(2000) + `,"element":{"type":"plain_text_input"}}`, `{"type":"input","label":` + plainText(2001) + `,"element":{"type":"plain_text_input"}}`},
		{"label type", input(`"type":"plain_text_input"`), `{"type":"input","label":` + mrkdwn(1) + `,"element":{"type":"plain_text_input"}}`},
		{"hint", input(`"type":"plain_text_input"`), `{"type":"input","hint":` + plainText(2001) + `,"label":` + plainText(1) + `,"element":{"type":"plain_text_input"}}`},
		{"input field", input(`"type":"plain_text_input"`), `{"type":"input","required":true,"label":` + plainText(1) + `,"element":{"type":"plain_text_input"}}`},
		{"optional", input(`"type":"plain_text_input"`), `{"type":"input","optional":"yes","label":` + plainText(1) + `,"element":{"type":"plain_text_input"}}`},
		{"input holds no button", input(`"type":"timepicker","initial_time":"09:00"`), input(`"type":"button","text":` + plainText(1))},
		{"actions hold no text", button(`"text":` + plainText(1)), `{"type":"actions","elements":[{"type":"plain_text_input"}]}`},
		{"unknown element", input(`"type":"users_select"`), input(`"type":"people_select"`)},
		{"element field", input(`"type":"external_select","min_query_length":0`), input(`"type":"external_select","options":[` + one + `]`)},
		{"placeholder", input(`"type":"plain_text_input","placeholder":` + plainText(150)), input(`"type":"plain_text_input","placeholder":` + plainText(151))},
		{"initial_value", input(`"type":"plain_text_input","initial_value":"` + chars(3000) + `"`), input(`"type":"plain_text_input","initial_value":"` + chars(3001) + `"`)},
		{"max_length", input(`"type":"plain_text_input","max_length":3000`), input(`"type":"plain_text_input","max_length":3001`)},
		{"dispatch", input(`"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["on_enter_pressed","on_character_entered"]}`), input(`"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["on_blur"]}`)},
		{"options", input(`"type":"static_select","options":[` + times(100, one) + `]`), input(`"type":"static_select","options":[` + times(101, one) + `]`)},
		{"some options", input(`"type":"static_select","options":[` + one + `]`), input(`"type":"static_select","options":[]`)},
		{"either options or groups", input(`"type":"static_select","option_groups":[{"label":` + plainText(75) + `,"options":[` + one + `]}]`), input(`"type":"static_select"`)},
		{"group label", input(`"type":"static_select","options":[` + one + `]`), input(`"type":"static_select","option_groups":[{"label":` + plainText(76) + `,"options":[` + one + `]}]`)},
		{"option text", input(`"type":"static_select","options":[` + option(75, 150) + `]`), input(`"type":"static_select","options":[` + option(76, 150) + `]`)},
		{"option value", input(`"type":"static_select","options":[` + one + `]`), input(`"type":"static_select","options":[` + option(75, 151) + `]`)},
		{"option text type", input(`"type":"checkboxes","options":[{"text":` + mrkdwn(1) + `,"value":"1"}]`), input(`"type":"static_select","options":[{"text":` + mrkdwn(1) + `,"value":"1"}]`)},
		{"radio buttons", input(`"type":"radio_buttons","options":[` + times(10, one) + `]`), input(`"type":"radio_buttons","options":[` + times(11, one) + `]`)},
		{"checkboxes", input(`"type":"checkboxes","options":[` + times(10, one) + `]`), input(`"type":"checkboxes","options":[` + times(11, one) + `]`)},
		{"initial_option", input(`"type":"static_select","options":[` + one + `],"initial_option":` + one), input(`"type":"static_select","options":[` + one + `],"initial_option":` + other)},
		{"initial_options", input(`"type":"multi_static_select","options":[` + one + `,` + other + `],"initial_options":[` + other + `]`), input(`"type":"checkboxes","options":[` + one + `],"initial_options":[` + other + `]`)},
		{"initial_option in a group", input(`"type":"static_select","option_groups":[{"label":` + plainText(1) + `,"options":[` + one + `]}],"initial_option":` + one), input(`"type":"radio_buttons","options":[` + one + `],"initial_option":` + other)},
		{"initial_option of an external select", input(`"type":"external_select","initial_option":` + option(75, 150)), input(`"type":"external_select","initial_option":` + option(75, 151))},
		{"initial_options of an external select", input(`"type":"multi_external_select","initial_options":[` + one + `]`), input(`"type":"multi_external_select","initial_options":[]`)},
		{"max_selected_items", input(`"type":"multi_external_select","max_selected_items":1`), input(`"type":"multi_external_select","max_selected_items":0`)},
		{"one is one", input(`"type":"multi_users_select","max_selected_items":1`), input(`"type":"external_select","max_selected_items":1`)},
		{"filter", filter(`{"include":["im","private"],"exclude_bot_users":true}`), filter(`{}`)},
		{"filter words", filter(`{"include":["public","mpim"]}`), filter(`{"include":["dm"]}`)},
		{"filter fields", filter(`{"exclude_external_shared_channels":true}`), filter(`{"exclude_archived":true}`)},
		{"initial_time", input(`"type":"timepicker","initial_time":"23:59"`), input(`"type":"timepicker","initial_time":"24:00"`)},
		{"initial_date", input(`"type":"datepicker","initial_date":"2026-11-28"`), input(`"type":"datepicker","initial_date":"28.11.2026"`)},
		{"focus", input(`"type":"plain_text_input","focus_on_load":true`), input(`"type":"plain_text_input","focus_on_load":true`) + "," + input(`"type":"plain_text_input","focus_on_load":true`)},
		{"files", input(`"type":"file_input","max_files":10`), input(`"type":"file_input","max_files":11`)},
	} {
		if p := blockkit.ValidateView([]byte(modal(c.good))); p != nil {
			t.Errorf("%s: refused what is allowed: %v", c.name, p)
		}
		if p := blockkit.ValidateView([]byte(modal(c.bad))); len(p) == 0 || p[0].Kind != blockkit.KindSlack || p[0].Code != "invalid_arguments" {
			t.Errorf("%s: allowed what Slack refuses: %v", c.name, p)
		}
	}
}

// slack.md §3: the fields of a view itself.
func TestAViewHasItsDocumentedFields(t *testing.T) {
	for fields, want := range map[string]string{
		`"private_metadata":"` + chars(3000) + `","callback_id":"` + chars(255) + `","external_id":"` + chars(255) + `"`: "",
		`"private_metadata":"` + chars(3001) + `"`: "invalid_arguments",
		`"callback_id":"` + chars(256) + `"`:       "invalid_arguments",
		`"external_id":"` + chars(256) + `"`:       "invalid_arguments",
		`"close":` + plainText(25):                 "invalid_arguments",
		`"submit":` + plainText(25):                "invalid_arguments",
		`"notify_on_close":true`:                   "",
		`"notify_on_close":"true"`:                 "invalid_arguments",
		`"color":"red"`:                            "invalid_arguments",
		`"state":{}`:                               "invalid_arguments",
	} {
		got := blockkit.ViewRefusal([]byte(`{"type":"modal","title":` + plainText(1) + `,"blocks":[],` + fields + `}`))
		if got, _, _ = strings.Cut(got, " "); got != want {
			t.Errorf("%.60s: %q, want %q", fields, got, want)
		}
	}
	long := modal(strings.TrimSuffix(strings.Repeat(`{"type":"section","text":`+mrkdwn(2800)+`},`, 50), ","))
	if got := blockkit.ViewRefusal([]byte(long)); !strings.HasPrefix(got, "view_too_large") {
		t.Errorf("%d bytes: %q", len(long), got)
	}
}
