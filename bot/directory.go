package bot

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/commands"
)

// rememberPeople is how long Slack's word about a person or a group holds (slack.md §4.5).
const rememberPeople = time.Hour

// mostPeople bounds the memory of people; beyond it the directory starts afresh.
const mostPeople = 20_000

// Directory says who people are, from Slack, and remembers it for an hour. It implements
// commands.People. The zero Directory names no groups.
type Directory struct {
	Groups []string // user groups whose members matter: those the settings name

	api  *slack.Client
	home identity

	mu     sync.Mutex
	people map[string]entry
}

type entry struct {
	person commands.Person
	until  time.Time
}

// Known returns what is remembered of a person.
func (d *Directory) Known(id string) (commands.Person, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.people[id]
	return e.person, ok && time.Now().Before(e.until)
}

// Person returns who id is, asking Slack (users.info, usergroups.users.list) when it is
// not remembered. Errors are Slack's own.
func (d *Directory) Person(ctx context.Context, id string) (commands.Person, error) {
	if p, ok := d.Known(id); ok {
		return p, nil
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	return d.find(ctx, id)
}

func (d *Directory) find(ctx context.Context, id string) (commands.Person, error) {
	u, err := d.api.GetUserInfoContext(ctx, id)
	if err != nil {
		return commands.Person{}, err
	}
	p := commands.Person{ID: id, Guest: u.IsRestricted || u.IsUltraRestricted, Outside: d.outside(u)}
	for _, g := range d.Groups {
		members, err := d.api.GetUserGroupMembersContext(ctx, g)
		if err != nil {
			return commands.Person{}, err
		}
		if slices.Contains(members, id) {
			p.Groups = append(p.Groups, g)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.people == nil || len(d.people) >= mostPeople {
		d.people = map[string]entry{}
	}
	d.people[id] = entry{p, time.Now().Add(rememberPeople)}
	return p, nil
}

// outside reports whether u belongs to another workspace, or to another organisation
// where ours is part of one.
func (d *Directory) outside(u *slack.User) bool {
	switch {
	case u.IsStranger:
		return true
	case d.home.enterprise != "" && u.Enterprise.EnterpriseID != "":
		return u.Enterprise.EnterpriseID != d.home.enterprise
	default:
		return u.TeamID != "" && u.TeamID != d.home.team
	}
}
