package digestform

import (
	"slices"
	"strings"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/digest"
)

// begun is the fields of a new digest, of which d is known.
func begun(d digestline.Draft, q request.Question) form.Values {
	if d.In.ID == "" && hasPlace(q.Place) {
		d.In.ID = q.Place
	}
	v := filled(d)
	if d.When.Cron != "" {
		return v
	}
	if len(v[fieldDays]) == 0 {
		v[fieldDays] = []string{"weekdays"}
	}
	if len(v[fieldTimes]) == 0 {
		v[fieldTimes] = []string{"11:00", "13:00", "15:00"}
	}
	return v
}

// filled is the fields that say what d does.
func filled(d digestline.Draft) form.Values {
	v := form.Values{fieldShown: {d.As.String()}}
	for _, name := range d.What.Campaigns {
		v[form.FieldCampaign] = append(v[form.FieldCampaign], form.CampaignValue(name))
	}
	set := func(field string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			v[field] = values
		}
	}
	set(fieldDays, daysOf(d.When)...)
	set(fieldTimes, timesOf(d.When)...)
	set(form.FieldPlace, d.In.ID)
	set(fieldName, d.Name)
	set(form.FieldMore, moreOf(d))
	return v
}

// keep puts the parts of a line that were not understood among the other clauses, as they were typed, unless a field of their
// own asks for what they are about.
func keep(v form.Values, left []string) {
	for _, part := range left {
		switch key, _ := grammar.SplitWord(strings.ToLower(part)); key {
		case "", ",", "add", "edit", "campaign", "campaigns", "agent", "agents", "in", "at", "on", "from", "as", "name":
		default:
			v[form.FieldMore] = []string{strings.TrimSpace(v.One(form.FieldMore) + " " + part)}
		}
	}
}

// daysOf are the chosen days of a schedule; none of a cron line, which is among the other clauses.
func daysOf(s digest.Spec) (values []string) {
	switch {
	case s.Month != 0:
		return []string{monthValue(s)}
	case s.Workdays:
		return []string{"weekdays"}
	case s.Days == digest.EveryDay:
		return []string{"daily"}
	}
	for _, d := range s.Days.Each() {
		values = append(values, digest.Days(d).String())
	}
	return values
}

func monthValue(s digest.Spec) string {
	return digestline.Draft{When: digest.Spec{Month: s.Month, Quarter: s.Quarter}}.Words(grammar.ToParse)
}

// timesOf are the chosen times of a schedule, of which a step of hours is one.
func timesOf(s digest.Spec) (values []string) {
	for _, t := range s.Times {
		values = append(values, t.String())
	}
	if s.Every.Hours > 0 {
		values = append(values, digestline.Draft{When: digest.Spec{Every: s.Every}, HasSpan: true}.Words(grammar.ToParse))
	}
	return values
}

// moreOf is what no other field says of d, in the words of the language.
func moreOf(d digestline.Draft) string {
	return digestline.Draft{
		What: digest.Selection{Group: d.What.Group},
		When: digest.Spec{
			Cron: d.When.Cron, Weeks: d.When.Weeks, Zone: d.When.Zone, Starting: d.When.Starting, Until: d.When.Until,
			Except: d.When.Except, Holidays: d.When.Holidays,
		},
		Only: d.Only, HasOnly: d.HasOnly,
	}.Words(grammar.ToRead)
}

// drafted is a digest that stands as a draft that makes the same.
func drafted(d digest.Digest) digestline.Draft {
	s := d.Order.Rule.Spec()
	return digestline.Draft{
		What: d.Order.Selection, When: s, HasWhen: true, HasSpan: s.Every.Hours > 0,
		Only: d.Order.Filter, HasOnly: d.Order.Filter != digest.ShowAll, As: d.Order.View, HasAs: d.Order.View != digest.ViewBoth,
		Name: d.Order.Name, In: grammar.Place{ID: d.Channel},
	}
}

// clauses are the words of what was typed as other clauses.
type clauses []grammar.Word

func clausesOf(typed string) clauses {
	words, _ := grammar.SplitWords(grammar.Normalise(typed))
	return words
}

// has reports whether one of words begins a clause.
func (c clauses) has(words ...string) bool {
	return slices.ContainsFunc(c, func(w grammar.Word) bool { return slices.Contains(words, w.Low) })
}
