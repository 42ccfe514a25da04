package commands

import (
	"context"
	"errors"
	"slices"

	"ahtbot/commands/answers"
	"ahtbot/commands/campaigns"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
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
	named := campaignsOf(cmd)
	switch cmd := cmd.(type) {
	case request.Show, answers.Share: // Ozonetel decides, or has
		return false
	case digestline.Edit:
		named = cmd.Draft.What.Campaigns
	}
	all, _ := h.Names.Campaigns()
	return slices.ContainsFunc(named, func(name string) bool { return !slices.Contains(all, name) })
}

// refuseChange returns the refusal of cmd when it changes something and the store can't keep
// that, before anybody is told of it; nil when it may be done.
func (h *Handler) refuseChange(ctx context.Context, cmd request.Command) (*reply.Reply, error) {
	if h.Keeps == nil || !request.Keeps(cmd) {
		return nil, nil //nolint:nilnil // no refusal and no error is what lets it be done
	}
	err := h.Keeps(ctx)
	if err == nil {
		return nil, nil //nolint:nilnil // the same
	}
	r := reply.Unchanged(err)
	return &r, err
}

// slowness is why people wait for their turn, as a sentence's beginning that ends in a full
// stop; empty when it is Ozonetel's limit alone.
func (h *Handler) slowness() string {
	if h.Health == nil {
		return ""
	}
	switch s := h.Health(); {
	case s.Degraded || s.StoreCause != "":
		return reply.CantKeep(s.StoreCause) + ", so I ask Ozonetel less often."
	case s.Back:
		return "My store could not keep anything and has just come back, so I hold back for a minute."
	default:
		return ""
	}
}

// noGoals has no goals and keeps none.
type noGoals struct{}

var errNoGoals = errors.New("goals are not kept here")

func (noGoals) Goal(aht.Target) (aht.Goal, bool)                   { return aht.Goal{}, false }
func (noGoals) All() []aht.Goal                                    { return nil }
func (noGoals) SetGoal(context.Context, aht.Goal) error            { return errNoGoals }
func (noGoals) DropGoal(context.Context, aht.Target, string) error { return errNoGoals }

func (noGoals) ChangeGoal(context.Context, aht.Goal, aht.Goal, string) (bool, error) {
	return false, errNoGoals
}
