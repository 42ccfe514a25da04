// Package alertform is alerts to fill in: what is watched for, where it is told, what it would have done, and the line that
// does the same.
package alertform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ahtbot/commands/alerts"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// Form is the form in which an alert is made or changed.
type Form struct{ alerts.Handler }

// fieldFor is how long it has to stay so.
const fieldFor = "for"

// Name is [form.Form].
func (Form) Name() string { return standing.NounAlert }

// Read is [form.Form].
func (f Form) Read(line string, q request.Question) (form.Values, int64) {
	rest, id := opened(line)
	if id != 0 {
		return nil, id
	}
	d, left := alertline.Understood(rest)
	v := valuesOf(d)
	if !d.Direct && d.In.ID == "" && !standing.Direct(q) {
		v[form.FieldPlace] = []string{q.Place}
	}
	keepLeft(v, d, left)
	if v.One(alerts.FieldWhen) == "" {
		v[alerts.FieldWhen] = []string{alert.KindAbove.String()}
	}
	return v, 0
}

// opened returns what a normalised line says of an alert, behind its verb, and the number of the alert that it changes.
func opened(line string) (rest string, id int64) {
	line = alertline.Language().Mended(line)
	verb, rest := grammar.SplitWord(line)
	switch strings.ToLower(verb) {
	case "add", "preview":
		return rest, 0
	case "edit":
		number, rest := grammar.SplitWord(rest)
		if words, err := grammar.SplitWords(number); err == nil && len(words) == 1 {
			id, _ = grammar.Number(words[0])
		}
		return rest, id
	default:
		return line, 0
	}
}

// Draw is [form.Form].
func (f Form) Draw(v form.Values, m form.Meta, _ request.Question) form.View {
	w := form.View{Form: f.Name(), Title: "New alert", Submit: "Start watching", Close: "Cancel", Meta: m}
	if m.ID != 0 {
		w.Title, w.Submit = fmt.Sprintf("Change alert #%d", m.ID), "Save"
		d, _ := stood(m)
		if !d.Target.IsZero() {
			w.Parts = append(w.Parts, form.Part{Lines: []string{fmt.Sprintf("Watches %s.", reply.Subject(d.Target))}})
		}
	}
	for _, field := range fields(v, m) {
		field.Value, field.Live = v[field.Name], true
		w.Parts = append(w.Parts, form.Part{Field: &field})
	}
	return w
}

// fields are what there is to fill in: a campaign only of a new alert, and a line only of what has one.
func fields(v form.Values, m form.Meta) []form.Field {
	what := choiceOf(v.One(alerts.FieldWhen))
	var out []form.Field
	if m.ID == 0 {
		out = append(out, form.Field{Name: form.FieldCampaign, Label: "Campaign", Kind: form.Campaign, Shadow: "Type a few letters"})
	}
	out = append(out, form.Field{Name: alerts.FieldWhen, Label: "Tell when", Kind: form.Choice, Options: options()})
	if what.label != "" {
		out = append(out, form.Field{Name: what.field(), Label: what.label, Shadow: what.shadow, Hint: what.hint, Optional: what.bare()})
	}
	return append(out,
		form.Field{Name: fieldFor, Label: "For how long", Shadow: "15m", Hint: "Empty: for 15 minutes.", Optional: true},
		form.Field{Name: form.FieldPlace, Label: "Where to tell", Kind: form.Place, Shadow: "You alone", Hint: placeHint(m), Optional: true},
		form.Field{Name: form.FieldMore, Label: "Anything else", Shadow: "remind off active mon-fri 9:00-18:00", Hint: "Such as: remind off, active mon-fri 9:00-18:00, clear 4m30s, readings 4.", Optional: true})
}

// placeHint says what the place means that is left empty.
func placeHint(m form.Meta) string {
	if _, where := stood(m); m.ID != 0 && where == elsewhere {
		return "Empty: as now, one person by direct message."
	}
	return "Empty, or a direct message: I tell only you, by direct message."
}

// Stands is [form.Form].
func (f Form) Stands(ctx context.Context, m form.Meta, q request.Question) (form.Values, form.Meta, *reply.Reply, error) {
	s, no, err := f.Editable(ctx, m.ID, q)
	if no != nil || err != nil {
		return nil, m, no, err
	}
	asked := carried(m)
	m.Stands, m.Line = s.Watch.Version, standsLine(s.Watch, q)
	return f.laid(s.Watch, asked), m, nil, nil
}

// laid is how w stands, filled in, with what a line asks to change laid over it, as far as that is understood.
func (f Form) laid(w alert.Watch, asked string) form.Values {
	d, left := alertline.Understood(asked)
	now, err := alerts.Edited(w.Rule, d, f.Zone)
	if err != nil {
		now = w.Rule
	}
	v := f.filled(now)
	switch {
	case d.In.ID != "" || d.Direct:
		put(v, form.FieldPlace, d.In.ID)
	case !alertpost.Personal(w.Channel):
		put(v, form.FieldPlace, w.Channel)
	}
	keepLeft(v, d, left)
	return v
}

// Shown is [form.Form]: what it would have done lately, and what it costs.
func (f Form) Shown(ctx context.Context, cmd request.Command, m form.Meta, q request.Question) ([]form.Part, error) {
	var lines []string
	var err error
	switch c := cmd.(type) {
	case alertline.Add:
		var no *reply.Reply
		if lines, no, err = f.WouldBe(ctx, c.Draft, q); no != nil { // the question back comes when it is sent
			return []form.Part{{Lines: no.Lines[:1], Line: strings.Join(no.Try[:min(1, len(no.Try))], "")}}, err
		}
	case alertline.Edit:
		d, _ := stood(m)
		was, wrong := alertline.NewRule(d, anInterval, f.Zone)
		now, fault := alerts.Edited(was, c.Draft, f.Zone)
		if wrong != nil || fault != nil {
			return nil, nil //nolint:nilerr // what is wrong is told when it is sent
		}
		lines, err = f.WouldBecome(ctx, d.Target, now, q)
	default:
		lines = []string{"Nothing is changed yet."}
	}
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	return []form.Part{{Lines: lines}}, err
}
