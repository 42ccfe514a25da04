package views

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// Option is one thing to choose, or, in a field that is typed, what was typed as its Value.
type Option struct{ Label, Value string }

// Field is an element that a person fills in.
type Field struct {
	BlockID, ActionID        string
	Type                     string // of its element, as Slack calls it
	Label, Hint, Placeholder string
	Optional                 bool
	Options                  []Option // to choose from; of an external select those that were suggested last
	Value                    []Option // what is in it; empty: nothing
	Error                    string   // what the app said is wrong with it; empty: nothing

	dispatches bool           // each change is told to the app at once
	element    map[string]any // as the app wrote it
}

// The elements that people fill in here, with the field of a payload in which what they chose is told, and what of the element is
// there at first (Slack: block elements; slack-go's BlockAction).
var elements = map[string]struct{ tells, initial string }{
	"plain_text_input": {"value", "initial_value"}, "email_text_input": {"value", "initial_value"},
	"url_text_input": {"value", "initial_value"}, "number_input": {"value", "initial_value"},
	"static_select": {"selected_option", "initial_option"}, "external_select": {"selected_option", "initial_option"},
	"radio_buttons":       {"selected_option", "initial_option"},
	"multi_static_select": {"selected_options", "initial_options"}, "multi_external_select": {"selected_options", "initial_options"},
	"checkboxes":           {"selected_options", "initial_options"},
	"conversations_select": {"selected_conversation", "initial_conversation"}, "multi_conversations_select": {"selected_conversations", "initial_conversations"},
	"channels_select": {"selected_channel", "initial_channel"}, "multi_channels_select": {"selected_channels", "initial_channels"},
	"users_select": {"selected_user", "initial_user"}, "multi_users_select": {"selected_users", "initial_users"},
	"timepicker": {"selected_time", "initial_time"}, "datepicker": {"selected_date", "initial_date"},
	"overflow": {"selected_option", ""},
}

// IsTyped reports whether anything may be typed into f.
func (f Field) IsTyped() bool { return elements[f.Type].tells == "value" }

// IsExternal reports whether the app suggests what is to be chosen in f.
func (f Field) IsExternal() bool { return strings.HasSuffix(f.Type, "external_select") }

// KeepsNothing reports whether f is a menu that does something at once and stays as it was.
func (f Field) KeepsNothing() bool { return f.Type == "overflow" }

// HasMany reports whether several things may be in f.
func (f Field) HasMany() bool { return strings.HasSuffix(elements[f.Type].tells, "s") }

// IsConversation reports whether a conversation or a person of the workspace is chosen in f, by its id.
func (f Field) IsConversation() bool {
	tells := elements[f.Type].tells
	return strings.HasPrefix(tells, "selected_conversation") || strings.HasPrefix(tells, "selected_channel") || strings.HasPrefix(tells, "selected_user")
}

// LeastQuery is how many characters are typed before an external select asks the app: three, unless min_query_length says
// otherwise (Slack: select menu of external data source).
func (f Field) LeastQuery() int {
	if n, ok := f.element["min_query_length"].(float64); ok {
		return int(n)
	}
	return 3
}

// TakesConversation reports whether a conversation of a kind (Slack: im, mpim, private, public) is offered in f; withBot: it is a
// direct message with a bot, external: it is shared with another organisation (Slack: conversation filter object).
func (f Field) TakesConversation(kind string, withBot, external bool) bool {
	if strings.Contains(f.Type, "channels") {
		return kind == "public"
	}
	filter, _ := f.element["filter"].(map[string]any)
	include, limited := filter["include"].([]any)
	switch {
	case limited && !slices.Contains(include, any(kind)), withBot && filter["exclude_bot_users"] == true:
		return false
	default:
		return !external || filter["exclude_external_shared_channels"] != true
	}
}

// tellsOn reports whether f tells the app of what is typed at a moment: on_enter_pressed or on_character_entered. Without a
// dispatch_action_config Slack's recorded payloads have the first.
func (f Field) tellsOn(moment string) bool {
	config, _ := f.element["dispatch_action_config"].(map[string]any)
	on, said := config["trigger_actions_on"].([]any)
	return f.dispatches && (said && slices.Contains(on, any(moment)) || !said && moment == "on_enter_pressed")
}

// key is what a value is kept by while its view changes (Slack: preserving input entry in views).
func (f Field) key() string { return f.BlockID + "\x00" + f.ActionID + "\x00" + f.Type }

