// Package directory is who people are and who is in a user group, by Slack's word, and for how
// long that word holds.
package directory

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/request"
)

const (
	// holdsFor is how long Slack's word about a person or a group holds (slack.md §4.5).
	holdsFor = 10 * time.Minute
	// refusalHoldsFor is how long it holds where it refuses somebody something: who asks again after
	// somebody made them a member, or the time zone right, is not to wait.
	refusalHoldsFor = 15 * time.Second
	// outageHoldsFor is how long it holds while Slack does not answer.
	outageHoldsFor = time.Hour
)

// mostPeople bounds the memory of people; beyond it the directory starts afresh.
const mostPeople = 20_000

// Directory says who people are and who is in a user group, from Slack, and remembers it for
// ten minutes, or for an hour while Slack does not answer; what refuses somebody something,
// for fifteen seconds. It implements commands.People and commands.Renewing. The zero
// Directory knows nobody yet.
type Directory struct {
	api *webapi.Client

	asking sync.Mutex // one question about groups at a time: the method allows few a minute

	mu     sync.Mutex
	people map[string]dated[person]
	groups map[string]dated[[]string]
}

// Use has d ask through api. It is called once, before anybody is asked for who is not known.
func (d *Directory) Use(api *webapi.Client) { d.api = api }

// person is what is remembered of somebody.
type person struct {
	request.Person
	gone bool // the account is switched off
}

// dated is what Slack said, and when.
type dated[T any] struct {
	value T
	at    time.Time // zero: never
}

// within reports whether Slack said it within d.
func (s dated[T]) within(d time.Duration) bool { return !s.at.IsZero() && time.Since(s.at) < d }

// holds is how long p is taken for what it says.
func (p person) holds() time.Duration {
	if p.Guest || p.Outside || p.gone {
		return refusalHoldsFor
	}
	return holdsFor
}

// Known returns what is remembered of a person.
func (d *Directory) Known(id string) (request.Person, bool) {
	r := d.recall(id)
	return r.value.Person, r.within(r.value.holds())
}

func (d *Directory) recall(id string) dated[person] {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.people[id]
}

// Person returns who id is, asking Slack (users.info) when it is not remembered. Errors
// are Slack's own.
func (d *Directory) Person(ctx context.Context, id string) (request.Person, error) {
	p, err := d.ask(ctx, id, holdsFor)
	return p.Person, err
}

// Anew is Person by Slack's word of the last fifteen seconds, if it gives it.
func (d *Directory) Anew(ctx context.Context, id string) (request.Person, error) {
	p, err := d.ask(ctx, id, refusalHoldsFor)
	return p.Person, err
}

// Deactivated reports whether the account of id was switched off, asking Slack (users.info)
// when that is not remembered. Errors are Slack's own.
func (d *Directory) Deactivated(ctx context.Context, id string) (bool, error) {
	p, err := d.ask(ctx, id, holdsFor)
	return p.gone, err
}

// ask returns what is remembered of a person, if it holds and Slack said it within most; else
// what Slack says, or what it said within the hour when it does not answer.
func (d *Directory) ask(ctx context.Context, id string, most time.Duration) (person, error) {
	r := d.recall(id)
	if r.within(min(most, r.value.holds())) {
		return r.value, nil
	}
	ctx, cancel := context.WithTimeout(ctx, webapi.CallTimeout)
	defer cancel()
	u, err := d.api.API.GetUserInfoContext(ctx, id)
	if err != nil && r.within(outageHoldsFor) && !webapi.Answered(err) {
		return r.value, nil
	}
	if err != nil {
		return person{}, err
	}
	u.ID = id
	p := person{d.person(u), u.Deleted}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.people == nil || len(d.people) >= mostPeople {
		d.people = map[string]dated[person]{}
	}
	d.people[id] = dated[person]{p, time.Now()}
	return p, nil
}

func (d *Directory) person(u *slack.User) request.Person {
	return request.Person{
		ID: u.ID, Guest: u.IsRestricted || u.IsUltraRestricted, Outside: d.outside(u), Zone: u.TZ,
		Name: cmp.Or(strings.TrimSpace(u.Profile.DisplayName), strings.TrimSpace(u.Profile.RealName)),
	}
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
