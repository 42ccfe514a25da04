package commands

import (
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// Menu asks what one can do, to press: for who types nothing, or opens ahtbot from Slack's shortcuts.
type Menu struct{}

// menuLine is all the menu says.
const menuLine = "Ask how long calls take, or have me keep an eye on it."

// menuReply is the menu as an answer.
func (h *Handler) menuReply() reply.Reply {
	r := reply.Reply{Outcome: "menu", Lines: []string{menuLine}, Note: "You can type all of it as well.", Buttons: h.menuButtons()}
	r.Text = reply.JoinSentences(menuLine, request.Line(request.Help{})+" lists what you can type.")
	return r
}

// menu is the menu as a window.
func (h *Handler) menu(m form.Meta) form.View {
	return form.View{Form: "menu", Title: "ahtbot", Close: "Close", Meta: m, Parts: []form.Part{{Lines: []string{menuLine}, Buttons: h.menuButtons()}}}
}

// menuButtons are what one can do. What nothing is kept of can't be watched or scheduled.
func (h *Handler) menuButtons() []reply.Button {
	all := h.AppendForm(nil, "Ask", "ask")
	all = h.AppendForm(all, "Watch a campaign", "alert add")
	all = h.AppendForm(all, "Schedule a digest", "digest add")
	if h.Alerts != nil || h.Digests != nil {
		all = request.AppendLine(all, reply.ActionTry, "My things", Mine{})
	}
	return request.AppendLine(all, reply.ActionTry, "Help", request.Help{})
}

// Typed is [request.Command].
func (Menu) Typed(grammar.Writer) string { return request.CommandWord }

// Effect is [request.Command].
func (Menu) Effect() request.Effect { return request.EffectNone }
