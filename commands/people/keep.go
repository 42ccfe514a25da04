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

// mayLink reports whether who asks q may say which agent somebody else is: an admin may. With
// none named anybody may, or nobody could; but not where agents' figures are for some only,
// since whoever is linked sees the figure. The error means that Slack did not say.
func (h Handler) mayLink(ctx context.Context, q request.Question) (bool, error) {
	if len(h.Access.Admins) == 0 {
		return !h.Access.Restricted, nil
	}
	return h.IsAdmin(ctx, q.User)
}

// link keeps which agent somebody is.
func (h Handler) link(ctx context.Context, c Link, q request.Question) (reply.Reply, error) {
	who := about(c.Who, q)
	p, err := h.Anew(ctx, who.ID)
	if err != nil {
		return request.StrangerReply(q.Ref), err
	}
	who = who.named(p)
	proof, no, err := h.proof(ctx, who, c.Agent, p, q)
	if no != nil {
		return *no, err
	}
	was, had, err := h.Links.Link(ctx, who.ID)
	if err != nil {
		return away(err), err
	}
	line := fmt.Sprintf("%s %s", reply.UpperFirst(who.is()), reply.Subject(c.Agent))
	if had && was.Agent == c.Agent && was.Proof >= proof {
		return linked(who, line+" already."), nil
	}
	kept, err := h.Links.SetLink(ctx, aht.Link{User: who.ID, Agent: c.Agent, Proof: proof, By: q.User, At: q.At})
	switch {
	case err != nil:
		return away(err), err
	case !kept:
		return denied(fmt.Sprintf("Somebody else is %s here, so nothing was changed. %s", reply.Subject(c.Agent), h.adminChanges(who, c.Agent))), nil
	case had && was.Agent != c.Agent:
		return linked(who, fmt.Sprintf("%s from now on; it was %s.", line, reply.Subject(was.Agent))), nil
	default:
		return linked(who, line+" from now on."), nil
	}
}

// proof returns what it rests on that who, whom Slack describes as p, is agent, said by who asks
// q, or the refusal. The error means that Slack did not say.
func (h Handler) proof(ctx context.Context, who someone, agent aht.Target, p request.Person, q request.Question) (aht.Proof, *reply.Reply, error) {
	admin, err := h.IsAdmin(ctx, q.User)
	var allowed request.Permission
	if err == nil && who.own && !admin {
		allowed, err = h.Permit(ctx, q, aht.KindAgent)
	}
	if err != nil {
		no := request.StrangerReply(q.Ref)
		return 0, &no, err
	}
	switch {
	case admin:
		return aht.Vouched, nil, nil
	case !who.own && len(h.Access.Admins) == 0 && !h.Access.Restricted: // as mayLink
		return aht.Said, nil, nil
	case !who.own:
		no := denied("Only an admin says which agent somebody else is. " + h.adminChanges(who, agent))
		return 0, &no, nil
	case allowed.No != nil && !allowed.Own:
		return 0, allowed.No, nil
	case p.IsMail(agent):
		return aht.Mailed, nil, nil
	case allowed.No != nil:
		no := denied("One person's AHT is only for the people your company named, so your own word on which agent you are is not enough. " + h.adminChanges(who, agent))
		return 0, &no, nil
	default:
		return aht.Said, nil, nil
	}
}

// adminChanges says what an admin types to have who be agent.
func (h Handler) adminChanges(who someone, agent aht.Target) string {
	switch {
	case len(h.Access.Admins) > 0:
	case h.Access.Restricted:
		return h.adminSays(who)
	default:
		return "That person can take it back: “/aht me forget”."
	}
	return "One of ahtbot's admins can type “" + Link{who.Member, agent}.Typed(grammar.ToRead) + "”."
}

// linked is the answer to who keeps which agent somebody is, with the line that it is good for.
func linked(who someone, line string) reply.Reply {
	ask := Ask{who.said()}
	how := "Your own AHT, shown to you only:"
	if !who.own {
		how = "It is asked by Slack name now, and by that person as “/aht me”:"
	}
	r := reply.Reply{Outcome: "linked", Try: []string{request.Readable(ask)}, Buttons: []reply.Button{request.TryButton(ask)}}
	return reply.WithLines(r, []string{line, how})
}

// forget takes back which agent somebody is.
func (h Handler) forget(ctx context.Context, c Forget, q request.Question) (reply.Reply, error) {
	who := about(c.Who, q)
	may, err := who.own, error(nil)
	if !may {
		may, err = h.mayLink(ctx, q)
	}
	p, unknown := h.People.Person(ctx, who.ID)
	switch who = who.named(p); {
	case err != nil:
		return request.StrangerReply(q.Ref), err
	case unknown != nil && who.own:
		return request.StrangerReply(q.Ref), unknown
	case !may:
		return denied("Only an admin takes back which agent somebody else is. That person can, too, with “/aht me forget”."), nil
	}
	had, err := h.Links.DropLink(ctx, who.ID)
	if err != nil {
		return away(err), err
	}
	line := fmt.Sprintf("I have forgotten which agent %s.", who.is())
	if !had {
		line = fmt.Sprintf("I don't know which agent %s, so there was nothing to forget.", who.is())
	}
	again := ""
	if p.Email != "" {
		again = fmt.Sprintf("“%s” would look for an agent by %s e-mail address in Slack again.", who.line(), who.their())
	}
	return reply.WithLines(reply.Reply{Outcome: "unlinked"}, []string{line, again}), nil
}

func denied(text string) reply.Reply { return reply.OneLine("denied", text) }

func away(err error) reply.Reply {
	return request.NotKept(err, "The store that keeps who is which agent does not answer, so I can't say whether that was kept. Try again in a minute.")
}

// None keeps no links.
type None struct{}

var errNone = errors.New("links are not kept here")

// Link is [request.Links].
func (None) Link(context.Context, string) (aht.Link, bool, error) { return aht.Link{}, false, nil }

// SetLink is [request.Links].
func (None) SetLink(context.Context, aht.Link) (bool, error) { return false, errNone }

// DropLink is [request.Links].
func (None) DropLink(context.Context, string) (bool, error) { return false, errNone }
