package commands

import (
	"context"
	"slices"

	"ahtbot/commands/answers"
	"ahtbot/commands/campaigns"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/request"
)

// look brings up to date what cmd is decided by: goals, for who sets or asks for one; and
// names, where cmd lists them or names a campaign that is not among those known.
func (h *Handler) look(ctx context.Context, cmd request.Command) {
	if goals, ok := h.Goals.(request.Looking); ok && aboutGoals(cmd) {
		goals.Look(ctx)
	}
	_, listing := cmd.(campaigns.List)
	if names, ok := h.Names.(request.Looking); ok && (listing || h.lacks(cmd)) {
		names.Look(ctx)
	}
}

func aboutGoals(cmd request.Command) bool {
	switch cmd.(type) {
	case answers.SetGoal, answers.ClearGoal, answers.ShowGoal, campaigns.List:
		return true
	default:
		return false
	}
}

// lacks reports whether cmd is about campaigns by name, and one of them is not known.
func (h *Handler) lacks(cmd request.Command) bool {
	var named []string
	switch cmd := cmd.(type) {
	case request.Show, answers.Share: // Ozonetel decides, or has
		return false
	case digestline.Add:
		named = cmd.Draft.What.Campaigns
	case digestline.Edit:
		named = cmd.Draft.What.Campaigns
	default:
		if t := request.About(cmd); !t.IsZero() {
			named = []string{t.Name()}
		}
	}
	all, _ := h.Names.Campaigns()
	return slices.ContainsFunc(named, func(name string) bool { return !slices.Contains(all, name) })
}
