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

// you is the newest figure of the agent that who asks q is, in a sentence; empty where that is not known, may not be seen, or there is
// none in memory.
func (h Handler) you(ctx context.Context, q request.Question) string {
	if h.Links == nil {
		return ""
	}
	p, err := h.Permit(ctx, q, aht.KindAgent)
	if err != nil || p.No != nil && !p.Own {
		return ""
	}
	who, _ := h.People.Known(q.User)
	agent, _ := aht.NewTarget(aht.KindAgent, who.Email) // its address may be no id: then there is no reading of it
	if l, ok, err := h.Links.Link(ctx, q.User); err == nil && ok && (p.No == nil || l.Proof > aht.Said) {
		agent = l.Agent
	}
	r, ok := h.Memory.Latest(agent)
	if agent.IsZero() || !ok || r.Age(q.At) > answers.Comparable {
		return ""
	}
	return fmt.Sprintf("You (%s): %s at %s.", reply.Subject(agent), alertpost.MeanWords(r.Mean), reply.When(r.At, q.At, h.Zone))
}
