package digestform

import (
	"fmt"
	"slices"
	"strings"

	"ahtbot/commands/digests"
	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// Line is [form.Form]. A change says what is otherwise than it stands, and the whole schedule where any of it or of the other
// clauses is, so that a clause that was deleted is gone.
func (f Form) Line(v form.Values, m form.Meta, q request.Question) *form.Line {
	var l form.Line
	opened := f.opened(m)
	stands := opened
	if m.ID == 0 {
		l.Add("", "digest add")
		stands = digestline.Draft{In: grammar.Place{ID: m.Place}}
	} else {
		l.Add("", fmt.Sprintf("digest edit %d", m.ID))
	}
	f.addOrder(&l, v, stands, opened.What.Campaigns, q, m.ID != 0)
	if id := v.One(form.FieldPlace); id != stands.In.ID {
		l.Add(form.FieldPlace, grammar.ToParse.Place(grammar.Place{ID: id}))
	}
	if shown := v.One(fieldShown); shown != stands.As.String() && shown != "" {
		l.Add(fieldShown, "as "+shown)
	}
	if name := v.One(fieldName); name != stands.Name {
		l.Add(fieldName, "name "+grammar.ToParse.Name(name))
	}
	if m.ID != 0 && len(l.Fields()) == 0 {
		l = form.Line{}
		l.Add("", fmt.Sprintf("digest show %d", m.ID))
	}
	return &l
}

// addOrder adds whose figures come when, with the other clauses: all of a new digest, and of a change what is otherwise.
func (f Form) addOrder(l *form.Line, v form.Values, stands digestline.Draft, carried []string, q request.Question, edit bool) {
	was := filled(stands)
	same := func(fields ...string) bool {
		return edit && stands.HasWhen && !slices.ContainsFunc(fields, func(field string) bool { return !slices.Equal(v[field], was[field]) })
	}
	more := clausesOf(v.One(form.FieldMore))
	if !same(form.FieldCampaign) || len(v[form.FieldCampaign]) == 0 && !same(form.FieldMore) {
		f.addWhose(l, v, more, carried)
	}
	if same(fieldDays, fieldTimes, form.FieldMore) && (same(form.FieldCampaign) || !more.has("group")) { // a group beside names is refused
		return
	}
	l.Add(fieldDays, strings.Join(v[fieldDays], ","))
	l.Add(fieldTimes, timesWords(v[fieldTimes]))
	l.Add(form.FieldMore, typed.Replace(v.One(form.FieldMore)))
	if zone, ok := f.ownZone(q); ok && edit && !more.has("tz", "timezone") && zone != stands.When.Zone {
		l.Add("", "tz "+zone)
	}
	if stands.Only != digest.ShowAll && !more.has("only") {
		l.Add("", "only all")
	}
}

// addWhose adds whose figures are shown: those named, or else all watched ones, unless the other clauses name a group.
func (f Form) addWhose(l *form.Line, v form.Values, more clauses, carried []string) {
	var names []string
	for _, value := range v[form.FieldCampaign] {
		names = append(names, f.campaign(value, carried))
	}
	switch {
	case len(names) > 0:
		l.Add(form.FieldCampaign, "campaign "+grammar.ToParse.Names(names))
	case !more.has("group", "watched", "campaign", "campaigns"):
		l.Add(form.FieldCampaign, "watched")
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

// standing is m with the line that says how d stands: all of it where that can be carried, or else what a change need not say
// again.
func standing(d digest.Digest, m form.Meta) form.Meta {
	all := drafted(d)
	edit := func(draft digestline.Draft) string {
		return fmt.Sprintf("digest edit %d %s", d.ID, draft.Words(grammar.ToParse))
	}
	m.Stands, m.Line = digests.Mark(d), edit(all)
	if carried, err := form.DecodeMeta(m.Encode()); err != nil || carried.Line == "" {
		all.What, all.HasWhen, all.HasSpan, all.When = digest.Selection{}, false, false, digest.Spec{Zone: all.When.Zone}
		m.Line = edit(all)
	}
	return m
}
