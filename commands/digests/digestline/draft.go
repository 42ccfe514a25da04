package digestline

import (
	"fmt"
	"strings"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/digest"
)

// The commands about what a digest is to be; what is asked of those that stand is a standing.Command.
type (
	// Add makes a digest.
	Add struct{ Draft Draft }
	// Edit changes what Draft says, if Version, unless 0, is how the digest stands.
	Edit struct {
		ID      int64
		Draft   Draft
		Version int64
	}
)

// Typed is [request.Command].
func (c Add) Typed(w grammar.Writer) string { return digestLineOf("add", c.Draft.Words(w)) }

// Typed is [request.Command].
func (c Edit) Typed(w grammar.Writer) string {
	return digestLineOf("edit", grammar.ID(c.ID), c.Draft.Words(w))
}

// Effect is [request.Command].
func (Add) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Edit) Effect() request.Effect { return request.EffectChange }

// AboutDigest is a line to copy about one digest.
func AboutDigest(verb string, id int64) string {
	return fmt.Sprintf("%s digest %s %d", request.CommandWord, verb, id)
}

// AboutDigestValue is the value of a button that runs a line about one digest.
func AboutDigestValue(verb string, id int64) string { return fmt.Sprintf("digest %s %d", verb, id) }

// Show asks for one digest.
func Show(id int64) request.Command { return standing.About(standing.NounDigest, "show", id) }

// Draft is the part of a digest that a line says. What is zero was not said: an add
// takes the default, an edit leaves it as it is.
type Draft struct {
	What digest.Selection
	// When is checked, but its Zone is empty when the line names none. HasWhen says that it
	// is a whole schedule. An edit may say less: days, times, a step, the hours from and to,
	// a zone, a first or last day, days left out; those alone change then.
	When    digest.Spec
	HasWhen bool
	HasSpan bool // the line says from and to; a step without them is of the whole day in an add
	Only    digest.Filter
	HasOnly bool // "only all" takes a filter away
	As      digest.View
	HasAs   bool
	Name    string
	// Nameless is name "": an edit takes the name away.
	Nameless bool
	In       grammar.Place
}

func digestLineOf(parts ...string) string {
	return request.CommandWord + " digest " + reply.JoinSentences(parts...)
}

// AtVersion is form.Versioned: an Edit of the digest only as it was when version was taken of it.
func (c Edit) AtVersion(version int64) request.Command {
	c.Version = version
	return c
}

// Words writes a draft, as far as it says something.
func (d Draft) Words(w grammar.Writer) string {
	var parts []string
	switch {
	case len(d.What.Campaigns) > 0:
		parts = append(parts, "campaign "+w.Names(d.What.Campaigns))
	case d.What.Group != "":
		parts = append(parts, "group "+w.Name(d.What.Group))
	case d.What.Watched:
		parts = append(parts, "watched")
	}
	parts = append(parts, scheduleWords(d))
	if d.When.Zone != "" {
		parts = append(parts, "tz "+d.When.Zone)
	}
	parts = append(parts, grammar.Dated("starting", d.When.Starting), grammar.Dated("until", d.When.Until))
	var out []string
	for _, name := range d.When.Holidays {
		if name == digest.AllCalendars {
			out = append(out, "holidays")
			continue
		}
		out = append(out, "holidays "+w.Name(name))
	}
	for _, date := range d.When.Except {
		out = append(out, date.String())
	}
	if len(out) > 0 {
		parts = append(parts, "except "+strings.Join(out, ", "))
	}
	parts = append(parts, w.Place(d.In))
	if d.HasOnly {
		parts = append(parts, "only "+d.Only.String())
	}
	if d.HasAs {
		parts = append(parts, "as "+d.As.String())
	}
	if d.Name != "" || d.Nameless {
		parts = append(parts, "name "+w.Name(d.Name))
	}
	return reply.JoinSentences(parts...)
}

// scheduleWords writes the days and times of d as people type them; nothing when it has
// none.
func scheduleWords(d Draft) string {
	s := d.When
	times := make([]string, len(s.Times))
	for i, t := range s.Times {
		times[i] = t.String()
	}
	at := ""
	if len(times) > 0 {
		at = "at " + strings.Join(times, ", ")
	}
	if e := s.Every; e.Hours > 0 {
		at = fmt.Sprintf("every %dh", e.Hours)
	}
	if e := s.Every; d.HasSpan || d.HasWhen && e.Hours > 0 && (e.From != 0 || e.To != allDay) {
		at = reply.JoinSentences(at, fmt.Sprintf("from %s to %s", e.From, e.To))
	}
	switch {
	case s.Cron != "":
		return "cron " + grammar.Quote(s.Cron)
	case s.Quarter:
		return reply.JoinSentences("quarterly on", s.Month.String(), at)
	case s.Month != 0:
		return reply.JoinSentences("monthly on", s.Month.String(), at)
	}
	days := grammar.DaysWords(s.Days)
	if s.Workdays {
		days = "weekdays"
	}
	if s.Weeks > 0 && days != "" {
		days = "on " + days
	}
	return reply.JoinSentences(weeksWords(s.Weeks), days, at)
}

// weeksWords writes a step of weeks as people type it; nothing for none.
func weeksWords(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "every week"
	default:
		return fmt.Sprintf("every %d weeks", n)
	}
}
