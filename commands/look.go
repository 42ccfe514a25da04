package commands

import (
	"context"
	"slices"
)

// Looking is what [Names] and [Goals] may be as well: views in memory that can look at what
// other processes have kept since, so that nothing is refused or changed for what memory
// lacks. A look may ask a database; when that does not answer, what was known stays.
type Looking interface{ Look(ctx context.Context) }

// Renewing is what [People] may be as well: Anew is Person by Slack's word of the last
// seconds, for what is set up once and then stands.
type Renewing interface {
	Anew(ctx context.Context, id string) (Person, error)
}

// look brings up to date what cmd is decided by: goals, for who sets or asks for one; and
// names, where cmd lists them or names a campaign that is not among those known.
func (h *Handler) look(ctx context.Context, cmd Command) {
	if goals, ok := h.Goals.(Looking); ok && aboutGoals(cmd) {
		goals.Look(ctx)
	}
	_, listing := cmd.(ListCampaigns)
	if names, ok := h.Names.(Looking); ok && (listing || h.lacks(cmd)) {
		names.Look(ctx)
	}
}

func aboutGoals(cmd Command) bool {
	switch cmd.(type) {
	case SetGoal, ClearGoal, ShowGoal, ListCampaigns:
		return true
	default:
		return false
	}
}

// lacks reports whether cmd is about campaigns by name, and one of them is not known.
func (h *Handler) lacks(cmd Command) bool {
	var named []string
	switch cmd := cmd.(type) {
	case Show, share: // Ozonetel decides, or has
		return false
	case AddDigest:
		named = cmd.Draft.What.Campaigns
	case EditDigest:
		named = cmd.Draft.What.Campaigns
	default:
		if t := target(cmd); !t.IsZero() {
			named = []string{t.Name()}
		}
	}
	all, _ := h.Names.Campaigns()
	return slices.ContainsFunc(named, func(name string) bool { return !slices.Contains(all, name) })
}

// anew is who id is by Slack's word of now, where that can be asked for.
func (h *Desk) anew(ctx context.Context, id string) (Person, error) {
	if people, ok := h.People.(Renewing); ok {
		return people.Anew(ctx, id)
	}
	return h.People.Person(ctx, id)
}
