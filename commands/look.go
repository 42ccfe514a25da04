package commands

import (
	"context"
	"slices"
)

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
