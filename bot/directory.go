package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/commands"
)

// rememberPeople is how long Slack's word about a person or a group holds (slack.md §4.5).
const rememberPeople = time.Hour

// rememberGone is how long Slack's word holds that an account is in use, or is not.
const rememberGone = 10 * time.Minute

// mostPeople bounds the memory of people; beyond it the directory starts afresh.
const mostPeople = 20_000

// Directory says who people are and who is in a user group, from Slack, and remembers it
// for an hour. It implements commands.People. The zero Directory knows nobody yet.
type Directory struct {
	api  *slack.Client
	home identity

	asking sync.Mutex // one question about groups at a time: the method allows few a minute

	mu     sync.Mutex
	people map[string]remember[commands.Person]
	gone   map[string]remember[bool]
	groups map[string]remember[[]string]
}

// remember is what Slack said, and how long it holds.
type remember[T any] struct {
	what  T
	until time.Time
}

func (r remember[T]) holds() bool { return time.Now().Before(r.until) }

// Known returns what is remembered of a person.
func (d *Directory) Known(id string) (commands.Person, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.people[id]
	return r.what, r.holds()
}

// Person returns who id is, asking Slack (users.info) when it is not remembered. Errors
// are Slack's own.
func (d *Directory) Person(ctx context.Context, id string) (commands.Person, error) {
	if p, ok := d.Known(id); ok {
		return p, nil
	}
	u, err := d.ask(ctx, id)
	if err != nil {
		return commands.Person{}, err
	}
	return d.person(u), nil
}

// Deactivated reports whether the account of id was switched off, asking Slack (users.info)
// when it did not say within the last ten minutes. Errors are Slack's own.
func (d *Directory) Deactivated(ctx context.Context, id string) (bool, error) {
	d.mu.Lock()
	r := d.gone[id]
	d.mu.Unlock()
	if r.holds() {
		return r.what, nil
	}
	u, err := d.ask(ctx, id)
	if err != nil {
		return false, err
	}
	return u.Deleted, nil
}

// ask asks Slack about a person and remembers what it says.
func (d *Directory) ask(ctx context.Context, id string) (*slack.User, error) {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	u, err := d.api.GetUserInfoContext(ctx, id)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.people == nil || len(d.people) >= mostPeople {
		d.people, d.gone = map[string]remember[commands.Person]{}, map[string]remember[bool]{}
	}
	u.ID = id
	d.people[id] = remember[commands.Person]{d.person(u), time.Now().Add(rememberPeople)}
	d.gone[id] = remember[bool]{u.Deleted, time.Now().Add(rememberGone)}
	return u, nil
}

func (d *Directory) person(u *slack.User) commands.Person {
	return commands.Person{
		ID: u.ID, Guest: u.IsRestricted || u.IsUltraRestricted, Outside: d.outside(u), Zone: u.TZ,
		Name: cmp.Or(strings.TrimSpace(u.Profile.DisplayName), strings.TrimSpace(u.Profile.RealName)),
	}
}

// KnownMember reports whether id is in one of groups, and whether that is remembered.
func (d *Directory) KnownMember(id string, groups []string) (in, known bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known = true
	for _, g := range groups {
		r := d.groups[g]
		if r.holds() && slices.Contains(r.what, id) {
			return true, true
		}
		known = known && r.holds()
	}
	return false, known
}

// Member reports whether id is in one of groups, asking Slack (usergroups.users.list)
// about those not remembered. Errors are Slack's own.
func (d *Directory) Member(ctx context.Context, id string, groups []string) (bool, error) {
	d.asking.Lock()
	defer d.asking.Unlock()
	for _, g := range groups {
		if _, known := d.KnownMember(id, []string{g}); known {
			continue
		}
		if err := d.learn(ctx, g); err != nil {
			return false, err
		}
	}
	in, _ := d.KnownMember(id, groups)
	return in, nil
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
		if _, known := d.KnownMember("", []string{id}); !known && d.learn(ctx, id) != nil {
			continue
		}
		d.mu.Lock()
		people = append(people, d.groups[id].what...)
		d.mu.Unlock()
	}
	slices.Sort(people)
	return slices.Compact(people)
}

func (d *Directory) learn(ctx context.Context, group string) error {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	members, err := d.api.GetUserGroupMembersContext(ctx, group)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.groups == nil {
		d.groups = map[string]remember[[]string]{}
	}
	d.groups[group] = remember[[]string]{members, time.Now().Add(rememberPeople)}
	return nil
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
