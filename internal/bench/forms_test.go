package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/views"
	"ahtbot/internal/store"
)

// The contenders that show forms: ours with as many campaigns as an account may have, and a window that knows nothing.
var (
	oursForms  = contender{name: ours.name, file: ours.file, args: ours.args, names: 5000}
	floorForms = contender{name: floor.name, file: floor.file, args: []string{"-forms"}}
)

// campaigns are the first n of a large account.
func campaigns(n int) []store.Campaign {
	out := make([]store.Campaign, n)
	for i := range out {
		out[i].Name = fmt.Sprintf("Campaign %04d of the whole floor", i)
	}
	return out
}

// The figures of forms, as the table names them.
const (
	openedP50    = "window opened, from the press, p50, ms"
	openedP99    = "window opened, from the press, p99, ms"
	suggestedP50 = "suggestions among 5,000 names, acknowledgement p50, ms"
	suggestedP99 = "suggestions among 5,000 names, acknowledgement p99, ms"
)

// The presses of a turn are as many as Slack takes in a burst from us (bot/webapi); what is typed is not limited.
const (
	pressesOfATurn = 36
	typedOfATurn   = 300
)

// BenchmarkForms has people open a window and type into it, one after the other, with every contender in turn.
func BenchmarkForms(b *testing.B) {
	e := chosenEffort()
	figures, columns := new(table), []contender{floorForms, oursForms}
	for b.Loop() {
		for range e.rounds {
			for _, c := range columns {
				if err := measureForms(b.Context(), c, figures); err != nil {
					giveUp(b, err)
				}
			}
		}
	}
	figures.print(os.Stdout, fmt.Sprintf("%d windows and %d suggestions, medians of %d alternating runs%s; load average now %s",
		pressesOfATurn, typedOfATurn, e.rounds, e.remarks, loadAverage()), columns)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(figures.row(openedP50, "", "").of(oursForms)/figures.row(openedP50, "", "").of(floorForms), "opened-×floor")
	b.ReportMetric(figures.row(suggestedP50, "", "").of(oursForms)/figures.row(suggestedP50, "", "").of(floorForms), "suggested-×floor")
}

// measureForms is one turn of one contender.
func measureForms(ctx context.Context, c contender, t *table) error {
	s, err := open(ctx, c, shipped)
	if err != nil {
		return err
	}
	defer s.close()
	opened, typed, err := s.forms(ctx, pressesOfATurn, typedOfATurn)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", c.name, err, s.bot.said())
	}
	t.row(openedP50, "%.2f", "within 1.5× of the floor's").add(c, millis(median(opened)))
	t.row(openedP99, "%.2f", "").add(c, millis(percentile(opened, 99)))
	t.row(suggestedP50, "%.2f", "within 1.5× of the floor's").add(c, millis(median(typed)))
	t.row(suggestedP99, "%.2f", "").add(c, millis(percentile(typed, 99)))
	return nil
}

// forms opens windows, and types into the last one.
func (s *session) forms(ctx context.Context, presses, letters int) (opened, typed []time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var window *slacksim.View
	for range presses {
		if window != nil {
			if _, err := window.CloseAll(); err != nil {
				return nil, nil, err
			}
		}
		pressed := time.Now()
		s.workspace.Shortcut("U1", "aht_menu")
		if window, err = s.workspace.WaitModal(ctx, "U1", nil); err != nil {
			return nil, nil, err
		}
		opened = append(opened, time.Since(pressed))
	}
	if s.names > 0 { // the menu leads to the form, and who U1 is is asked while it opens
		if _, err := window.Press("aht_form"); err != nil {
			return nil, nil, err
		}
		isForm := func(v *slacksim.View) bool { return v.SubmitLabel() != "" }
		if window, err = s.workspace.WaitModal(ctx, "U1", isForm); err != nil {
			return nil, nil, err
		}
	}
	known := func(options []views.Option, err error) bool { return err != nil || len(options) > 0 }
	for !known(window.Type(ctx, "campaign", "campaign")) {
		time.Sleep(10 * time.Millisecond)
	}
	for i := range letters {
		began := time.Now()
		options, err := window.Type(ctx, "campaign", fmt.Sprintf("campaign %02d", i%100))
		if err != nil || len(options) == 0 {
			return nil, nil, errors.Join(errors.New("nothing was suggested"), err)
		}
		typed = append(typed, time.Since(began))
	}
	return opened, typed, nil
}

// TestFormsAreShown runs a little of the benchmark. It asserts nothing about time.
func TestFormsAreShown(t *testing.T) {
	for _, c := range []contender{floorForms, oursForms} {
		s, err := open(t.Context(), c, quick)
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		opened, typed, err := s.forms(t.Context(), 3, 5)
		if err != nil || len(opened) != 3 || len(typed) != 5 {
			t.Errorf("%s: %d opened, %d typed: %v\n%s", c.name, len(opened), len(typed), err, s.bot.said())
		}
		if v := s.workspace.Violations(); len(v) > 0 {
			t.Errorf("%s: Slack's rules were broken: %q", c.name, v)
		}
	}
}
