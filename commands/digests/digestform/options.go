package digestform

import (
	"fmt"
	"slices"
	"strings"

	"ahtbot/commands/digests/digestline"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/internal/digest"
)

// dayOptions are the days to choose from, those that are chosen among them.
func dayOptions(chosen []string) []form.Option {
	all := []form.Option{{Label: "Every day", Value: "daily"}, {Label: "Working days", Value: "weekdays"}}
	for _, d := range digest.EveryDay.Each() {
		all = append(all, form.Option{Label: d.String(), Value: digest.Days(d).String()})
	}
	for _, m := range []digest.MonthDay{1, digest.FirstWeekday, digest.LastWeekday, digest.LastDay} {
		all = append(all, monthOption(digest.Spec{Month: m}))
	}
	return withChosen(all, chosen, func(s digest.Spec) form.Option { return monthOption(s) })
}

func monthOption(s digest.Spec) form.Option {
	return form.Option{Label: reply.UpperFirst(digestpost.MonthWordOf(s)) + ": " + digestpost.MonthDayName(s.Month), Value: monthValue(s)}
}

// The steps of hours that are offered: readings look two hours back.
var steps = []digest.Every{{Hours: 2, From: 9 * 60, To: 19 * 60}, {Hours: 2, From: 11 * 60, To: 19 * 60}, {Hours: 2, To: 24*60 - 1}}

// timeOptions are the times to choose from, those that are chosen among them: at most 100 with the twelve that a line has.
func timeOptions(chosen []string) []form.Option {
	var all []form.Option
	for _, e := range steps {
		all = append(all, stepOption(digest.Spec{Every: e}))
	}
	minutes := map[digest.Clock]bool{}
	for t := digest.Clock(0); t < 24*60; t += 30 {
		minutes[t] = true
	}
	for _, value := range chosen {
		if t, ok := clockOf(value); ok {
			minutes[t] = true
		}
	}
	for t := range digest.Clock(24 * 60) {
		if minutes[t] {
			all = append(all, form.Option{Label: t.String(), Value: t.String()})
		}
	}
	return withChosen(all, chosen, stepOption)
}

func stepOption(s digest.Spec) form.Option {
	label := fmt.Sprintf("Every %d h from %s to %s", s.Every.Hours, s.Every.From, s.Every.To)
	if s.Every.From == 0 && s.Every.To == 24*60-1 {
		label = fmt.Sprintf("Every %d h around the clock", s.Every.Hours)
	}
	return form.Option{Label: label, Value: timesOf(s)[0]}
}

// clockOf is the time of day that a value stands for.
func clockOf(value string) (digest.Clock, bool) {
	if strings.HasPrefix(value, "every") {
		return 0, false
	}
	d, _, _ := digestline.Partly("add at " + grammar.Normalise(value))
	if len(d.When.Times) != 1 {
		return 0, false
	}
	return d.When.Times[0], true
}

// withChosen is all with what is chosen and not among it, as option writes it.
func withChosen(all []form.Option, chosen []string, option func(digest.Spec) form.Option) []form.Option {
	for _, value := range chosen {
		if slices.ContainsFunc(all, func(o form.Option) bool { return o.Value == value }) {
			continue
		}
		if d, _, _ := digestline.Partly("add " + grammar.Normalise(value)); d.When.Month != 0 || d.When.Every.Hours > 0 {
			o := option(d.When)
			o.Value = value
			all = append(all, o)
		}
	}
	return all
}
