// Package directory is who people are and who is in a user group, by Slack's word, and for how
// long that word holds.
package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/request"
)

const (
	holdsFor = 10 * time.Minute // Slack's word about a person or a group (slack.md §4.5)
	// refusalHoldsFor is how long it holds where it refuses somebody something: who asks again after
	// somebody made them a member, or the time zone right, is not to wait.
	refusalHoldsFor = 15 * time.Second
	outageHoldsFor  = time.Hour // while Slack does not answer
	maxRemembered   = 20_000    // people, and groups; beyond it the memory of them starts afresh
)

// Directory says who people are and who is in a user group, from Slack, and remembers it. It
// implements request.People and request.Renewing; all errors are Slack's own. The zero Directory
// knows nobody yet.
type Directory struct {
	api    *webapi.Client
	people memory[person]
	groups memory[[]string] // who is in them
	asking sync.Mutex       // one question about groups at a time: the method allows few a minute
}

// Use has d ask through api. It is called once, before anybody is asked for who is not known.
func (d *Directory) Use(api *webapi.Client) { d.api = api }

// person is what is remembered of somebody.
type person struct {
	request.Person
	gone bool // the account is switched off
}

// holds is how long p is taken for what it says.
func (p person) holds() time.Duration {
	if p.Guest || p.Outside || p.gone {
		return refusalHoldsFor
	}
	return holdsFor
}

// Known returns what is remembered of a person.
func (d *Directory) Known(id string) (request.Person, bool) {
	r := d.people.recall(id)
	return r.value.Person, r.within(r.value.holds())
}

// Person returns who id is, asking Slack (users.info) when it is not remembered.
func (d *Directory) Person(ctx context.Context, id string) (request.Person, error) {
	p, err := d.ask(ctx, id, holdsFor)
	return p.Person, err
}

// Anew is Person by Slack's word of the last fifteen seconds, if it gives it.
func (d *Directory) Anew(ctx context.Context, id string) (request.Person, error) {
	p, err := d.ask(ctx, id, refusalHoldsFor)
	return p.Person, err
}

// Deactivated reports whether the account of id is switched off, asking as Person does.
func (d *Directory) Deactivated(ctx context.Context, id string) (bool, error) {
	p, err := d.ask(ctx, id, holdsFor)
	return p.gone, err
}

// ask returns what Slack said of a person within most, if it holds; else what it says now.
func (d *Directory) ask(ctx context.Context, id string, most time.Duration) (person, error) {
	most = min(most, d.people.recall(id).value.holds())
	return d.people.ask(ctx, id, most, func(ctx context.Context) (person, error) {
		u, err := d.api.API.GetUserInfoContext(ctx, id)
		if err != nil {
			return person{}, err
		}
		p := person{request.Person{
			ID: id, Guest: u.IsRestricted || u.IsUltraRestricted, Outside: d.outside(u), Zone: u.TZ,
			Name: cmp.Or(strings.TrimSpace(u.Profile.DisplayName), strings.TrimSpace(u.Profile.RealName)),
		}, u.Deleted}
		if u.IsEmailConfirmed && !p.Outside { // another organisation's word about an address proves nothing here
			p.Email = u.Profile.Email
		}
		return p, nil
	})
}

// outside reports whether u belongs to another workspace, or to another organisation
// where ours is part of one.
func (d *Directory) outside(u *slack.User) bool {
	switch home := d.api.Self(); {
	case u.IsStranger:
		return true
	case home.Enterprise != "" && u.Enterprise.EnterpriseID != "":
		return u.Enterprise.EnterpriseID != home.Enterprise
	default:
		return u.TeamID != "" && u.TeamID != home.Team
	}
}

// KnownMember reports whether id is in one of groups, and whether that is remembered.
func (d *Directory) KnownMember(id string, groups []string) (in, known bool) {
	known = true
	for _, g := range groups {
		r := d.groups.recall(g)
		if r.within(holdsFor) && slices.Contains(r.value, id) {
			return true, true
		}
		known = known && r.within(refusalHoldsFor)
	}
	return false, known
}

// Member reports whether id is in one of groups, asking Slack (usergroups.users.list) about those
// not remembered.
func (d *Directory) Member(ctx context.Context, id string, groups []string) (bool, error) {
	d.asking.Lock()
	defer d.asking.Unlock()
	if in, known := d.KnownMember(id, groups); known {
		return in, nil
	}
	for _, g := range groups {
		members, err := d.members(ctx, g, refusalHoldsFor)
		if err != nil {
			return false, err
		}
		if slices.Contains(members, id) {
			return true, nil
		}
	}
	return false, nil
}

// Everyone returns the people that ids name: themselves, and the members of the user groups
// among them, each once. A group Slack does not tell about adds nobody.
func (d *Directory) Everyone(ctx context.Context, ids []string) []string {
	d.asking.Lock()
	defer d.asking.Unlock()
	var people []string
	for _, id := range ids {
		if !strings.HasPrefix(id, "S") {
			people = append(people, id)
			continue
		}
		if members, err := d.members(ctx, id, holdsFor); err == nil {
			people = append(people, members...)
		}
	}
	slices.Sort(people)
	return slices.Compact(people)
}

// members returns who is in a group, as Slack said within most, or says now. d.asking is held.
func (d *Directory) members(ctx context.Context, group string, most time.Duration) ([]string, error) {
	return d.groups.ask(ctx, group, most, func(ctx context.Context) ([]string, error) {
		return d.api.API.GetUserGroupMembersContext(ctx, group)
	})
}

// memory is what Slack said of some ids. The zero memory is empty.
type memory[T any] struct {
	mu   sync.Mutex
	said map[string]dated[T]
}

// dated is what Slack said, and when.
type dated[T any] struct {
	value T
	at    time.Time // zero: never
}

// within reports whether Slack said it within d.
func (s dated[T]) within(d time.Duration) bool { return !s.at.IsZero() && time.Since(s.at) < d }

func (m *memory[T]) recall(id string) dated[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.said[id]
}

// ask returns what Slack said of id, if it said it within most; else what it says now to
// question, or said within the hour when it does not answer.
func (m *memory[T]) ask(ctx context.Context, id string, most time.Duration, question func(context.Context) (T, error)) (T, error) {
	r := m.recall(id)
	if r.within(most) {
		return r.value, nil
	}
	ctx, cancel := context.WithTimeout(ctx, webapi.CallTimeout)
	defer cancel()
	value, err := question(ctx)
	if err != nil && r.within(outageHoldsFor) && !webapi.Answered(err) {
		return r.value, nil
	}
	if err != nil {
		return value, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.said == nil || len(m.said) >= maxRemembered {
		m.said = map[string]dated[T]{}
	}
	m.said[id] = dated[T]{value, time.Now()}
	return value, nil
}
