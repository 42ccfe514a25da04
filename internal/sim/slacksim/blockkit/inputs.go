package blockkit

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// selectMenu has options or groups of options, and not both.
func (n node) selectMenu() {
	if (n.m["options"] == nil) == (n.m["option_groups"] == nil) {
		n.refuse("needs options or option_groups, and not both")
	}
	n.choices()
	n.initially()
	n.mostChosen()
}

// choices checks options and groups of them.
func (n node) choices() {
	n.options(100, false)
	for _, g := range n.list("option_groups", 1, 100, false) {
		g.onlyFields("label", "options")
		g.plainText("label", 75, true)
		g.options(100, true)
	}
}

func (n node) options(most int, required bool) {
	for _, o := range n.list("options", 1, most, required) {
		o.option(n.m["type"])
	}
}

// option checks one option of an element of a type. Only checkboxes and radio buttons take mrkdwn (@slack/types: Option,
// PlainTextOption).
func (n node) option(element any) {
	n.onlyFields("text", "value", "description", "url")
	if element == "checkboxes" || element == "radio_buttons" {
		n.anyText("text", 75, true)
		n.anyText("description", 75, false)
	} else {
		n.plainText("text", 75, true)
		n.plainText("description", 75, false)
	}
	n.text("value", 1, 150, true)
	n.text("url", 0, 3000, false)
	if n.m["url"] != nil && element != "overflow" {
		n.refuse("url is for overflow menus only")
	}
}

// initially checks what is chosen at first: exactly options that there are (@slack/types: initial_option, initial_options).
func (n node) initially() {
	offered := objects(n.m["options"])
	for _, g := range objects(n.m["option_groups"]) {
		offered = append(offered, objects(g["options"])...)
	}
	chosen := n.list("initial_options", 1, 100, false)
	if o, ok := n.object("initial_option", false); ok {
		chosen = append(chosen, o)
	}
	for _, o := range chosen {
		if !slices.ContainsFunc(offered, func(of map[string]any) bool { return reflect.DeepEqual(of, o.m) }) {
			o.refuse("is not exactly one of the options")
		}
	}
}

// externalMenu has options that the app suggests; what is chosen at first need not be among any.
func (n node) externalMenu() {
	n.number("min_query_length", 0, 3000)
	n.mostChosen()
	for _, o := range n.list("initial_options", 1, 100, false) {
		o.option(n.m["type"])
	}
	if o, ok := n.object("initial_option", false); ok {
		o.option(n.m["type"])
	}
}

// mostChosen checks max_selected_items, which is at least 1.
func (n node) mostChosen() { n.number("max_selected_items", 1, 100) }

// placeMenu offers conversations, all or those that its filter says (@slack/types: ConversationFilter, which has at least one of its
// fields).
func (n node) placeMenu() {
	n.mostChosen()
	n.switches("default_to_current_conversation", "response_url_enabled")
	f, ok := n.object("filter", false)
	if !ok {
		return
	}
	f.onlyFields("include", "exclude_external_shared_channels", "exclude_bot_users")
	f.switches("exclude_external_shared_channels", "exclude_bot_users")
	if len(f.m) == 0 {
		f.refuse("says nothing")
	}
	f.words("include", "im", "mpim", "private", "public")
}

// words checks a list of words out of some, at least one.
func (n node) words(key string, allowed ...string) {
	list, ok := n.m[key].([]any)
	if n.m[key] != nil && (!ok || len(list) == 0) {
		n.refuse("%s is empty or no list", key)
	}
	for _, v := range list {
		if word, _ := v.(string); !slices.Contains(allowed, word) {
			n.refuse("%s has %v; allowed are %v", key, v, allowed)
		}
	}
}

// textInput is where a text is typed, at most 3,000 characters (slack.md §3).
func (n node) textInput() {
	n.number("min_length", 0, 3000)
	n.number("max_length", 1, 3000)
	n.text("initial_value", 0, 3000, false)
	n.switches("multiline")
	n.dispatching()
}

// dispatching says on what the app is told of what is typed.
func (n node) dispatching() {
	if d, ok := n.object("dispatch_action_config", false); ok {
		d.onlyFields("trigger_actions_on")
		d.words("trigger_actions_on", "on_enter_pressed", "on_character_entered")
	}
}

var (
	clockTime   = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	calendarDay = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
)

// written checks the form of a field, when present.
func (n node) written(key string, form *regexp.Regexp) {
	if s, _ := n.m[key].(string); n.m[key] != nil && !form.MatchString(s) {
		n.refuse("%s is %v, not as %s", key, n.m[key], form)
	}
}

// SuggestionRefusal returns why Slack does not take what an app suggests in an external select, or "": options or option_groups, at
// most 100, none is fine (slack.md §1.3, §3; Slack: block_suggestion payload).
func SuggestionRefusal(body []byte) string {
	c := &checker{view: true, ids: map[string]bool{}}
	var m map[string]any
	if json.Unmarshal(body, &m) != nil {
		return "not a JSON object"
	}
	n := node{c, "", m}
	n.onlyFields("options", "option_groups")
	if (m["options"] == nil) == (m["option_groups"] == nil) {
		n.refuse("needs options or option_groups, and not both")
	}
	for _, key := range []string{"options", "option_groups"} {
		if list, ok := m[key].([]any); ok && len(list) == 0 {
			delete(m, key)
		}
	}
	n.choices()
	return strings.TrimPrefix(firstRefusal(c.problems), "invalid_arguments ")
}
