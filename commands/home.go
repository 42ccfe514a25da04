package commands

import (
	"context"
	"strings"

	"ahtbot/commands/form"
	"ahtbot/commands/home"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Home is the Home tab of who asks q: a page of what they watch, counted from 0, below the answer to what was pressed there, if
// that is what it is drawn for. The error is for the operator's log.
func (h *Handler) Home(ctx context.Context, q request.Question, page int, above *reply.Reply) (form.View, error) {
	if no, err := h.permit(ctx, q, aht.Target{}); err != nil {
		stranger := request.StrangerReply(q.Ref)
		return home.Around(0, nil, form.Part{Reply: &stranger}), err
	} else if no != nil {
		return home.Around(0, nil, form.Part{Reply: no}), nil
	}
	return home.Handler{Base: h.Base}.View(ctx, q, page, above, h.doing(ctx, q))
}

// doing is how ahtbot is doing, for admins; nil for everybody else.
func (h *Handler) doing(ctx context.Context, q request.Question) *reply.Reply {
	if admin, err := h.IsAdmin(ctx, q.User); err != nil || !admin {
		return nil
	}
	s := h.Health()
	r := h.withCosts(ctx, statusReply(s, q.At, h.Zone), q)
	r.Lines = append([]string{attention(s)}, r.Lines...)
	return &r
}

// attention names what somebody has to do something about.
func attention(s request.Health) string {
	var out []string
	add := func(wrong bool, what string) {
		if wrong {
			out = append(out, what)
		}
	}
	add(s.AuthRefused, "the sign-in to Ozonetel")
	add(s.Rival && !s.AuthRefused, "something else that signs in to the Ozonetel account and ends ahtbot's sign-in: it needs a user of its own")
	add(s.Connections == 0, "the connection to Slack")
	add(s.Degraded || s.StoreCause != "", "the store")
	add(s.Polling.TooMany, "more watched campaigns than the allowance has room for")
	if len(out) == 0 {
		return "Nothing needs your attention."
	}
	return "Needs attention: " + reply.Enumerate(out) + ". Whoever runs ahtbot can run ahtbot doctor, which says more."
}

// Filled returns q, a press of [reply.ActionSend] on Home or a change of its Live field, as the question that is filled in
// there. It is asked and answered as any other press on Home: what can't be asked is refused by the words of a line. Where both
// a campaign was picked and an agent typed, the button asks about the agent: a pick is asked by itself, and asks about no agent.
func (h *Handler) Filled(q request.Question, in form.Filled) request.Question {
	agent := ""
	if q.Action == reply.ActionSend {
		agent = strings.TrimSpace(in.Values.One(form.FieldAgent))
	}
	name := form.ChosenCampaign(h.Base, in.Values.One(form.FieldCampaign))
	if t, err := aht.NewTarget(aht.KindCampaign, name); err == nil && agent == "" {
		q.Action, q.Value = reply.ActionAsk, request.Encode(t, nil)
		return q
	}
	q.Action, q.Value = reply.ActionLine, strings.TrimSpace(aht.KindCampaign.String()+" "+name)
	if agent != "" {
		q.Value = aht.KindAgent.String() + " " + agent
	}
	return q
}
