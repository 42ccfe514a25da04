package answers

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// GoalForm is the form in which a campaign's target is set.
type GoalForm struct{ Handler }

const fieldTarget = "target"

// Name is [form.Form].
func (GoalForm) Name() string { return "target" }

// Read is [form.Form]: the campaign, and the target as far as the line has one, else the one that stands.
func (h GoalForm) Read(line string, _ request.Question) (form.Values, int64) {
	n, t, behind, err := campaignAnd(grammar.AsTyped(line), request.FaultGoalPerson, splitGoal)
	if err != nil {
		return form.Values{}, 0
	}
	v := form.Values{form.FieldCampaign: {form.CampaignValue(t.Name())}}
	cmd, err := GoalCommand(t, behind)
	switch set, is := request.Plain(cmd).(SetGoal); {
	case err == nil && is && !n.Api:
		v[fieldTarget] = []string{grammar.DurationWord(set.Goal.Mean)}
	case err != nil:
		v[fieldTarget] = []string{withoutTo(behind)}
	default:
		if g, ok := h.Goals.Goal(t); ok {
			v[fieldTarget] = []string{grammar.DurationWord(g.Mean)}
		}
	}
	return v, 0
}

// Draw is [form.Form].
func (h GoalForm) Draw(v form.Values, m form.Meta, _ request.Question) form.View {
	campaign := form.CampaignField(v)
	campaign.Live = true
	return form.View{Form: "target", Title: "Set a target", Submit: "Set target", Close: "Cancel", Meta: m, Parts: []form.Part{
		{Field: &campaign},
		{Field: &form.Field{Name: fieldTarget, Label: "A call should take", Hint: "Minutes and seconds, as 4m30s.", Shadow: "4m30s", Value: v[fieldTarget], Live: true}},
	}}
}

// Line is [form.Form].
func (h GoalForm) Line(v form.Values, _ form.Meta, _ request.Question) *form.Line {
	var l form.Line
	l.Add("", "target campaign")
	l.Add(form.FieldCampaign, form.Spelled(form.ChosenCampaign(h.Base, v.One(form.FieldCampaign))))
	l.Add(fieldTarget, cmp.Or(strings.TrimSpace(v.One(fieldTarget)), "to")) // without one the line would only show the target
	return &l
}

// Exact is [form.Exact].
func (h GoalForm) Exact(cmd request.Command, v form.Values) request.Command {
	set, ok := cmd.(SetGoal)
	if t, chosen := form.ChosenTarget(h.Base, v); ok && chosen {
		set.Goal.Target = t
		return set
	}
	return cmd
}

// Stands is [form.Form]; a target is set, never changed by number.
func (GoalForm) Stands(_ context.Context, m form.Meta, _ request.Question) (form.Values, form.Meta, *reply.Reply, error) {
	return form.Values{}, m, nil, nil
}

// Shown is [form.Form]: the target that stands, and how far the newest figure is from the new one.
func (h GoalForm) Shown(_ context.Context, cmd request.Command, _ form.Meta, q request.Question) ([]form.Part, error) {
	set, ok := cmd.(SetGoal)
	if !ok {
		return nil, nil
	}
	t := set.Goal.Target
	lines := []string{reply.UpperFirst(reply.Subject(t)) + " has no target yet."}
	if g, ok := h.Goals.Goal(t); ok {
		lines = []string{fmt.Sprintf("The target of %s is %s now.", reply.Subject(t), aht.FormatDuration(g.Mean))}
	}
	if r, ok := h.Memory.Latest(t); ok && !r.NoCalls() && r.Age(q.At) <= Comparable {
		lines = append(lines, fmt.Sprintf("Calls take %s, %s. %s", aht.FormatDuration(r.Mean), reply.Aged(r.Age(q.At)), against(set.Goal, r)))
	}
	return []form.Part{{Lines: lines}}, nil
}