// action is f as an entry of state.values or of actions says it. What is empty is null, or no list's entry.
func (f Field) action() map[string]any {
	tells := elements[f.Type].tells
	out := map[string]any{"type": f.Type}
	said := make([]any, 0, len(f.Value))
	for _, o := range f.Value {
		if strings.HasPrefix(tells, "selected_option") {
			said = append(said, map[string]any{"text": map[string]any{"type": "plain_text", "text": o.Label, "emoji": true}, "value": o.Value})
		} else {
			said = append(said, o.Value)
		}
	}
	switch {
	case f.HasMany():
		out[tells] = said
	case len(said) > 0:
		out[tells] = said[0]
	default:
		out[tells] = nil
	}
	return out
}

// Elements returns what is to be chosen or filled in of a message's blocks, in reading order, as it is at first.
func Elements(blocks json.RawMessage) []Field {
	var list []any
	_ = json.Unmarshal(blocks, &list) // they passed blockkit.Validate
	message := map[string]any{"blocks": list}
	giveIDs(message)
	out := fieldsOf(message)
	for i := range out {
		out[i].Value = out[i].initial()
	}
	return out
}

// fieldsOf returns what is to be filled in of a view, empty as yet, in reading order.
func fieldsOf(view map[string]any) []Field {
	var out []Field
	for _, b := range objects(view["blocks"]) {
		of := Field{BlockID: textOf(b["block_id"]), Label: textOf(b["label"]), Hint: textOf(b["hint"]), Optional: true, dispatches: true}
		var holds []map[string]any
		switch b["type"] {
		case "input":
			of.Optional, of.dispatches = b["optional"] == true, b["dispatch_action"] == true
			holds = objects([]any{b["element"]})
		case "section":
			of.Label = textOf(b["text"])
			holds = objects([]any{b["accessory"]})
		case "actions":
			holds = objects(b["elements"])
		}
		for _, e := range holds {
			f := of
			f.Type, f.ActionID, f.Placeholder, f.element = textOf(e["type"]), textOf(e["action_id"]), textOf(e["placeholder"]), e
			if _, filled := elements[f.Type]; filled {
				f.Options = optionsOf(e)
				out = append(out, f)
			}
		}
	}
	return out
}

// initial is what is in f when it is first shown.
func (f Field) initial() []Option {
	switch v := f.element[elements[f.Type].initial].(type) {
	case string:
		if v != "" {
			return []Option{{Label: v, Value: v}}
		}
	case map[string]any:
		return []Option{optionOf(v)}
	case []any:
		var out []Option
		for _, e := range v {
			if id, ok := e.(string); ok {
				out = append(out, Option{Label: id, Value: id})
			} else if o, ok := e.(map[string]any); ok {
				out = append(out, optionOf(o))
			}
		}
		return out
	}
	return nil
}

// optionsOf are the options of an element, those of its groups included.
func optionsOf(element map[string]any) []Option {
	var out []Option
	for _, o := range objects(element["options"]) {
		out = append(out, optionOf(o))
	}
	for _, g := range objects(element["option_groups"]) {
		out = append(out, optionsOf(g)...)
	}
	return out
}

func optionOf(o map[string]any) Option {
	return Option{Label: textOf(o["text"]), Value: textOf(o["value"])}
}

// giveIDs gives an id to each block and element of a view that has none, as Slack does.
func giveIDs(view map[string]any) {
	for i, b := range objects(view["blocks"]) {
		if textOf(b["block_id"]) == "" {
			b["block_id"] = blockkit.OwnID(i)
		}
		elements := slices.Concat(objects(b["elements"]), objects([]any{b["accessory"], b["element"]}))
		for j, e := range elements {
			if textOf(e["action_id"]) == "" && e["type"] != "image" && !strings.HasPrefix(textOf(e["type"]), "rich_text_") && isElement(b) {
				e["action_id"] = "a" + strconv.Itoa(j)
			}
		}
	}
}

// isElement reports whether what a block holds are elements that somebody uses.
func isElement(block map[string]any) bool {
	return slices.Contains([]any{"input", "section", "actions"}, block["type"])
}

// textOf is the raw text of a text object, or of a string.
func textOf(v any) string {
	if m, ok := v.(map[string]any); ok {
		v = m["text"]
	}
	s, _ := v.(string)
	return s
}

// objects returns the objects of a JSON array.
func objects(v any) []map[string]any {
	list, _ := v.([]any)
	out := make([]map[string]any, 0, len(list))
	for _, e := range list {
		if o, ok := e.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}
