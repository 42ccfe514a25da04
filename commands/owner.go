package commands

import (
	"context"
	"slices"
	"strings"
)

// mayChange returns the refusal when who asks may not change what the person by made. what
// is what they did, as in "Somebody else set up digest 3". With no admins named anybody
// may, or it could outlive the only person who can. The error means that Slack did not say;
// the Reply says so then.
func (h *Desk) mayChange(ctx context.Context, by, what string, q Question) (*Reply, error) {
	admins := h.Access.Admins
	may := by == "" || by == q.User || len(admins) == 0 || slices.Contains(admins, q.User)
	groups := slices.DeleteFunc(slices.Clone(admins), func(id string) bool { return !strings.HasPrefix(id, "S") })
	if !may && len(groups) > 0 {
		var err error
		if may, err = h.People.Member(ctx, q.User, groups); err != nil {
			no := strangerReply(q.Ref)
			return &no, err
		}
	}
	if may {
		return nil, nil //nolint:nilnil // no refusal and no error is what permits
	}
	no := refusal("Somebody else " + what + ". They can change it, or one of ahtbot's admins here.")
	return &no, nil
}

// anew is who id is by Slack's word of now, where that can be asked for.
func (h *Desk) anew(ctx context.Context, id string) (Person, error) {
	if people, ok := h.People.(Renewing); ok {
		return people.Anew(ctx, id)
	}
	return h.People.Person(ctx, id)
}
