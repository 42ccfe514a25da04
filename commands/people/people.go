// Package people answers by Slack names: which agent a person in Slack is, said once, and the figure asked by that name.
package people

import (
	"cmp"
	"context"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// Handler keeps who is which agent, and finds it.
type Handler struct{ *request.Base }

// Ask asks for the figure of the agent that somebody is. In each of these commands the zero Member is whoever types.
type Ask struct{ Who grammar.Member }

// Link says which agent somebody is.
type Link struct {
	Who   grammar.Member
	Agent aht.Target
}

// Forget takes back which agent somebody is.
type Forget struct{ Who grammar.Member }

// subject writes how a line begins that is about who.
func subject(w grammar.Writer, who grammar.Member) string {
	if who.ID == "" {
		return request.CommandWord + " me"
	}
	return request.CommandWord + " agent " + w.Member(who)
}

// Typed is [request.Command].
func (c Ask) Typed(w grammar.Writer) string { return subject(w, c.Who) }

// Typed is [request.Command].
func (c Link) Typed(w grammar.Writer) string { return subject(w, c.Who) + " is " + spell(c.Agent) }

// Typed is [request.Command].
func (c Forget) Typed(w grammar.Writer) string { return subject(w, c.Who) + " forget" }

// spell writes an agent's id so that it reads back whole behind “is”, where the word for a kind may stand before it.
func spell(t aht.Target) string {
	if _, word := request.KindWord(t.Name()); word {
		return grammar.Quote(t.Name())
	}
	return request.Spell(t)
}

// someone is a person whom a command is about, with the id and the name filled in.
type someone struct {
	grammar.Member
	own bool // it is whoever asks
}

// about is whom who means, said by who asks q.
func about(who grammar.Member, q request.Question) someone {
	if who.ID == "" || who.ID == q.User {
		return someone{grammar.Member{ID: q.User}, true}
	}
	return someone{who, false}
}

// named is s by the name that Slack shows.
func (s someone) named(p request.Person) someone {
	s.Name = cmp.Or(p.Name, s.Name)
	return s
}

// called names s in a sentence.
func (s someone) called() string {
	if s.Name == "" {
		return "this person"
	}
	return reply.Short(s.Name)
}

// is names s with the verb behind it.
func (s someone) is() string {
	if s.own {
		return "you are"
	}
	return s.called() + " is"
}

// their is whose something of s is.
func (s someone) their() string {
	if s.own {
		return "your"
	}
	return s.called() + "'s"
}

// said is how s is named by the lines of who asks: no Member for oneself.
func (s someone) said() grammar.Member {
	if s.own {
		return grammar.Member{}
	}
	return s.Member
}

// line is how a line of who asks begins that is about s.
func (s someone) line() string { return subject(grammar.ToRead, s.said()) }

// Effect is [request.Command].
func (Ask) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Link) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Forget) Effect() request.Effect { return request.EffectChange }

// Label is [request.Command].
func (c Ask) Label() string {
	if c.Who.ID == "" {
		return "My AHT"
	}
	return "Ask agent " + grammar.ToRead.Member(c.Who)
}

// Of is c about whom its line names, with the name that Slack shows for an id; empty: not known.
func Of(c request.Command, name func(id string) string) request.Command {
	with := func(m grammar.Member) grammar.Member {
		if m.ID != "" && m.Name == "" {
			m.Name = name(m.ID)
		}
		return m
	}
	switch c := c.(type) {
	case Ask:
		return Ask{with(c.Who)}
	case Link:
		return Link{with(c.Who), c.Agent}
	case Forget:
		return Forget{with(c.Who)}
	default:
		return c
	}
}

// Do does cmd when it is one of these and asks nothing upstream.
func (h Handler) Do(ctx context.Context, cmd request.Command, q request.Question) (r reply.Reply, done bool, err error) {
	switch cmd := cmd.(type) {
	case Link:
		r, err = h.link(ctx, cmd, q)
	case Forget:
		r, err = h.forget(ctx, cmd, q)
	default:
		return reply.Reply{}, false, nil
	}
	return r, true, err
}

// Verb is the word “me”.
var Verb = request.Verb{
	Name: "me", Args: "[is <agent id>|forget]", Does: "your own AHT, shown to you only",
	More: []string{
		"Say once which agent you are, with the id you sign in to CloudAgent with: “/aht me is <agent id>”. “/aht me forget” takes that back.",
		"If that id is your e-mail address in Slack, I may find it by myself, and say so.",
		"One of ahtbot's admins says it for somebody else: “/aht agent @person is <agent id>”, or “forget”.",
	},
	Examples: []string{"me", "help"}, // "help me" may be a cry
	Parse:    func(rest string) (request.Command, error) { return read(grammar.Member{}, rest) },
}

// AlsoByName is v, the verb of agents, for lines that name a person in Slack as well.
func AlsoByName(v request.Verb) request.Verb {
	v.Args = "<agent id>|@person"
	v.More = append(v.More, "Behind @ it is the agent that this person in Slack is, once somebody has said so: “/aht help me” says how.")
	v.Parse = func(rest string) (request.Command, error) {
		n, _ := request.KindWord(aht.KindAgent.String() + " " + rest)
		return Show(n)
	}
	return v
}

// Show reads n as a target, or of an agent as a person in Slack.
func Show(n request.Named) (request.Command, error) {
	if n.Kind != aht.KindAgent {
		return n.Show()
	}
	if who, rest, ok := grammar.ReadMember(n.Rest); ok {
		return read(who, rest)
	}
	if request.IsOneself(n.Rest) {
		return loosely(Ask{}, true), nil
	}
	if strings.HasPrefix(strings.TrimLeft(n.Rest, ":= "), "@") {
		return nil, &request.UsageError{
			Fault: request.FaultPeople, Says: "I can't tell who that is in Slack. Pick the person from the list that opens when you type @. Or ask by the agent id:",
			Try: []string{"agent 42"},
		}
	}
	return n.Show()
}

// Alone reads a line that begins with a person in Slack, and with no verb. A change is asked back.
func Alone(line string) (request.Command, error) {
	who, rest, ok := grammar.ReadMember(line)
	if !ok {
		return nil, &request.UsageError{Fault: request.FaultMention, Kind: aht.KindAgent}
	}
	cmd, err := read(who, rest)
	switch {
	case err != nil:
		return nil, err
	case request.Changes(cmd):
		return nil, unread(who, request.Plain(cmd))
	default:
		return request.Interpreted{Command: request.Plain(cmd)}, nil
	}
}
