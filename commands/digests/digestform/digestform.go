// Package digestform is the form in which a digest is made or changed. What is filled in becomes a line about digests, which
// package digests does as if it had been typed.
package digestform

import (
	"context"
	"fmt"
	"strings"

	"ahtbot/commands/digests"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
)

// Form is the form of digests.
type Form struct{ digests.Handler }

// The fields, beside those that other forms have too. The other clauses of the language are in form.FieldMore.
const (
	fieldDays  = digests.FieldDays
	fieldTimes = "times"
	fieldShown = "shown"
	fieldName  = "name"
)

// Name is [form.Form].
func (Form) Name() string { return "digest" }

// Read is [form.Form]. Where the line says nothing of days, times or place, a new digest begins with what most have.
func (Form) Read(line string, q request.Question) (form.Values, int64) {
	d, id, left := digestline.Partly(line)
	if id != 0 {
		return form.Values{}, id
	}
	v := begun(d, q)
	keep(v, left)
	return v, 0
}

// Draw is [form.Form].
func (f Form) Draw(v form.Values, m form.Meta, _ request.Question) form.View {
	title, submit := "New digest", "Set up"
	if m.ID != 0 {
		title, submit = fmt.Sprintf("Change digest %d", m.ID), "Save"
	}
	view := form.View{Form: "digest", Title: title, Submit: submit, Close: "Cancel", Meta: m}
	for _, field := range fields(v) {
		field.Value = v[field.Name]
		if field.Kind == form.Campaigns {
			field.Options = f.chosen(v, f.opened(m).What.Campaigns)
		}
		view.Parts = append(view.Parts, form.Part{Field: &field})
	}
	return view
}

// chosen are the campaigns that are chosen, with their names; carried are the names that the form began with.
func (f Form) chosen(v form.Values, carried []string) []form.Option {
	var names []string
	for _, value := range v[form.FieldCampaign] {
		if name := f.campaign(value, carried); name != "" {
			names = append(names, name)
		}
	}
	return form.CampaignOptions(names)
}

// campaign is the name that a value stands for; empty when nobody knows it.
func (f Form) campaign(value string, carried []string) string {
	if name, ok := form.CampaignName(value, carried); ok {
		return name
	}
	return form.ChosenCampaign(f.Base, value)
}

// opened is what the line says that m carries: what was understood when the form was opened, or how a digest stood.
func (Form) opened(m form.Meta) digestline.Draft {
	_, line := grammar.SplitWord(grammar.Normalise(m.Line))
	d, _, _ := digestline.Partly(line)
	return d
}

// fields are what is to be filled in, without what is.
func fields(v form.Values) []form.Field {
	more := clausesOf(v.One(form.FieldMore))
	cron := more.has("cron") // which says days and times itself
	whose := "Empty: all that have an alert."
	if more.has("group") {
		whose = "Empty: those of the group below."
	}
	return []form.Field{
		{Name: form.FieldCampaign, Label: "Campaigns", Hint: whose, Shadow: "Type a few letters", Kind: form.Campaigns, Optional: true, Live: true},
		{Name: fieldDays, Label: "Days", Shadow: "Choose days", Kind: form.Choices, Options: dayOptions(v[fieldDays]), Optional: cron, Live: true},
		{Name: fieldTimes, Label: "Times", Shadow: "Choose times", Kind: form.Choices, Options: timeOptions(v[fieldTimes]), Optional: cron, Live: true},
		{Name: form.FieldPlace, Label: "Where to post", Shadow: "Choose a channel", Kind: form.Place, Live: true},
		{Name: fieldShown, Label: "Shown as", Kind: form.Choice, Options: []form.Option{{Label: "Table and chart", Value: "both"}, {Label: "Table", Value: "table"}, {Label: "Chart", Value: "chart"}}},
		{Name: fieldName, Label: "Name", Shadow: "Morning figures", Optional: true},
		{
			Name: form.FieldMore, Label: "Anything else", Shadow: "until 31 Dec only off-target", Optional: true, Live: true,
			Hint: "Such as: tz pune, until 31 Dec, except holidays, only off-target, every 2 weeks, group \"Sales\".",
		},
	}
}

// Stands is [form.Form]: the digest as it stands, with what the line asks to change that the form was opened with.
func (f Form) Stands(ctx context.Context, m form.Meta, q request.Question) (form.Values, form.Meta, *reply.Reply, error) {
	d, no, err := f.Owned(ctx, m.ID, q)
	if no != nil || err != nil {
		return nil, m, no, err
	}
	_, opened := grammar.SplitWord(grammar.Normalise(m.Line))
	asked, _, left := digestline.Partly(opened)
	v := filled(drafted(f.Asked(ctx, d, asked, q)))
	keep(v, left)
	return v, standing(d, m), nil, nil
}

// Shown is [form.Form]: what comes when, and what it costs.
func (f Form) Shown(ctx context.Context, cmd request.Command, _ form.Meta, q request.Question) ([]form.Part, error) {
	lines, err := f.Foreseen(ctx, cmd, q)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	return []form.Part{{Lines: lines}}, nil
}

// hasPlace reports whether a digest can be posted where the id is of: a channel or a direct message.
func hasPlace(id string) bool { return id != "" && strings.Contains("CGD", id[:1]) }
