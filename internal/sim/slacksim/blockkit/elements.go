package blockkit

import "slices"

// actionIDs checks that no action_id comes twice among the elements of one block (slack.md
// §3).
func (n node) actionIDs() {
	seen := map[string]bool{}
	for _, e := range objects(n.m["elements"]) {
		id := textOf(e["action_id"])
		if id != "" && seen[id] {
			n.refuse("action_id %q is used twice", id)
		}
		seen[id] = true
	}
}

// elementAt checks the element in a field of a block, which stands in a place as elementKind has it.
func (n node) elementAt(key string, required bool, place string) {
	if e, ok := n.object(key, required); ok {
		e.element(place)
	}
}

// elementKind is a type of element: where it may stand (@slack/types 3.2.0: ActionsBlockElement, SectionBlockAccessory,
// InputBlockElement), its fields beside those of every element, and its own limits.
type elementKind struct {
	places []string
	fields []string // nil: not looked at
	check  func(node)
}

var (
	inAll     = []string{"actions", "accessory", "input"}
	outside   = []string{"actions", "accessory"} // of inputs
	inputOnly = []string{"input"}
	single    = func(more ...string) []string { return append(more, "placeholder", "response_url_enabled") }
	many      = func(more ...string) []string { return append(more, "placeholder", "max_selected_items") }
	typed     = func(more ...string) []string {
		return append(more, "placeholder", "initial_value", "dispatch_action_config")
	}
)

// elementKinds are the elements by their types. The fields are of @slack/types 3.2.0.
var elementKinds = map[string]elementKind{
	"button":          {outside, nil, node.button},
	"image":           {[]string{"accessory"}, nil, imageBlock},
	"overflow":        {outside, []string{"options"}, func(n node) { n.options(5, true) }},
	"workflow_button": {outside, nil, nil},
	"checkboxes":      {inAll, []string{"options", "initial_options"}, func(n node) { n.options(10, true); n.initially() }},
	"radio_buttons":   {inAll, []string{"options", "initial_option"}, func(n node) { n.options(10, true); n.initially() }},

	"static_select":       {inAll, []string{"placeholder", "options", "option_groups", "initial_option"}, node.selectMenu},
	"multi_static_select": {inAll, many("options", "option_groups", "initial_options"), node.selectMenu},

	"external_select":       {inAll, []string{"placeholder", "initial_option", "min_query_length"}, node.externalMenu},
	"multi_external_select": {inAll, many("initial_options", "min_query_length"), node.externalMenu},

	"conversations_select":       {inAll, single("initial_conversation", "default_to_current_conversation", "filter"), node.placeMenu},
	"multi_conversations_select": {inAll, many("initial_conversations", "default_to_current_conversation", "filter"), node.placeMenu},
	"channels_select":            {inAll, single("initial_channel"), nil},
	"multi_channels_select":      {inAll, many("initial_channels"), node.mostChosen},
	"users_select":               {inAll, []string{"placeholder", "initial_user"}, nil},
	"multi_users_select":         {inAll, many("initial_users"), node.mostChosen},

	"timepicker":     {inAll, []string{"placeholder", "initial_time", "timezone"}, func(n node) { n.written("initial_time", clockTime) }},
	"datepicker":     {inAll, []string{"placeholder", "initial_date"}, func(n node) { n.written("initial_date", calendarDay) }},
	"datetimepicker": {inAll, []string{"initial_date_time"}, nil},

	"plain_text_input": {inputOnly, typed("multiline", "min_length", "max_length"), node.textInput},
	"email_text_input": {inputOnly, typed(), node.dispatching},
	"url_text_input":   {inputOnly, typed(), node.dispatching},
	"number_input":     {inputOnly, typed("is_decimal_allowed", "min_value", "max_value"), node.dispatching},
	"rich_text_input":  {[]string{"actions", "input"}, nil, nil},
	"file_input":       {inputOnly, []string{"filetypes", "max_files"}, func(n node) { n.number("max_files", 1, 10) }},
}

// element checks an interactive element or an accessory image.
func (n node) element(place string) {
	name, _ := n.m["type"].(string)
	kind, known := elementKinds[name]
	switch {
	case !known:
		n.refuse("unknown element type %q", name)
		return
	case !slices.Contains(kind.places, place):
		n.refuse("%s is not allowed here", name)
	}
	n.text("action_id", 0, 255, false)
	if confirm, ok := n.object("confirm", false); ok {
		confirm.confirmation()
	}
	n.plainText("placeholder", 150, false)
	n.switches("focus_on_load")
	if n.m["focus_on_load"] == true {
		n.c.focused++
	}
	if kind.fields != nil {
		n.onlyFields(append([]string{"type", "action_id", "confirm", "focus_on_load"}, kind.fields...)...)
	}
	if kind.check != nil {
		kind.check(n)
	}
}

func imageBlock(n node) {
	n.text("alt_text", 1, 2000, true)
	n.plainText("title", 2000, false)
	n.text("image_url", 1, 3000, false)
	if (n.m["image_url"] == nil) == (n.m["slack_file"] == nil) {
		n.refuse("needs image_url or slack_file, and not both")
	}
}

func (n node) button() {
	n.onlyFields("type", "text", "action_id", "url", "value", "confirm", "style", "accessibility_label",
		"agent_prompt", "agent_prompt_display", "visible_to_user_ids")
	n.plainText("text", 75, true)
	n.text("value", 0, 2000, false)
	n.text("url", 0, 3000, false)
	n.text("accessibility_label", 0, 75, false)
	n.oneOf("style", "primary", "danger")
}

func (n node) confirmation() {
	n.onlyFields("title", "text", "confirm", "deny", "style")
	n.plainText("title", 100, true)
	n.anyText("text", 300, true)
	n.plainText("confirm", 30, true)
	n.plainText("deny", 30, false)
	n.oneOf("style", "primary", "danger")
}
