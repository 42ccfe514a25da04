package alertform

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahtbot/commands/alerts"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// anInterval stands for how often readings come where that does not matter.
const anInterval = time.Minute

// valuesOf is a draft, filled in.
func valuesOf(d alertline.Draft) form.Values {
	v := form.Values{}
	if !d.Target.IsZero() {
		put(v, form.FieldCampaign, form.CampaignValue(d.Target.Name()))
	}
	putLine(v, linesOf(d))
	if d.For != nil {
		put(v, fieldFor, grammar.DurationWord(*d.For))
	}
	put(v, form.FieldPlace, d.In.ID)
	rest := d
	rest.Target, rest.Kind, rest.Low, rest.High, rest.Line, rest.For = aht.Target{}, 0, 0, 0, alert.Offset{}, nil
	rest.In, rest.Direct = grammar.Place{}, false
	put(v, form.FieldMore, rest.Words(grammar.ToRead))
	return v
}

// filled is a rule, filled in: what is as it is without a word is left out.
func (f Form) filled(r alert.Rule) form.Values {
	v := form.Values{}
	putLine(v, alertline.TypedLines(r))
	put(v, fieldFor, grammar.DurationWord(r.For))
	usual, err := r.Default()
	if err != nil {
		usual = alert.Rule{}
	}
	usual.For = r.For
	put(v, form.FieldMore, strings.Join(alerts.Steps(usual, r, f.Zone), " "))
	return v
}

// keepLeft puts into v the parts of a line that were not understood, beside those that are in d: each into the field it is about,
// as it was typed.
func keepLeft(v form.Values, d alertline.Draft, left []string) {
	lined, long := d.Kind != 0, d.For != nil
	for _, words := range left {
		key, rest := grammar.SplitWord(words)
		what := choiceOf(v.One(alerts.FieldWhen))
		switch {
		case slices.Contains([]string{"campaign", "campaigns", "in", "by"}, key):
		case !lined && putLine(v, words):
			lined = true
		case what.label != "" && !lined && strings.ContainsAny(key[:1], "0123456789"):
			put(v, what.field(), words)
			lined = true
		case !long && key == fieldFor:
			put(v, fieldFor, rest)
			long = true
		default:
			put(v, form.FieldMore, v.One(form.FieldMore)+" "+words)
		}
	}
}

// Line is [form.Form]. What is changed is said as the difference to how it stood, so that what was taken out of a field goes
// back to what is usual.
func (f Form) Line(v form.Values, m form.Meta, q request.Question) *form.Line {
	var l form.Line
	if m.ID == 0 {
		l.Add("", "alert add")
		l.Add(form.FieldCampaign, "campaign "+grammar.ToParse.Name(form.ChosenCampaign(f.Base, v.One(form.FieldCampaign))))
		said(&l, v)
		l.Add(form.FieldPlace, newPlace(v, q))
		return &l
	}
	edit := fmt.Sprintf("alert edit %d", m.ID)
	l.Add("", edit)
	if words, ok := f.changed(v, m); ok {
		for _, w := range words {
			l.Add(fieldOf(w), w)
		}
	} else {
		said(&l, v)
	}
	l.Add(form.FieldPlace, movedTo(v, m))
	if l.String() == edit {
		l = form.Line{}
		l.Add("", fmt.Sprintf("alert show %d", m.ID))
	}
	return &l
}

// said puts what is filled in behind a line, each field as it is.
func said(l *form.Line, v form.Values) {
	what := choiceOf(v.One(alerts.FieldWhen))
	l.Add(what.field(), what.line(v.One(what.field())))
	if long := strings.TrimPrefix(strings.TrimSpace(v.One(fieldFor)), "for "); long != "" {
		l.Add(fieldFor, "for "+long)
	}
	l.Add(form.FieldMore, v.One(form.FieldMore))
}

