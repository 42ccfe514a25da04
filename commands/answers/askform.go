package answers

import (
	"context"

	"ahtbot/commands/form"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// AskForm is the form in which one asks for a campaign, or for an agent.
type AskForm struct{ Handler }

// Name is [form.Form].
func (AskForm) Name() string { return "ask" }

// Read is [form.Form]: the campaign or agent that the line asks for.
func (h AskForm) Read(line string, _ request.Question) (form.Values, int64) {
	n, ok := request.KindWord(line)
	if !ok {
		return form.Values{}, 0
	}
	cmd, err := n.Show()
	if err != nil {
		return form.Values{}, 0
	}
	t := request.About(request.Plain(cmd))
	if t.Kind() == aht.KindAgent {
		return form.Values{form.FieldAgent: {t.Name()}}, 0
	}
	return form.Values{form.FieldCampaign: {form.CampaignValue(t.Name())}}, 0
}

// Draw is [form.Form].
func (h AskForm) Draw(v form.Values, m form.Meta, _ request.Question) form.View {
	campaign := form.CampaignField(v)
	campaign.Optional = true
	return form.View{Form: "ask", Title: "How long calls take", Submit: "Ask", Close: "Cancel", Meta: m, Parts: []form.Part{
		{Field: &campaign},
		{Field: &form.Field{Name: form.FieldAgent, Label: "Or one agent", Hint: "The id they sign in to CloudAgent with.", Shadow: "42", Value: v[form.FieldAgent], Optional: true}},
	}}
}

// Line is [form.Form].
func (h AskForm) Line(v form.Values, _ form.Meta, _ request.Question) *form.Line {
	var l form.Line
	name, agent := form.ChosenCampaign(h.Base, v.One(form.FieldCampaign)), v.One(form.FieldAgent)
	if name != "" || agent == "" {
		l.Add(form.FieldCampaign, "campaign "+form.Spelled(name))
	}
	if agent != "" {
		l.Add(form.FieldAgent, "agent "+agent)
	}
	return &l
}

// Exact is [form.Exact].
func (h AskForm) Exact(cmd request.Command, v form.Values) request.Command {
	if t, ok := form.ChosenTarget(h.Base, v); ok && request.About(cmd).Kind() == aht.KindCampaign {
		return request.Show{Target: t}
	}
	return cmd
}

// Stands is [form.Form]; nothing is changed.
func (AskForm) Stands(_ context.Context, m form.Meta, _ request.Question) (form.Values, form.Meta, *reply.Reply, error) {
	return form.Values{}, m, nil, nil
}

// Shown is [form.Form]: nothing until it is asked.
func (AskForm) Shown(context.Context, request.Command, form.Meta, request.Question) ([]form.Part, error) {
	return nil, nil
}
