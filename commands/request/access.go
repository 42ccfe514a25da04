package request

import (
	"context"
	"slices"
	"strings"

	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
)

// Person is who asks, as Slack describes them.
type Person struct {
	ID      string
	Guest   bool   // a single- or multi-channel guest
	Outside bool   // of another workspace or organisation
	Zone    string // IANA name of the time zone set in Slack; empty when Slack says none
	Name    string // as Slack shows it; for messages, never for logs
	// Email is the confirmed address of the profile, for questions and links, never for logs;
	// empty when Slack does not say, as it does with the scope users:read.email alone.
	Email string
}

// Access is who may see what. The zero Access lets every member see everything.
type Access struct {
	Admins  []string // ADMINS: Slack ids of people and user groups
	Readers []string // AGENT_READERS: ids that may ask for a person's AHT
	// Restricted is true when only Readers (and Admins) may ask for a person's AHT; false
	// lets every full member.
	Restricted bool
	// NotOwn is true when not even one's own AHT is for who is not among those: OWN_FIGURE=off.
	NotOwn bool
}

// Groups returns the user groups among those that alone may read agents, none when
// everybody may. Their members have to be asked of Slack.
func (a Access) Groups() []string {
	if !a.Restricted {
		return nil
	}
	return slices.DeleteFunc(slices.Concat(a.Admins, a.Readers), func(id string) bool { return !strings.HasPrefix(id, "S") })
}

// Admin reports whether ADMINS names id itself. Members of a group named there count as
// admins where Slack is asked anyway.
func (a Access) Admin(id string) bool { return slices.Contains(a.Admins, id) }

// Verdict is what the rules say of one person asking one thing.
type Verdict uint8

// The verdicts.
const (
	Allowed   Verdict = iota
	Refused           // with the Reply that says so
	ByMembers         // allowed to who is in one of Access.Groups
)

// Judge says whether p may see the figures of t. Guests and people of other workspaces
// never may (design.md §3, AGENT_READERS; ADR 0007): the floor's figures stay with the
// people who work there. A zero t is a question about ahtbot itself.
func (a Access) Judge(p Person, t aht.Target) (Verdict, reply.Reply) { return a.judge(p, t.Kind()) }

func (a Access) judge(p Person, about aht.Kind) (Verdict, reply.Reply) {
	switch {
	case p.Outside:
		return Refused, refusal("Figures of this floor are only for people of this workspace. Please ask the colleague you work with here.")
	case p.Guest:
		return Refused, refusal("Figures of this floor are only for full members, and you are a guest here. Please ask the colleague who invited you.")
	case about != aht.KindAgent || !a.Restricted || slices.Contains(a.Admins, p.ID) || slices.Contains(a.Readers, p.ID):
		return Allowed, reply.Reply{}
	case len(a.Groups()) > 0:
		return ByMembers, notReader()
	default:
		return Refused, notReader()
	}
}

// Permission is what Slack and the rules say of who asks.
type Permission struct {
	No *reply.Reply // the refusal; nil: allowed
	// Own says that an agent's figure is refused unless it is the person's own ([Base.Owns]).
	Own bool
}

// Permit asks Slack whatever it takes to decide whether q may be about what kind says; none is
// ahtbot itself. The error means that Slack did not say.
func (h *Base) Permit(ctx context.Context, q Question, kind aht.Kind) (Permission, error) {
	p, err := h.People.Person(ctx, q.User)
	if err != nil {
		return Permission{}, err
	}
	p = q.Person(p)
	v, no := h.Access.judge(p, kind)
	if v == ByMembers {
		in, err := h.People.Member(ctx, q.User, h.Access.Groups())
		if err != nil {
			return Permission{}, err
		}
		v = MemberVerdict(in)
	}
	if v != Refused {
		return Permission{}, nil
	}
	return Permission{No: &no, Own: h.mayBeOwn(p, kind)}, nil
}

// MemberVerdict is what ByMembers becomes for who is in one of the groups, or is not.
func MemberVerdict(in bool) Verdict {
	if in {
		return Allowed
	}
	return Refused
}

