package digestform

import (
	"fmt"
	"strings"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// Line is [form.Form]. A change says whose figures and the whole schedule, so that a clause that was deleted is gone; of the
// rest only what is otherwise than it stands.
func (f Form) Line(v form.Values, m form.Meta, q request.Question) *form.Line {
	var l form.Line
	var stands digestline.Draft
	if m.ID == 0 {
		l.Add("", "digest add")
		stands.In.ID = m.Place
	} else {
		l.Add("", fmt.Sprintf("digest edit %d", m.ID))
		_, line, _ := strings.Cut(m.Line, " ")
		stands, _, _ = digestline.Partly(grammar.Normalise(line))
	}
	more := clausesOf(v.One(form.FieldMore))
	f.addWhose(&l, v, more)
	l.Add(fieldDays, strings.Join(v[fieldDays], ","))
	l.Add(fieldTimes, timesWords(v[fieldTimes]))
	l.Add(form.FieldMore, typed.Replace(v.One(form.FieldMore)))
	if zone, ok := f.ownZone(q); ok && m.ID != 0 && !more.has("tz", "timezone") && zone != stands.When.Zone {
		l.Add("", "tz "+zone)
	}
	if stands.Only != digest.ShowAll && !more.has("only") {
		l.Add("", "only all")
	}
	if id := v.One(form.FieldPlace); id != stands.In.ID {
		l.Add(form.FieldPlace, grammar.ToParse.Place(grammar.Place{ID: id}))
	}
	if shown := v.One(fieldShown); shown != stands.As.String() && shown != "" {
		l.Add(fieldShown, "as "+shown)
	}
	if name := v.One(fieldName); name != stands.Name {
		l.Add(fieldName, "name "+grammar.ToParse.Name(name))
	}
	return &l
}

// addWhose adds whose figures are shown: those named, or else all watched ones, unless the other clauses name a group.
func (f Form) addWhose(l *form.Line, v form.Values, more clauses) {
	var names []string
	for _, value := range v[form.FieldCampaign] {
		names = append(names, form.ChosenCampaign(f.Base, value))
	}
	switch {
	case len(names) > 0:
		l.Add(form.FieldCampaign, "campaign "+grammar.ToParse.Names(names))
	case !more.has("group", "watched", "campaign", "campaigns"):
		l.Add("", "watched")
	}
}

// typed writes what was typed into a field as Slack writes what is typed into a line.
var typed = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// timesWords are the chosen times as a line says them: times of day, and steps of hours.
func timesWords(values []string) string {
	var at, steps []string
	for _, value := range values {
		if strings.HasPrefix(value, "every ") {
			steps = append(steps, value)
		} else {
			at = append(at, value)
		}
	}
	if len(at) > 0 {
		steps = append([]string{"at " + strings.Join(at, ", ")}, steps...)
	}
	return strings.Join(steps, " ")
}

// ownZone is the time zone of who asks; false when memory does not say.
func (f Form) ownZone(q request.Question) (string, bool) {
	p, known := f.People.Known(q.User)
	if !known || p.Zone == "" {
		return "", false
	}
	zone, err := digest.FindZone(p.Zone)
	return zone, err == nil
}

// standingLine is a line with what a change of d need not say again.
func standingLine(d digest.Digest) string {
	all := drafted(d)
	return strings.Join([]string{"digest edit", grammar.ID(d.ID), digestline.Draft{
		When: digest.Spec{Zone: all.When.Zone}, Only: all.Only, HasOnly: all.HasOnly, As: all.As, HasAs: all.HasAs, Name: all.Name, In: all.In,
	}.Words(grammar.ToParse)}, " ")
}
