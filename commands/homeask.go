package commands

import (
	"strings"

	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Filled returns q, a press of [reply.ActionSend] on Home or a change of its Live field, as the question that is filled in
// there. It is asked and answered as any other press on Home: what can't be asked is refused by the words of a line. Where both
// a campaign was picked and an agent typed, the button asks about the agent: a pick is asked by itself.
func (h *Handler) Filled(q request.Question, in form.Filled) request.Question {
	agent, send := strings.TrimSpace(in.Values.One(form.FieldAgent)), q.Action == reply.ActionSend
	name := form.ChosenCampaign(h.Base, in.Values.One(form.FieldCampaign))
	if t, err := aht.NewTarget(aht.KindCampaign, name); err == nil && (agent == "" || !send) {
		q.Action, q.Value = reply.ActionAsk, request.Encode(t, nil)
		return q
	}
	q.Action, q.Value = reply.ActionLine, strings.TrimSpace(aht.KindCampaign.String()+" "+name)
	if agent != "" {
		q.Value = aht.KindAgent.String() + " " + agent
	}
	return q
}
