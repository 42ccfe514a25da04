package home

import (
	"context"
	"fmt"

	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/answers"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// agents says whose figures who asks q may see, beside campaigns'. Where Slack does not say, nobody's.
func (h Handler) agents(ctx context.Context, q request.Question) (all, own bool) {
	p, err := h.Permit(ctx, q, aht.KindAgent)
	all = err == nil && p.No == nil
	return all, all || err == nil && p.Own
}

// you is the newest figure of the agent that who asks q is, in a sentence; empty where nobody knows who that is, or there is none in
// memory. Who may not see all agents has to be surely this one.
func (h Handler) you(ctx context.Context, all bool, q request.Question) string {
	if h.Links == nil {
		return ""
	}
	who, _ := h.People.Known(q.User)
	agent, _ := aht.NewTarget(aht.KindAgent, who.Email) // its address may be no id: then there is no reading of it
	if l, ok, err := h.Links.Link(ctx, q.User); err == nil && ok && (all || l.Proof > aht.Said) {
		agent = l.Agent
	}
	r, ok := h.Memory.Latest(agent)
	if agent.IsZero() || !ok || r.Age(q.At) > answers.Comparable {
		return ""
	}
	return fmt.Sprintf("You (%s): %s at %s.", reply.Subject(agent), alertpost.MeanWords(r.Mean), reply.When(r.At, q.At, h.Zone))
}
