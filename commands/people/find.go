package people

import (
	"context"
	"errors"
	"fmt"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Found is the agent that somebody is.
type Found struct {
	Agent aht.Target
	who   someone
	may   bool // who asks may see any agent
	// mailed says that it is only supposed to be: the id is the person's e-mail address, which
	// is kept when Ozonetel knows such an agent.
	mailed bool
}

// Own reports whether c is about whoever asks q.
func (c Ask) Own(q request.Question) bool { return about(c.Who, q).own }

// Find finds the agent that c is about, or answers instead. may says that who asks may see any
// agent; others only get what is surely theirs. The error is for the operator's log.
func (h Handler) Find(ctx context.Context, c Ask, may bool, q request.Question) (Found, *reply.Reply, error) {
	f := Found{who: about(c.Who, q), may: may}
	l, linked, err := h.Links.Link(ctx, f.who.ID)
	if err != nil {
		no := reply.OneLine("store_away", "The store that keeps who is which agent does not answer, so I can't look it up. Try again in a minute, or ask by the agent id.")
		return f, &no, err
	}
	p, err := h.People.Person(ctx, f.who.ID)
	if !linked || !may && !p.Proven(l) {
		linked = false
		p, err = h.Anew(ctx, f.who.ID)
	}
	if err != nil && f.who.own {
		no := request.StrangerReply(q.Ref)
		return f, &no, err
	}
	f.who = f.who.named(p)
	if linked {
		f.Agent = l.Agent
		return f, nil, nil
	}
	if t, bad := aht.NewTarget(aht.KindAgent, p.Email); bad == nil {
		f.Agent, f.mailed = t, true
		return f, nil, nil
	}
	no, err := h.unknown(ctx, f, q)
	return f, &no, err
}

// unknown says how to make known which agent f is about.
func (h Handler) unknown(ctx context.Context, f Found, q request.Question) (reply.Reply, error) {
	mayLink, err := h.mayLink(ctx, q)
	if err != nil {
		return request.StrangerReply(q.Ref), err
	}
	tried := ""
	if f.mailed {
		tried = "Ozonetel knows no agent by " + f.who.their() + " e-mail address in Slack."
	}
	line := fmt.Sprintf("I don't know yet which agent %s.", f.who.is())
	var how string
	switch {
	case f.who.own && f.may:
		how = "Say it once, with the id you sign in to CloudAgent with: “/aht me is <agent id>”."
	case f.who.own:
		how = "Your own word is not enough here. " + h.adminSays(f.who)
	case mayLink:
		how = fmt.Sprintf("Say it once: “%s is <agent id>”.", f.who.line())
	default:
		how = h.adminSays(f.who)
	}
	r := reply.Reply{Outcome: "unlinked", Try: []string{request.CommandWord + " help me"}}
	return reply.WithLines(r, []string{tried, line, how}), nil
}

// adminSays says who can say which agent who is, and how.
func (h Handler) adminSays(who someone) string {
	if len(h.Access.Admins) == 0 {
		return "Only an admin of ahtbot's can say it, and none is named: whoever runs ahtbot can set ADMINS."
	}
	return fmt.Sprintf("One of ahtbot's admins can say it: “%s is <agent id>”.", subject(grammar.ToRead, who.Member))
}

// Told is r, the answer about the agent that was found, with how it was found. A link by e-mail
// is kept when Ozonetel has answered. err is why r has no figure, or nil; what is returned is
// what is left of it for the operator's log.
func (h Handler) Told(ctx context.Context, f Found, r reply.Reply, err error, q request.Question) (reply.Reply, error) {
	ue, ok := errors.AsType[request.UpstreamError](err)
	strange := ok && ue.ErrorReason() == "bad-agent"
	switch {
	case strange && f.mailed:
		return h.unknown(ctx, f, q)
	case strange:
		return noted(r, fmt.Sprintf("%s that agent here. To correct it: “%s is <agent id>”.", reply.UpperFirst(f.who.is()), f.who.line())), err
	case f.mailed && err == nil:
		l := aht.Link{User: f.who.ID, Agent: f.Agent, Proof: aht.Mailed, By: q.User, At: q.At}
		_, _ = h.Links.SetLink(ctx, l) // what is not kept is found again
		return noted(r, fmt.Sprintf("Found by %s e-mail address in Slack. If that is wrong: “%s is <agent id>”.", f.who.their(), f.who.line())), nil
	case !f.who.own:
		return noted(r, fmt.Sprintf("%s %s here.", reply.UpperFirst(f.who.is()), reply.Subject(f.Agent))), err
	default:
		return r, err
	}
}

// noted is r with a line of small print on top.
func noted(r reply.Reply, note string) reply.Reply {
	r.Note = reply.JoinNonEmpty("\n", note, r.Note)
	r.Text = reply.JoinSentences(r.Text, note)
	return r
}
