package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"ahtbot/commands"
)

const (
	// rememberPeople is how long Slack's word about a person or a group holds (slack.md §4.5).
	rememberPeople = 10 * time.Minute
	// noHolds is how long it holds where it refuses somebody something: who asks again after
	// somebody made them a member, or the time zone right, is not to wait.
	noHolds = 15 * time.Second
	// unanswered is how long it holds while Slack does not answer.
	unanswered = time.Hour
)

// mostPeople bounds the memory of people; beyond it the directory starts afresh.
const mostPeople = 20_000

// Directory says who people are and who is in a user group, from Slack, and remembers it for
// ten minutes, or for an hour while Slack does not answer; what refuses somebody something,
// for fifteen seconds. It implements commands.People and commands.Renewing. The zero
// Directory knows nobody yet.
type Directory struct {
	api  *slack.Client
	home identity

	asking sync.Mutex // one question about groups at a time: the method allows few a minute

	mu     sync.Mutex
	people map[string]said[person]
	groups map[string]said[[]string]
}

// person is what is remembered of somebody.
type person struct {
	commands.Person
	gone bool // the account is switched off
}

// said is what Slack said, and when.
type said[T any] struct {
	what T
	at   time.Time // zero: never
}

// within reports whether Slack said it within d.
func (s said[T]) within(d time.Duration) bool { return !s.at.IsZero() && time.Since(s.at) < d }

// holds is how long p is taken for what it says.
func (p person) holds() time.Duration {
	if p.Guest || p.Outside || p.gone {
		return noHolds
	}
	return rememberPeople
}

// Known returns what is remembered of a person.
func (d *Directory) Known(id string) (commands.Person, bool) {
	r := d.recall(id)
	return r.what.Person, r.within(r.what.holds())
}

func (d *Directory) recall(id string) said[person] {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.people[id]
}

// Person returns who id is, asking Slack (users.info) when it is not remembered. Errors
// are Slack's own.
func (d *Directory) Person(ctx context.Context, id string) (commands.Person, error) {
	p, err := d.ask(ctx, id, rememberPeople)
	return p.Person, err
}

// Anew is Person by Slack's word of the last fifteen seconds, if it gives it.
func (d *Directory) Anew(ctx context.Context, id string) (commands.Person, error) {
	p, err := d.ask(ctx, id, noHolds)
	return p.Person, err
}

// Deactivated reports whether the account of id was switched off, asking Slack (users.info)
// when that is not remembered. Errors are Slack's own.
func (d *Directory) Deactivated(ctx context.Context, id string) (bool, error) {
	p, err := d.ask(ctx, id, rememberPeople)
	return p.gone, err
}

// ask returns what is remembered of a person, if it holds and Slack said it within most; else
// what Slack says, or what it said within the hour when it does not answer.
func (d *Directory) ask(ctx context.Context, id string, most time.Duration) (person, error) {
	r := d.recall(id)
	if r.within(min(most, r.what.holds())) {
		return r.what, nil
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	u, err := d.api.GetUserInfoContext(ctx, id)
	if err != nil && r.within(unanswered) && !refusing(err) {
		return r.what, nil
	}
	if err != nil {
		return person{}, err
	}
	u.ID = id
	p := person{d.person(u), u.Deleted}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.people == nil || len(d.people) >= mostPeople {
		d.people = map[string]said[person]{}
	}
	d.people[id] = said[person]{p, time.Now()}
	return p, nil
}

// refusing reports whether err is Slack's own word about what was asked, and not that it did
// not answer.
func refusing(err error) bool {
	word, ok := errors.AsType[slack.SlackErrorResponse](err)
	return ok && faults[word.Err] != FaultLater && !afterwards[word.Err]
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
		if r.within(rememberPeople) && slices.Contains(r.what, id) {
			return true, true
		}
		known = known && r.within(noHolds)
	}
	return false, known
}

// Member reports whether id is in one of groups, asking Slack (usergroups.users.list)
// about those not remembered. Errors are Slack's own.
func (d *Directory) Member(ctx context.Context, id string, groups []string) (bool, error) {
	d.asking.Lock()
	defer d.asking.Unlock()
	if in, known := d.KnownMember(id, groups); known {
		return in, nil
	}
	for _, g := range groups {
		members, err := d.members(ctx, g, noHolds)
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
		if members, err := d.members(ctx, id, rememberPeople); err == nil {
			people = append(people, members...)
		}
	}
	slices.Sort(people)
	return slices.Compact(people)
}

// members returns who is in a group, by what Slack said within most, or says now; or said
// within the hour, when it does not answer. d.asking is held.
func (d *Directory) members(ctx context.Context, group string, most time.Duration) ([]string, error) {
	d.mu.Lock()
	r := d.groups[group]
	d.mu.Unlock()
	if r.within(most) {
		return r.what, nil
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	members, err := d.api.GetUserGroupMembersContext(ctx, group)
	if err != nil && r.within(unanswered) && !refusing(err) {
		return r.what, nil
	}
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.groups == nil {
		d.groups = map[string]said[[]string]{}
	}
	d.groups[group] = said[[]string]{members, time.Now()}
	return members, nil
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
