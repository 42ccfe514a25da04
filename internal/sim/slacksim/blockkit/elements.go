package blockkit

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

// elementAt checks the element in a field.
func (n node) elementAt(key string, required bool) {
	if e, ok := n.object(key, required); ok {
		e.element()
	}
}

// element checks an interactive element or an accessory image.
func (n node) element() {
	n.text("action_id", 0, 255, false)
	if confirm, ok := n.object("confirm", false); ok {
		confirm.confirmation()
	}
	n.plainText("placeholder", 150, false)
	switch kind, _ := n.m["type"].(string); kind {
	case "button":
		n.button()
	case "image":
		imageBlock(n)
	case "overflow":
		n.options(5, true)
	case "checkboxes", "radio_buttons":
		n.options(10, true)
	case "static_select", "multi_static_select":
		n.selectMenu()
	case "plain_text_input":
		n.number("min_length", 0, 3000)
		n.number("max_length", 1, 3000)
		n.text("initial_value", 0, 3000, false)
	case "file_input":
		n.number("max_files", 1, 10)
	case "users_select", "conversations_select", "channels_select", "external_select",
		"multi_users_select", "multi_conversations_select", "multi_channels_select", "multi_external_select",
		"datepicker", "timepicker", "datetimepicker", "number_input", "email_text_input", "url_text_input",
		"rich_text_input", "workflow_button":
	default:
		n.refuse("unknown element type %q", kind)
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

// selectMenu has options or groups of options, and not both.
func (n node) selectMenu() {
	if (n.m["options"] == nil) == (n.m["option_groups"] == nil) {
		n.refuse("needs options or option_groups, and not both")
	}
	n.options(100, false)
	for _, g := range n.list("option_groups", 1, 100, false) {
		g.plainText("label", 75, true)
		g.options(100, true)
	}
}

func (n node) options(most int, required bool) {
	for _, o := range n.list("options", 1, most, required) {
		o.onlyFields("text", "value", "description", "url")
		o.anyText("text", 75, true)
		o.anyText("description", 75, false)
		o.text("value", 1, 150, true)
		o.text("url", 0, 3000, false)
		if o.m["url"] != nil && n.m["type"] != "overflow" {
			o.refuse("url is for overflow menus only")
		}
	}
}
