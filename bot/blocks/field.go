package blocks

import (
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/form"
)

// Slack's limits of what is filled in (slack.md §3), the texts 5 % short like the others. Labels of options are not cut short:
// package form cuts them so that no name looks like another.
const (
	maxLabel   = 1900
	maxShadow  = 142
	maxTyped   = 2850
	maxOption  = 75
	maxOptions = 100
	mostRadios = 4 // options that are all in sight; of more, one is chosen from a list
)

// fieldPrefix begins the action_id of a field, so that none is the action of a button. On the wire: never renamed.
const fieldPrefix = "field_"

// FieldOf returns the name of the field that an action_id is of; empty when it is of a button.
func FieldOf(actionID string) string {
	name, ok := strings.CutPrefix(actionID, fieldPrefix)
	if !ok {
		return ""
	}
	return name
}

// input draws a field. Its name is the block_id, by which Slack keeps what was filled in while a view is drawn anew, and
// shows what is wrong beside it.
func input(f form.Field) slack.Block {
	var hint *slack.TextBlockObject
	if f.Hint != "" {
		hint = plain(webapi.Shorten(f.Hint, maxLabel))
	}
	b := slack.NewInputBlock(f.Name, plain(webapi.Shorten(f.Label, maxLabel)), hint, element(f))
	b.Optional, b.DispatchAction = f.Optional, f.Live
	return b
}

// element draws what is filled in.
func element(f form.Field) slack.BlockElement {
	id, options := fieldPrefix+f.Name, optionObjects(f.Options)
	chosen := optionObjects(chosenOptions(f))
	var first *slack.OptionBlockObject
	if len(chosen) > 0 {
		first = chosen[0]
	}
	least := 0 // letters to type before Slack asks for suggestions
	switch f.Kind {
	case form.Choice:
		if len(options) <= mostRadios {
			e := slack.NewRadioButtonsBlockElement(id, options...)
			e.InitialOption = first
			return e
		}
		return slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, shadow(f), id, options...).WithInitialOption(first)
	case form.Choices:
		return slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, shadow(f), id, options...).WithInitialOptions(chosen...)
	case form.Campaign:
		e := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, shadow(f), id).WithInitialOption(first)
		e.MinQueryLength = &least
		return e
	case form.Campaigns:
		return slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, shadow(f), id).WithInitialOptions(chosen...).WithMinQueryLength(least)
	case form.Place:
		return place(id, f)
	case form.Text:
	}
	return typed(id, f)
}

// typed draws a line to type. A Live one tells of Enter alone: told of every character, Slack would send a payload for each
// pause in typing, and each would cost a view drawn anew. Any other Live field brings along what was typed.
func typed(id string, f form.Field) slack.BlockElement {
	e := slack.NewPlainTextInputBlockElement(shadow(f), id).WithMaxLength(maxTyped)
	if len(f.Value) > 0 {
		e.InitialValue = webapi.Shorten(f.Value[0], maxTyped)
	}
	if f.Live {
		e.DispatchActionConfig = &slack.DispatchActionConfig{TriggerActionsOn: []string{"on_enter_pressed"}}
	}
	return e
}

// place draws the choice of a channel or a direct message. Bots stay in it, since the one direct message that we can post to is
// the person's with us.
func place(id string, f form.Field) slack.BlockElement {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, shadow(f), id)
	e.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private", "im"}, ExcludeExternalSharedChannels: true}
	if len(f.Value) > 0 && webapi.IsChannel(f.Value[0]) {
		e.InitialConversation = f.Value[0]
	}
	return e
}

func shadow(f form.Field) *slack.TextBlockObject {
	if f.Shadow == "" {
		return nil
	}
	return plain(webapi.Shorten(f.Shadow, maxShadow))
}

// chosenOptions are the options that a field begins with. Of a campaign the value says which, unless its name is too long to
// be carried: then it is among Options, or nothing is chosen.
func chosenOptions(f form.Field) []form.Option {
	var out []form.Option
	for _, value := range f.Value {
		at := slices.IndexFunc(f.Options, func(o form.Option) bool { return o.Value == value })
		if at >= 0 {
			out = append(out, f.Options[at])
		} else if name, known := form.CampaignName(value, nil); known && (f.Kind == form.Campaign || f.Kind == form.Campaigns) {
			out = append(out, form.CampaignOption(name))
		}
	}
	return out
}

func optionObjects(all []form.Option) []*slack.OptionBlockObject {
	out := make([]*slack.OptionBlockObject, 0, len(all))
	for _, o := range all[:min(len(all), maxOptions)] {
		out = append(out, slack.NewOptionBlockObject(o.Value, exactly(oneLine(o.Label), maxOption), nil))
	}
	return out
}
