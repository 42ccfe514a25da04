package people_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// office is a workspace with Asha (U1), Ben (U2), a guest (U3), a reader of agents (U4) and an admin (U9), and
// Ozonetel's agents.
type office struct {
	people map[string]request.Person
	agents []string // that Ozonetel knows
	asked  []string // agents that it was asked for
	links  commandstest.Links
	away   error // what links answer, if they don't
}

func newOffice() *office {
	return &office{
		people: map[string]request.Person{
			"U1": {ID: "U1", Name: "Asha"}, "U2": {ID: "U2", Name: "Ben"}, "U3": {ID: "U3", Name: "Gus", Guest: true},
			"U4": {ID: "U4", Name: "Rita"}, "U9": {ID: "U9", Name: "Ada"},
		},
		agents: []string{"41", "42", "asha@example.com"}, links: commandstest.Links{},
	}
}

// Known implements [request.People], as do the next three.
func (o *office) Known(id string) (request.Person, bool) { p, ok := o.people[id]; return p, ok }

func (o *office) Person(_ context.Context, id string) (request.Person, error) {
	p, ok := o.people[id]
	if !ok {
		return p, errors.New("user_not_found")
	}
	return p, nil
}

func (o *office) KnownMember(id string, groups []string) (in, known bool) {
	return id == "U9" && slices.Contains(groups, "S9"), true
}

func (o *office) Member(_ context.Context, id string, groups []string) (bool, error) {
	in, _ := o.KnownMember(id, groups)
	return in, nil
}

// Latest implements [request.Memory], as does Before: nothing was read.
func (o *office) Latest(aht.Target) (aht.Reading, bool) { return aht.Reading{}, false }

func (o *office) Before(aht.Target, time.Time) (aht.Reading, bool) { return aht.Reading{}, false }

// Ask implements [request.Upstream], as does Turn.
func (o *office) Ask(_ context.Context, _ string, t aht.Target) (aht.Reading, error) {
	o.asked = append(o.asked, t.Name())
	if !slices.Contains(o.agents, t.Name()) {
		return aht.Reading{}, commandstest.UpstreamError{Class: "refused", Reason: "bad-agent"}
	}
	return aht.Reading{Target: t, Mean: time.Minute, At: commandstest.Noon}, nil
}

func (o *office) Turn(aht.Target) (int, time.Duration, bool) { return 0, 0, false }

// Link implements [request.Links] as o.links do, or says that they are away.
func (o *office) Link(ctx context.Context, user string) (aht.Link, bool, error) {
	if o.away != nil {
		return aht.Link{}, false, o.away
	}
	return o.links.Link(ctx, user)
}

func (o *office) SetLink(ctx context.Context, l aht.Link) (bool, error) {
	if o.away != nil {
		return false, o.away
	}
	return o.links.SetLink(ctx, l)
}

func (o *office) DropLink(ctx context.Context, user string) (bool, error) {
	if o.away != nil {
		return false, o.away
	}
	return o.links.DropLink(ctx, user)
}

// says answers a line of who under access.
func (o *office) says(t *testing.T, access request.Access, who, line string) reply.Reply {
	t.Helper()
	h := commands.NewHandler(request.Config{
		Memory: o, Upstream: o, People: o, Links: o, Access: access, Health: func() request.Health { return request.Health{} },
		MaxAge: time.Minute, Zone: time.UTC,
	})
	r, _ := h.Answer(t.Context(), request.Question{User: who, Text: line, At: commandstest.Noon, Open: true, Channel: true, Ref: "r1"})
	if r.Public {
		t.Errorf("%q is answered in the open: %s", line, r.Text)
	}
	return r
}

