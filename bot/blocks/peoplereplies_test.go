package blocks

import (
	"context"
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// ben is what U2 calls himself.
const ben = "Ben & <co>"

// colleagues are people by their Slack ids: who asks is Asha (U1) and has an e-mail address if it is not empty.
type colleagues struct {
	scene
	email string
}

func (c colleagues) Person(_ context.Context, id string) (request.Person, error) {
	return map[string]request.Person{"U1": {ID: "U1", Name: "Asha", Email: c.email}, "U2": {ID: "U2", Name: ben}}[id], nil
}

func (c colleagues) Known(id string) (request.Person, bool) {
	p, _ := c.Person(context.Background(), id)
	return p, true
}

// peopleAnswers are answers by Slack names.
func peopleAnswers(t *testing.T) map[string]Message {
	t.Helper()
	agent, err := aht.NewTarget(aht.KindAgent, "42")
	if err != nil {
		t.Fatal(err)
	}
	restricted := request.Access{Restricted: true, Admins: []string{"U9"}}
	answer := func(s scene, access request.Access, email string, links commandstest.Links, line string) Message {
		h := s.handler(t, access)
		people := colleagues{s, email}
		h.People, h.Links = people, links
		r, _ := h.Answer(t.Context(), request.Question{User: "U1", Text: line, At: noon, Ref: "abc234", Channel: true})
		return Message{Reply: r, For: ForOne}
	}
	fresh := scene{reading: reading(4*time.Minute+32*time.Second, 8*time.Second)}
	strange := scene{err: upstreamError{class: "refused", reason: "bad-agent"}}
	none := func() commandstest.Links { return commandstest.Links{} }
	of := func(user string) commandstest.Links {
		return commandstest.Links{user: {User: user, Agent: agent, Proof: aht.Vouched}}
	}
	return map[string]Message{
		"people-own":              answer(fresh, restricted, "", of("U1"), "me"),
		"people-own-found":        answer(fresh, restricted, "asha@example.com", none(), "me"),
		"people-own-not-found":    answer(strange, request.Access{}, "asha@example.com", none(), "me"),
		"people-own-unknown":      answer(fresh, request.Access{}, "", none(), "me"),
		"people-own-by-an-admin":  answer(fresh, restricted, "", none(), "me"),
		"people-own-strange":      answer(strange, request.Access{}, "", of("U1"), "me"),
		"people-linked":           answer(fresh, request.Access{}, "", none(), "me is 42"),
		"people-link-refused":     answer(fresh, restricted, "", none(), "me is 42"),
		"people-link-taken":       answer(fresh, request.Access{Admins: []string{"U9"}}, "", of("U2"), "me is 42"),
		"people-forgotten":        answer(fresh, request.Access{}, "asha@example.com", of("U1"), "me forget"),
		"people-other":            answer(fresh, request.Access{}, "", of("U2"), "agent <@U2>"),
		"people-other-unknown":    answer(fresh, request.Access{}, "", none(), "agent <@U2>"),
		"people-other-linked":     answer(fresh, request.Access{}, "", none(), "agent <@U2> is 42"),
		"people-other-refused":    answer(fresh, request.Access{Admins: []string{"U9"}}, "", none(), "agent <@U2> is 42"),
		"people-other-unreadable": answer(fresh, request.Access{}, "", none(), "agent <@U2> 42"),
		"people-not-picked":       answer(fresh, request.Access{}, "", none(), "agent @ben"),
	}
}
