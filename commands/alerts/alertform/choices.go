package alertform

import (
	"strings"

	"ahtbot/commands/alerts"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/form"
	"ahtbot/internal/alert"
)

// choice is one thing to watch for, and how its line is asked for.
type choice struct {
	kind                alert.Kind
	of                  alert.Base // what the line hangs on; zero: a figure, or there is none
	words               string
	label, shadow, hint string // of the line; without a label there is none
}

// choices are all things to watch for, those that most want first.
func choices() []choice {
	const off = "How far past it. Empty: as soon as it is past it."
	const band = "How far from it."
	target, usual := alert.BaseTarget, alert.BaseUsual
	return []choice{
		{alert.KindAbove, 0, "AHT goes above", "Above how long", "5m", ""},
		{alert.KindBelow, 0, "AHT goes below", "Below how long", "2m", ""},
		{alert.KindOutside, 0, "AHT leaves a range", "Outside which range", "3m..6m", ""},
		{alert.KindAbove, target, "AHT goes above its target", "By how much", "10%", off},
		{alert.KindBelow, target, "AHT goes below its target", "By how much", "10%", off},
		{alert.KindOutside, target, "AHT strays from its target", "By how much", "10%", band},
		{alert.KindAbove, usual, "AHT goes above what is usual", "By how much", "20%", off},
		{alert.KindBelow, usual, "AHT goes below what is usual", "By how much", "20%", off},
		{alert.KindOutside, usual, "AHT leaves what is usual", "By how much", "20%", off},
		{alert.KindNoCalls, 0, "There are no calls", "", "", ""},
	}
}

// value is what stands for c on the wire, and in a line: never renamed.
func (c choice) value() string {
	if c.of == 0 {
		return c.kind.String()
	}
	return c.kind.String() + " " + c.of.String()
}

// field is where the line of c is filled in.
func (c choice) field() string {
	return alerts.LineField(alert.Rule{Kind: c.kind, Line: alert.Offset{Of: c.of}})
}

// bare reports whether the line of c may be left empty: it is what it hangs on.
func (c choice) bare() bool {
	return c.of == alert.BaseUsual || c.of == alert.BaseTarget && c.kind != alert.KindOutside
}

// line is what a line says that watches for c, with what was filled in.
func (c choice) line(filled string) string {
	filled = strings.TrimSpace(filled)
	switch {
	case c.kind == alert.KindNoCalls:
		return c.value()
	case c.of == 0 || filled == "":
		return c.value() + " " + filled
	default:
		return c.value() + " by " + strings.TrimPrefix(filled, "by ")
	}
}

// choiceOf is the choice that a value stands for; the first for one that nobody knows.
func choiceOf(value string) choice {
	for _, c := range choices() {
		if c.value() == value {
			return c
		}
	}
	return choices()[0]
}

func options() []form.Option {
	var out []form.Option
	for _, c := range choices() {
		out = append(out, form.Option{Label: c.words, Value: c.value()})
	}
	return out
}

// putLine puts into v what words, such as “above 5m” or “above target by 10%”, watch for; false when they begin with nothing
// that can be watched for.
func putLine(v form.Values, words string) bool {
	var best choice
	for _, c := range choices() {
		if rest, ok := strings.CutPrefix(words+" ", c.value()+" "); ok && len(c.value()) > len(best.value()) && (c.of == 0 || rest == "" || strings.HasPrefix(rest, "by ")) {
			best = c
		}
	}
	if best.kind == 0 {
		return false
	}
	put(v, alerts.FieldWhen, best.value())
	delete(v, alerts.FieldLine)
	delete(v, alerts.FieldBy)
	if best.label != "" {
		put(v, best.field(), strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(words, best.value())), "by "))
	}
	return true
}

// linesOf is what a draft watches for, as people type it; empty when it does not say.
func linesOf(d alertline.Draft) string {
	if d.Kind == 0 {
		return ""
	}
	return alertline.TypedLines(alert.Rule{Kind: d.Kind, Low: d.Low, High: d.High, Line: d.Line})
}

// put puts one value into a field; an empty one is left out.
func put(v form.Values, name, value string) {
	delete(v, name)
	if value = strings.TrimSpace(value); value != "" {
		v[name] = []string{value}
	}
}