// changed are the words of an edit that make what stood what v says; false when v can't be read, or makes no rule.
func (f Form) changed(v form.Values, m form.Meta) ([]string, bool) {
	d, _ := stood(m)
	was, err := alertline.NewRule(d, anInterval, f.Zone)
	if err != nil {
		return nil, false
	}
	var whole form.Line
	whole.Add("", "add campaign "+grammar.ToParse.Name(d.Target.Name()))
	said(&whole, v)
	cmd, err := alertline.Language().Parse(grammar.Normalise(whole.String()))
	if err != nil {
		return nil, false
	}
	add, is := request.Plain(cmd).(alertline.Add)
	now, err := alertline.NewRule(add.Draft, anInterval, f.Zone)
	if err != nil || !is {
		return nil, false
	}
	where := alertline.Draft{In: add.Draft.In, Direct: add.Draft.Direct} // said in words
	return append(alerts.Steps(was, now, f.Zone), where.Words(grammar.ToParse)), true
}

// fieldOf is the field that words of an edit are about.
func fieldOf(words string) string {
	v := form.Values{}
	switch key, _ := grammar.SplitWord(words); {
	case key == fieldFor:
		return fieldFor
	case putLine(v, words):
		return choiceOf(v.One(alerts.FieldWhen)).field()
	default:
		return form.FieldMore
	}
}

// Where an alert stood when its form was filled, that is not a channel's id.
const (
	oneself   = "oneself"
	elsewhere = "another person"
)

// standsLine is how an alert stands as a line, which travels with its form.
func standsLine(w alert.Watch, q request.Question) string {
	var place string
	switch {
	case w.Channel == q.User:
		place = "by dm"
	case !alertpost.Personal(w.Channel):
		place = grammar.ToParse.Place(grammar.Place{ID: w.Channel})
	}
	words := []string{fmt.Sprintf("alert edit %d campaign", w.ID), grammar.ToParse.Name(w.Target.Name()), alertline.TypedLines(w.Rule)}
	return reply.JoinSentences(append(append(words, settingWords(w.Rule)...), place)...)
}

// carried is the line that travels with a form, behind its verb and number.
func carried(m form.Meta) string {
	_, line := grammar.SplitWord(grammar.Normalise(m.Line))
	rest, _ := opened(line)
	return rest
}

// stood reads standsLine.
func stood(m form.Meta) (d alertline.Draft, where string) {
	d, _ = alertline.Understood(carried(m))
	switch {
	case d.Direct:
		return d, oneself
	case d.In.ID != "":
		return d, d.In.ID
	default:
		return d, elsewhere
	}
}

// chosen is the channel that is filled in; false for a direct message, which is told by an empty field as well.
func chosen(v form.Values) (string, bool) {
	id := v.One(form.FieldPlace)
	return id, id != "" && !strings.HasPrefix(id, "D")
}

// newPlace are the words for where a new alert is told; none where it would be told without.
func newPlace(v form.Values, q request.Question) string {
	switch id, channel := chosen(v); {
	case channel && id != q.Place:
		return grammar.ToParse.Place(grammar.Place{ID: id})
	case !channel && !standing.Direct(q):
		return "by dm"
	default:
		return ""
	}
}

// movedTo are the words for where an alert is told that was told elsewhere; none where it stays.
func movedTo(v form.Values, m form.Meta) string {
	_, where := stood(m)
	id, channel := chosen(v)
	switch {
	case channel && id != where:
		return grammar.ToParse.Place(grammar.Place{ID: id})
	case channel, where == oneself, where == elsewhere && id == "":
		return ""
	default:
		return "by dm"
	}
}

// settingWords are all words that set a rule, but for its line; those too that count only once it is of another kind.
func settingWords(r alert.Rule) (words []string) {
	if r.Kind == alert.KindNoCalls {
		words = append(words, "clear for "+grammar.DurationWord(r.ClearFor))
	}
	for _, s := range alertpost.Settings(r) {
		words = append(words, s.Typed)
	}
	return words
}