func agent(t *testing.T, id string) aht.Target {
	t.Helper()
	a, err := aht.NewTarget(aht.KindAgent, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// is links user with an agent for a proof.
func (o *office) is(t *testing.T, user, id string, proof aht.Proof) {
	t.Helper()
	if kept, err := o.links.SetLink(t.Context(), aht.Link{User: user, Agent: agent(t, id), Proof: proof, By: "U0"}); err != nil || !kept {
		t.Fatal(kept, err)
	}
}

func TestWhoMaySeeWhoseFigure(t *testing.T) {
	open := request.Access{Admins: []string{"S9"}}
	restricted := request.Access{Admins: []string{"S9"}, Readers: []string{"U4"}, Restricted: true}
	notOwn := restricted
	notOwn.NotOwn = true
	const (
		yes   = "figure"
		no    = "denied"
		tells = "unlinked" // how to say who one is
	)
	for _, c := range []struct {
		who, line                string
		open, restricted, notOwn string
	}{ // everybody here is linked: Asha by an admin, Ben by his own word, the guest, the reader and the admin by an admin
		{"U1", "me", yes, yes, no},
		{"U1", "agent 42", yes, yes, no}, // her own, by its id
		{"U1", "agent <@U1>", yes, yes, no},
		{"U1", "agent 41", yes, no, no}, // Ben's
		{"U1", "agent <@U2>", yes, no, no},
		{"U1", "agent <@U7>", tells, no, no}, // whom nobody knows: the refusal does not tell
		{"U2", "me", yes, tells, no},         // his own word proves nothing
		{"U2", "agent 41", yes, no, no},
		{"U2", "agent <@U1>", yes, no, no},
		{"U3", "me", no, no, no},
		{"U3", "agent 43", no, no, no},
		{"U3", "agent <@U1>", no, no, no},
		{"U4", "me", yes, yes, yes}, // may see anybody's
		{"U4", "agent <@U1>", yes, yes, yes},
		{"U4", "agent 42", yes, yes, yes},
		{"U9", "me", yes, yes, yes},
		{"U9", "agent <@U2>", yes, yes, yes},
	} {
		for access, want := range map[*request.Access]string{&open: c.open, &restricted: c.restricted, &notOwn: c.notOwn} {
			o := newOffice()
			o.agents = append(o.agents, "43", "44", "49")
			o.is(t, "U1", "42", aht.Vouched)
			o.is(t, "U2", "41", aht.Said)
			o.is(t, "U3", "43", aht.Vouched)
			o.is(t, "U4", "44", aht.Vouched)
			o.is(t, "U9", "49", aht.Vouched)
			r := o.says(t, *access, c.who, c.line)
			if r.Outcome != want || len(o.asked) > 0 != (want == yes) {
				t.Errorf("%s types %q, restricted %v, own refused %v: %s after asking %v; want %s", c.who, c.line, access.Restricted, access.NotOwn, r.Outcome, o.asked, want)
			}
		}
	}
}

func TestOnesOwnWordIsNoWayToAnybodysFigure(t *testing.T) {
	restricted := request.Access{Admins: []string{"U9"}, Readers: []string{"U4"}, Restricted: true}
	for _, line := range []string{"me is 42", "agent <@U1> is 42", "me is asha@example.com"} {
		o := newOffice()
		r := o.says(t, restricted, "U1", line)
		if r.Outcome != "denied" || len(o.links) > 0 || !strings.Contains(r.Text, "/aht agent @Asha is ") {
			t.Errorf("%q: %s, %v: %s", line, r.Outcome, o.links, r.Text)
		}
	}
	o := newOffice()
	if r := o.says(t, request.Access{}, "U1", "me is 42"); r.Outcome != "linked" { // before figures were restricted
		t.Fatal(r.Text)
	}
	if r := o.says(t, restricted, "U1", "agent 42"); r.Outcome != "denied" {
		t.Errorf("a link from before shows %s", r.Text)
	}
	if r := o.says(t, restricted, "U9", "agent <@U1> is 42"); r.Outcome != "linked" {
		t.Fatal(r.Text)
	}
	if r := o.says(t, restricted, "U1", "agent 42"); r.Outcome != "figure" {
		t.Errorf("linked by an admin: %s", r.Text)
	}
	if r := o.says(t, request.Access{Readers: []string{"U4"}, Restricted: true}, "U4", "agent <@U1> is 41"); r.Outcome != "denied" || !strings.Contains(r.Text, "ADMINS") {
		t.Errorf("a reader links where there is no admin: %s", r.Text)
	}
}

func TestAnEmailAddressThatIsAnAgentIsFoundByItselfAndSaidSo(t *testing.T) {
	restricted := request.Access{Admins: []string{"U9"}, Restricted: true}
	o := newOffice()
	o.people["U1"] = request.Person{ID: "U1", Name: "Asha", Email: "Asha@Example.com"}
	o.agents = append(o.agents, "Asha@Example.com")
	o.people["U2"] = request.Person{ID: "U2", Name: "Ben", Email: "ben@example.com"}
	r := o.says(t, restricted, "U1", "me")
	if r.Outcome != "figure" || !strings.Contains(r.Text, "Found by your e-mail address in Slack") || o.links["U1"].Proof != aht.Mailed {
		t.Errorf("%s, kept %+v", r.Text, o.links)
	}
	if r = o.says(t, restricted, "U1", "me"); r.Outcome != "figure" || strings.Contains(r.Text, "Found by") {
		t.Errorf("the next time: %s", r.Text)
	}
	if r = o.says(t, restricted, "U1", "agent asha@example.com"); r.Outcome != "figure" {
		t.Errorf("by the id itself: %s", r.Text)
	}
	o.asked = nil
	r = o.says(t, restricted, "U2", "me")
	if r.Outcome != "unlinked" || !slices.Equal(o.asked, []string{"ben@example.com"}) || len(o.links) != 1 ||
		!strings.Contains(r.Text, "no agent by your e-mail address") || !strings.Contains(r.Text, "“/aht agent @Ben is <agent id>”") {
		t.Errorf("no such agent: %s after %v, kept %v", r.Text, o.asked, o.links)
	}
	if r = o.says(t, restricted, "U9", "agent <@U2>"); r.Outcome != "unlinked" || !strings.Contains(r.Text, "no agent by Ben's e-mail address") {
		t.Errorf("somebody else's: %s", r.Text)
	}
	o.people["U2"] = request.Person{ID: "U2", Name: "Ben", Email: "Asha@Example.com"} // whose address it is now
	o.people["U1"] = request.Person{ID: "U1", Name: "Asha", Email: "asha.k@example.com"}
	for _, line := range []string{"me", "agent Asha@Example.com"} {
		if r = o.says(t, restricted, "U1", line); r.Figure() {
			t.Errorf("with an address of before, %q: %s", line, r.Text)
		}
	}
	if r = o.says(t, restricted, "U2", "me"); r.Outcome != "figure" || o.links["U2"].Proof != aht.Mailed || len(o.links) != 1 {
		t.Errorf("who has the address now: %s, kept %+v", r.Text, o.links)
	}
	o.people["U1"] = request.Person{ID: "U1", Name: "Asha", Email: "asha@example.com"}
	if r = o.says(t, restricted, "U1", "me is asha@example.com"); r.Outcome != "linked" {
		t.Errorf("said by oneself, and the address: %s", r.Text)
	}
}

func TestWhoSaysWhichAgentSomebodyIs(t *testing.T) {
	admins := request.Access{Admins: []string{"S9"}}
	for _, c := range []struct {
		access  request.Access
		who     string
		line    string
		outcome string
		user    string    // who is linked then
		proof   aht.Proof // by what
	}{
		{admins, "U1", "me is 42", "linked", "U1", aht.Said},
		{admins, "U9", "me is 42", "linked", "U9", aht.Vouched},
		{admins, "U9", "agent <@U1> is 42", "linked", "U1", aht.Vouched},
		{admins, "U9", "agent <@U9> is 42", "linked", "U9", aht.Vouched},
		{admins, "U1", "agent <@U2> is 42", "denied", "", 0},
		{admins, "U3", "me is 42", "denied", "", 0},
		{request.Access{}, "U1", "agent <@U2> is 42", "linked", "U2", aht.Said}, // nobody is named who could
		{admins, "U9", "agent <@U7> is 42", "unknown_person", "", 0},
	} {
		o := newOffice()
		r := o.says(t, c.access, c.who, c.line)
		if l := o.links[c.user]; r.Outcome != c.outcome || (c.user != "") != (len(o.links) == 1) || l.Proof != c.proof || c.user != "" && l.By != c.who {
			t.Errorf("%s types %q: %s, %+v", c.who, c.line, r.Outcome, o.links)
		}
	}
}

func TestAnAgentIsOnePersonsUnlessAnAdminSaysOtherwise(t *testing.T) {
	access := request.Access{Admins: []string{"U9"}}
	o := newOffice()
	told := func(who, line, outcome string, words ...string) {
		t.Helper()
		r := o.says(t, access, who, line)
		if r.Outcome != outcome {
			t.Errorf("%s types %q: %s, want %s", who, line, r.Outcome, outcome)
		}
		commandstest.Has(t, r, words...)
	}
	told("U1", "me is 42", "linked", "You are agent 42 from now on.")
	told("U1", "me is 42", "linked", "You are agent 42 already.")
	told("U2", "me is 42", "denied", "Somebody else is agent 42 here", "“/aht agent @Ben is 42”")
	told("U1", "agent <@U1>", "figure")
	told("U2", "agent <@U1>", "figure", "Asha is agent 42 here.")
	told("U9", "agent <@U2> is 42", "linked", "Ben is agent 42 from now on.")
	told("U1", "me", "unlinked", "“/aht me is <agent id>”")
	told("U2", "me is 41", "linked", "You are agent 41 from now on; it was agent 42.")
	told("U2", "me is 77", "linked")
	told("U2", "me", "refused", "You are that agent here. To correct it: “/aht me is <agent id>”.")
}

func TestForgettingIsForOneselfAndAdmins(t *testing.T) {
	access := request.Access{Admins: []string{"U9"}}
	for _, c := range []struct {
		access    request.Access
		who, line string
		left      int
		words     string
	}{
		{access, "U1", "me forget", 0, "I have forgotten which agent you are."},
		{access, "U1", "agent <@U1> forget", 0, "I have forgotten which agent you are."},
		{access, "U2", "me forget", 1, "nothing to forget"},
		{access, "U2", "agent <@U1> forget", 1, "Only an admin"},
		{access, "U9", "agent <@U1> forget", 0, "I have forgotten which agent Asha is."},
		{request.Access{Restricted: true, Readers: []string{"U4"}}, "U4", "agent <@U1> forget", 1, "Only an admin"},
	} {
		o := newOffice()
		o.is(t, "U1", "42", aht.Vouched)
		r := o.says(t, c.access, c.who, c.line)
		if commandstest.Has(t, r, c.words); len(o.links) != c.left {
			t.Errorf("%s types %q: %d links are left, want %d", c.who, c.line, len(o.links), c.left)
		}
	}
}

func TestAStoreThatIsAwayIsSaidAndNothingIsShown(t *testing.T) {
	for line, outcome := range map[string]string{"me": "store_away", "me is 42": "store_away", "me forget": "store_away", "agent 42": "denied"} {
		o := newOffice()
		o.away = fmt.Errorf("SECRET: %w", errors.ErrUnsupported)
		access := request.Access{}
		if line == "agent 42" {
			access = request.Access{Restricted: true, Admins: []string{"U9"}}
		}
		if r := o.says(t, access, "U1", line); r.Outcome != outcome || strings.Contains(r.Text, "SECRET") || len(o.asked) > 0 {
			t.Errorf("%q: %s: %s", line, r.Outcome, r.Text)
		}
	}
}

func TestARefusalCanStillBeAnsweredFromMemoryWhereNothingCanBeOnesOwn(t *testing.T) {
	o := newOffice()
	for own, want := range map[bool]bool{false: true, true: false} {
		h := commands.NewHandler(request.Config{Memory: o, Upstream: o, People: o, Links: o, MaxAge: time.Minute, Zone: time.UTC, Access: request.Access{Restricted: true, NotOwn: !own}})
		if _, known := h.Now(request.Question{User: "U1", Text: "agent 42", At: commandstest.Noon}); known != want {
			t.Errorf("own figures %v: answered at once %v", own, known)
		}
	}
}
