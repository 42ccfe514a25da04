package alerts_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/grammar"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// The words a person is told to change an alert with do change it, to what it is.
func TestTheWordsThatChangeAnAlertAreOfTheLanguage(t *testing.T) {
	india, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	drafts := map[string]alertline.Draft{
		"above":    above(t, 5*time.Minute),
		"below":    {Target: commandstest.Campaign(t, "Sales"), Kind: alert.KindBelow, Low: 3*time.Minute + 7*time.Second},
		"outside":  {Target: commandstest.Campaign(t, "Sales"), Kind: alert.KindOutside, Low: 3 * time.Minute, High: 59*time.Minute + 30*time.Second},
		"no calls": {Target: commandstest.Campaign(t, "Sales"), Kind: alert.KindNoCalls},
	}
	odd := above(t, 5*time.Minute)
	odd.For, odd.ClearFor, odd.WarmUp, odd.Remind, odd.Guard = new(time.Duration(0)), new(90*time.Minute), new(time.Duration(0)), new(time.Duration(0)), new(false)
	odd.Active = &alert.Hours{Days: 0b1010111, From: 22 * time.Hour, To: 6*time.Hour + 30*time.Minute, Zone: india}
	drafts["odd"] = odd
	late := above(t, 5*time.Minute)
	late.Active = &alert.Hours{Days: 127, From: 9 * time.Hour, To: 24 * time.Hour, Zone: india}
	drafts["to midnight"] = late
	typed := regexp.MustCompile(`(?m)^• ([^\n]+?): `)
	for name, d := range drafts {
		b := newAlertBook()
		h := b.watcher(request.Access{})
		r := b.pressed(t, h, b.do(t, h, "U1", alertline.Add{Draft: d}, false), "Details")
		before := b.alerts[7]
		words := typed.FindAllStringSubmatch(strings.Join(r.Lines, "\n"), -1)
		if len(words) < 5 {
			t.Fatalf("%s: only %d settings in %s", name, len(words), r.Text)
		}
		for _, w := range words {
			q := request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Text: "alert edit 7 " + w[1]}
			if r, err := h.Answer(t.Context(), q); err != nil || b.alerts[7] != before && b.alerts[7].Watch.Rule.Active.IsZero() || !strings.Contains(r.Text, "nothing changed") {
				t.Errorf("%s: %q: %v, %s", name, q.Text, err, r.Text)
			}
		}
	}
}

// What a button carries is read back as what it stands for.
func TestTheLinesOfAlertButtonsReadBack(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	h.Names = commandstest.Names{"Collections North"}
	d := above(t, 5*time.Minute)
	d.Target, d.In = commandstest.Campaign(t, "Colections North"), grammar.Place{ID: "C9", Name: "floor"}
	r := b.do(t, h, "U1", alertline.Add{Draft: d}, false)
	for i, want := range []string{"Collections North", "Colections North"} {
		got, err := h.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Action: r.Buttons[i].Action, Value: r.Buttons[i].Value})
		if w := b.alerts[int64(7+i)].Watch; err != nil || w.Target.Name() != want || w.Channel != "C9" {
			t.Errorf("%s: made %+v, %v, %s", r.Buttons[i].Label, w, err, got.Text)
		}
	}
	r = b.do(t, h, "U1", standing.About("alert", "remove", 7), false)
	if got, err := h.Answer(t.Context(), request.Question{User: "U1", At: commandstest.Noon, Action: r.Buttons[0].Action, Value: r.Buttons[0].Value}); err != nil || !b.alerts[7].Watch.Removed.IsZero() {
		t.Errorf("undo: %v, %s", err, got.Text)
	}
	for _, button := range b.do(t, h, "U1", standing.About("alert", "show", 7), false).Buttons {
		if _, err := commands.Parse(button.Value); err != nil && button.Action != reply.ActionForm {
			t.Errorf("%s: %q: %v", button.Label, button.Value, err)
		}
	}
	for _, cmd := range []request.Command{standing.List{Noun: "alert"}, standing.About("alert", "pause", 8), standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{8}, For: time.Hour}, standing.About("alert", "show", 99), standing.About("alert", "restore", 99)} {
		for _, try := range b.do(t, h, "U1", cmd, false).Try {
			if _, err := commands.Parse(strings.TrimPrefix(try, request.CommandWord)); err != nil {
				t.Errorf("%T: %q: %v", cmd, try, err)
			}
		}
	}
}
