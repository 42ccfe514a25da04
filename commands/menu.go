package commands

import (
	"ahtbot/commands/form"
	"ahtbot/commands/reply"
)

// menu is what one can do, to press: for who types nothing, or opens ahtbot from Slack's shortcuts.
func menu(m form.Meta) form.View {
	return form.View{Form: "menu", Title: "ahtbot", Close: "Close", Meta: m, Parts: []form.Part{
		{Lines: []string{"How long are calls taking? What do you want to do?"}, Buttons: []reply.Button{
			{Action: reply.ActionForm, Label: "Ask", Value: "ask"},
			{Action: reply.ActionForm, Label: "Watch a campaign", Value: "alert add"},
			{Action: reply.ActionForm, Label: "Schedule a digest", Value: "digest add"},
			{Action: reply.ActionForm, Label: "Set a target", Value: "target"},
		}},
	}}
}