// mayBeOwn reports whether what the rules refuse p is allowed if it is p's own.
func (h *Base) mayBeOwn(p Person, kind aht.Kind) bool {
	v, _ := h.Access.judge(p, 0)
	return kind == aht.KindAgent && v == Allowed && !h.Access.NotOwn
}

// MayBeOwn reports whether the figure of t, which the rules refuse p, is allowed if it is p's
// own. It never blocks; [Base.Owns] says whether it is.
func (h *Base) MayBeOwn(p Person, t aht.Target) bool { return h.mayBeOwn(p, t.Kind()) }

// Owns reports whether t is surely the agent that who asks q is. What can't be found out is not so.
func (h *Base) Owns(ctx context.Context, q Question, t aht.Target) bool {
	p, err := h.People.Person(ctx, q.User)
	if err != nil || p.IsMail(t) {
		return err == nil
	}
	l, ok, err := h.Links.Link(ctx, q.User)
	return err == nil && ok && l.Agent == t && p.Proven(l)
}

// Proven reports whether it is sure that p is the agent l says: an admin said so, or its id is
// p's e-mail address now. One's own word is no proof, or it would be a way to anybody's figure,
// and neither is an address of before, which may be a colleague's by now (docs/adr/0017).
func (p Person) Proven(l aht.Link) bool { return l.Proof == aht.Vouched || p.IsMail(l.Agent) }

// IsMail reports whether p's e-mail address is the id of the agent t; case does not count.
func (p Person) IsMail(t aht.Target) bool {
	return p.Email != "" && t.Kind() == aht.KindAgent && len(p.Email) == len(t.Name()) && strings.EqualFold(p.Email, t.Name())
}

func notReader() reply.Reply {
	r := refusal("One person's AHT is only for the people your company named. You can ask for a campaign. To see which there are:")
	r.Try = []string{CommandWord + " campaigns"}
	r.Text = reply.JoinSentences(r.Text, r.Try[0])
	return r
}

func refusal(text string) reply.Reply {
	return reply.OneLine("denied", text)
}

// StrangerReply is for when Slack does not say who is asking.
func StrangerReply(ref string) reply.Reply {
	line := "Slack did not tell me who you are, so I can't show figures yet. Try again in a minute."
	note := "If it stays so, tell whoever runs ahtbot: reference " + ref + "."
	return reply.Reply{Outcome: "unknown_person", Text: reply.JoinSentences(line, note), Lines: []string{line}, Note: note}
}

// MayChange returns the refusal when who asks may not change what the person by made. what
// is what they did, as in "Somebody else set up digest 3". With no admins named anybody
// may, or it could outlive the only person who can. The error means that Slack did not say;
// the Reply says so then.
func (h *Base) MayChange(ctx context.Context, by, what string, q Question) (*reply.Reply, error) {
	may := by == "" || by == q.User || len(h.Access.Admins) == 0
	if !may {
		var err error
		if may, err = h.IsAdmin(ctx, q.User); err != nil {
			no := StrangerReply(q.Ref)
			return &no, err
		}
	}
	if may {
		return nil, nil //nolint:nilnil // no refusal and no error is what permits
	}
	no := refusal("Somebody else " + what + ". They can change it, or one of ahtbot's admins here.")
	return &no, nil
}

// IsAdmin reports whether ADMINS names id, or a group that id is in. The error means that Slack
// did not say.
func (h *Base) IsAdmin(ctx context.Context, id string) (bool, error) {
	groups := slices.DeleteFunc(slices.Clone(h.Access.Admins), func(id string) bool { return !strings.HasPrefix(id, "S") })
	if h.Access.Admin(id) || len(groups) == 0 {
		return h.Access.Admin(id), nil
	}
	return h.People.Member(ctx, id, groups)
}

// Anew is who id is by Slack's word of now, where that can be asked for.
func (h *Base) Anew(ctx context.Context, id string) (Person, error) {
	if people, ok := h.People.(Renewing); ok {
		return people.Anew(ctx, id)
	}
	return h.People.Person(ctx, id)
}
