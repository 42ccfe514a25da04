package blocks

import (
	"encoding/json"
	"slices"

	"github.com/slack-go/slack"

	"ahtbot/commands/form"
)

// Filled is a view as it comes back, with what is filled in by now (Slack: state).
func Filled(v slack.View) form.Filled {
	out := form.Filled{Form: v.CallbackID, Meta: v.PrivateMetadata, Values: form.Values{}}
	if v.State == nil {
		return out
	}
	for _, elements := range v.State.Values {
		for id, e := range elements {
			if name := FieldOf(id); name != "" {
				out.Values[name] = valuesOf(e)
			}
		}
	}
	return out
}

// valuesOf is what is filled into one element; nil for nothing.
func valuesOf(e slack.BlockAction) []string {
	var out []string
	for _, o := range e.SelectedOptions {
		out = append(out, o.Value)
	}
	for _, one := range []string{e.Value, e.SelectedOption.Value, e.SelectedConversation} {
		if one != "" {
			out = append(out, one)
		}
	}
	return out
}

// Suggestions draws options for the acknowledgement that a type-ahead waits for. Of more than it carries those before the last
// are left out: the last one is what was typed.
func Suggestions(options []form.Option) json.RawMessage {
	if n := len(options); n > maxOptions {
		options = append(slices.Clip(options[:maxOptions-1]), options[n-1])
	}
	for {
		drawn := Inline(struct {
			Options []*slack.OptionBlockObject `json:"options"`
		}{optionObjects(options)})
		if n := len(options); drawn == nil && n > 1 {
			options = append(slices.Clip(options[:(n-1)*3/4]), options[n-1])
			continue
		}
		return drawn
	}
}
