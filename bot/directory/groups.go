package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"ahtbot/bot/webapi"
)

// KnownMember reports whether id is in one of groups, and whether that is remembered.
func (d *Directory) KnownMember(id string, groups []string) (in, known bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	known = true
	for _, g := range groups {
		r := d.groups[g]
		if r.within(holdsFor) && slices.Contains(r.value, id) {
			return true, true
		}
		known = known && r.within(refusalHoldsFor)
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

// members returns who is in a group, by what Slack said within most, or says now; or said
// within the hour, when it does not answer. d.asking is held.
func (d *Directory) members(ctx context.Context, group string, most time.Duration) ([]string, error) {
	d.mu.Lock()
	r := d.groups[group]
	d.mu.Unlock()
	if r.within(most) {
		return r.value, nil
	}
	ctx, cancel := context.WithTimeout(ctx, webapi.CallTimeout)
	defer cancel()
	members, err := d.api.API.GetUserGroupMembersContext(ctx, group)
	if err != nil && r.within(outageHoldsFor) && !webapi.Answered(err) {
		return r.value, nil
	}
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.groups == nil {
		d.groups = map[string]dated[[]string]{}
	}
	d.groups[group] = dated[[]string]{members, time.Now()}
	return members, nil
}
