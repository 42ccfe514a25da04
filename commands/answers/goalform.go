package answers

import (
	"context"
	"fmt"

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

// Read is [form.Form]: the campaign, and the target as far as the line has one.
func (h GoalForm) Read(line string, _ request.Question) (form.Values, int64) {
	cmd, err := ParseGoal(line)
	if err != nil || request.About(cmd).IsZero() {
		return form.Values{}, 0
	}
	v := form.Values{form.FieldCampaign: {form.CampaignValue(request.About(cmd).Name())}}
	if set, ok := request.Plain(cmd).(SetGoal); ok {
		v[fieldTarget] = []string{grammar.DurationWord(set.Goal.Mean)}
	}
	return v, 0
}

// Draw is [form.Form].
func (h GoalForm) Draw(v form.Values, m form.Meta, _ request.Question) form.View {
	return form.View{Form: "target", Title: "Set a target", Submit: "Set target", Close: "Cancel", Meta: m, Parts: []form.Part{
		{Field: &form.Field{Name: form.FieldCampaign, Label: "Campaign", Kind: form.Campaign, Shadow: "Type a few letters", Value: v[form.FieldCampaign], Live: true}},
		{Field: &form.Field{Name: fieldTarget, Label: "Calls should take", Hint: "Minutes and seconds, as 4m30s.", Shadow: "4m30s", Value: v[fieldTarget], Live: true}},
	}}
}

// Line is [form.Form].
func (h GoalForm) Line(v form.Values, _ form.Meta, _ request.Question) *form.Line {
	var l form.Line
	l.Add("", "target campaign")
	l.Add(form.FieldCampaign, grammar.ToParse.Name(form.ChosenCampaign(h.Base, v.One(form.FieldCampaign))))
	l.Add(fieldTarget, v.One(fieldTarget))
	return &l
}

// Stands is [form.Form]; a target is set, never changed by number.
func (GoalForm) Stands(_ context.Context, m form.Meta, _ request.Question) (form.Values, form.Meta, *reply.Reply, error) {
	return form.Values{}, m, nil, nil
}

// Shown is [form.Form]: the target that stands, and how far the newest figure is from the new one.
func (h GoalForm) Shown(_ context.Context, cmd request.Command, _ form.Meta, _ request.Question) ([]form.Part, error) {
	t := request.About(cmd)
	lines := []string{reply.UpperFirst(reply.Subject(t)) + " has no target yet."}
	if g, ok := h.Goals.Goal(t); ok {
		lines = []string{fmt.Sprintf("The target of %s is %s now.", reply.Subject(t), aht.FormatDuration(g.Mean))}
	}
	return []form.Part{{Lines: lines}}, nil
}
