package alertline

import (
	"fmt"
	"time"

	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
	"ahtbot/internal/digest"
)

// The commands about what an alert is to be; what is asked of those that stand is a standing.Command.
type (
	// Add makes an alert.
	Add struct{ Draft Draft }
	// Preview asks when one would have fired over the readings kept.
	Preview struct{ Draft Draft }
	// Edit changes what Draft says.
	Edit struct {
		ID    int64
		Draft Draft
		// Version is the alert's when it was looked at; another means that somebody changed it meanwhile. Zero: it does not
		// matter.
		Version int64
	}
)

// Typed is [request.Command].
func (c Add) Typed(w grammar.Writer) string { return alertLineOf("add", c.Draft.Words(w)) }

// Typed is [request.Command].
func (c Preview) Typed(w grammar.Writer) string { return alertLineOf("preview", c.Draft.Words(w)) }

// Typed is [request.Command].
func (c Edit) Typed(w grammar.Writer) string {
	return alertLineOf("edit", grammar.ID(c.ID), c.Draft.Words(w))
}

// AtVersion returns c for the alert as it was at a version.
func (c Edit) AtVersion(version int64) request.Command {
	c.Version = version
	return c
}

// Effect is [request.Command].
func (Add) Effect() request.Effect { return request.EffectChange }

// Effect is [request.Command].
func (Preview) Effect() request.Effect { return request.EffectNone }

// Effect is [request.Command].
func (Edit) Effect() request.Effect { return request.EffectChange }

// About is whom it is about.
func (c Add) About() aht.Target { return c.Draft.Target }

// About is whom it is about.
func (c Preview) About() aht.Target { return c.Draft.Target }

// hourEnd writes the end of active hours, which may be 24:00.
func hourEnd(c digest.Clock) string {
	if c == 24*60 {
		return "24:00"
	}
	return c.String()
}

// Draft is the part of an alert that a line says. Nil and zero were not said.
type Draft struct {
	Target    aht.Target
	Kind      alert.Kind // zero: not said
	Low, High time.Duration
	// Line tells the lines of Kind by what they hang on, in the place of Low and High; zero:
	// they are figures.
	Line alert.Offset
	For  *time.Duration
	// Clear is the clear line of above and below; ClearLow and ClearHigh those of outside. An
	// edit that says no Kind may have either: whether they fit is known with the rule only.
	Clear               *time.Duration
	ClearLow, ClearHigh *time.Duration
	ClearAt             *alert.Offset // that of lines that hang on something
	ClearFor            *time.Duration
	Readings            *int
	Guard               *bool
	WarmUp              *time.Duration // zero: off
	Remind              *time.Duration // zero: off
	Active              *alert.Hours   // Zone is nil when the line names none; the zero Hours is always
	In                  grammar.Place
	Direct              bool // told by direct message
}

func alertLineOf(parts ...string) string {
	return request.CommandWord + " alert " + reply.JoinSentences(parts...)
}

// Words writes a draft, as far as it says something.
func (d Draft) Words(w grammar.Writer) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if !d.Target.IsZero() {
		add("campaign %s", w.Name(d.Target.Name()))
	}
	if d.Kind != 0 {
		parts = append(parts, TypedLines(alert.Rule{Kind: d.Kind, Low: d.Low, High: d.High, Line: d.Line}))
	}
	time := func(key string, d *time.Duration, none string) {
		if d != nil && (*d > 0 || none == "") {
			add("%s %s", key, grammar.DurationWord(*d))
		} else if d != nil {
			add("%s %s", key, none)
		}
	}
	time("for", d.For, "")
	time("clear", d.Clear, "")
	if d.ClearLow != nil && d.ClearHigh != nil {
		add("clear %s", grammar.RangeWords(*d.ClearLow, *d.ClearHigh))
	}
	if d.ClearAt != nil {
		add("clear %s", TypedOffset(*d.ClearAt))
	}
	time("clear for", d.ClearFor, "")
	if d.Readings != nil {
		add("readings %d", *d.Readings)
	}
	if d.Guard != nil {
		add("guard %s", map[bool]string{true: "on", false: "off"}[*d.Guard])
	}
	time("warmup", d.WarmUp, "off")
	time("remind", d.Remind, "off")
	if d.Active != nil {
		parts = append(parts, HoursWords(*d.Active))
	}
	parts = append(parts, w.Place(d.In))
	if d.Direct {
		add("by dm")
	}
	return reply.JoinSentences(parts...)
}

// HoursWords writes active hours as people type them.
func HoursWords(h alert.Hours) string {
	if h.IsZero() {
		return "active always"
	}
	days := ""
	if set := digest.Weekdays(h.Days); set != digest.EveryDay {
		days = grammar.DaysWords(set)
	}
	zone := ""
	if h.Zone != nil {
		zone = "tz " + h.Zone.String()
	}
	from, to := digest.Clock(h.From/time.Minute), digest.Clock(h.To/time.Minute)
	return reply.JoinSentences("active", days, from.String()+"-"+hourEnd(to), zone)
}
