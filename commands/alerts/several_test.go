package alerts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// threeAlerts are #7 and #8 of U1 and #9 of U2, told in C1, and #10 of U1 in C2.
func threeAlerts(t *testing.T) *alertBook {
	t.Helper()
	b := newAlertBook()
	for id := int64(7); id <= 10; id++ {
		rule, err := alert.NewRule(alert.KindAbove, 0, time.Duration(id)*time.Minute, 5*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		w := alert.Watch{ID: id, Version: 1, Target: commandstest.Campaign(t, "Sales"), Rule: rule, Channel: "C1", By: "U1", Made: commandstest.Noon}
		switch id {
		case 9:
			w.By = "U2"
		case 10:
			w.Channel = "C2"
		}
		b.alerts[id] = alert.Standing{Watch: w}
	}
	return b
}

func TestSeveralAlertsAreChangedAfterOneConfirmation(t *testing.T) {
	b := threeAlerts(t)
	h := b.watcher(request.Access{Admins: []string{"U9"}})
	r := b.says(t, h, "alert remove 7-9, 42")
	commandstest.Has(t, r, "Nothing is changed yet", "#7 Sales, above 7m 00s for 15 min", "#8 Sales", "Left as they are, since somebody else made them: #9", "Not there: #42")
	if r.Title != "Remove 2 alerts?" || !b.alerts[7].Watch.Removed.IsZero() {
		t.Errorf("%q, %+v", r.Title, b.alerts[7])
	}
	r = b.presses(t, h, r, "Remove 2 alerts")
	commandstest.Has(t, r, "#7 Sales", "#8 Sales", "somebody else made them: #9", "Not there: #42")
	if r.Title != "2 alerts removed" || b.alerts[7].Watch.Removed.IsZero() || b.alerts[8].Watch.Removed.IsZero() || !b.alerts[9].Watch.Removed.IsZero() {
		t.Errorf("%q, %+v", r.Title, b.alerts)
	}
	commandstest.Has(t, b.says(t, h, "alert remove 7, 8"), "None of these", "Removed already: #7, #8")
	r = b.presses(t, h, r, "Undo")
	if r.Title != "2 alerts restored" || !b.alerts[7].Watch.Removed.IsZero() || !b.alerts[8].Watch.Removed.IsZero() {
		t.Errorf("after Undo: %q, %+v", r.Title, b.alerts)
	}
}

func TestAllAreThoseOfTheChannelAndInADirectMessageOnesOwn(t *testing.T) {
	b := threeAlerts(t)
	h := b.watcher(request.Access{Admins: []string{"U9"}})
	r := b.says(t, h, "alert pause all")
	commandstest.Has(t, r, "“All” are the alerts of this channel", "#7", "#8", "somebody else made them: #9")
	if strings.Contains(r.Text, "#10") {
		t.Errorf("of another channel: %s", r.Text)
	}
	r = b.presses(t, h, r, "Pause 2 alerts")
	if !b.alerts[7].State.Paused || !b.alerts[8].State.Paused || b.alerts[9].State.Paused || b.alerts[10].State.Paused {
		t.Errorf("paused: %+v", b.alerts)
	}
	commandstest.Has(t, b.says(t, h, "alert pause all"), "None of these", "Like that already: #7, #8")
	b.presses(t, h, r, "Undo")
	if b.alerts[7].State.Paused || b.alerts[8].State.Paused {
		t.Errorf("after Undo: %+v", b.alerts)
	}
	q := request.Question{User: "U1", At: commandstest.Noon, Place: "D1", Text: "alert mute all 1h"}
	r, err := h.Answer(t.Context(), q)
	if commandstest.Has(t, r, "“all” are the alerts you made yourself", "#7", "#8", "#10"); err != nil || r.Title != "Mute 3 alerts for 1 h?" || strings.Contains(r.Text, "#9") {
		t.Errorf("%q, %v, %s", r.Title, err, r.Text)
	}
	q.Action, q.Value = r.Buttons[0].Action, r.Buttons[0].Value
	if r, err = h.Answer(t.Context(), q); err != nil || !b.alerts[10].State.MutedUntil.Equal(commandstest.Noon.Add(time.Hour)) || b.alerts[9].State.Muted(commandstest.Noon) {
		t.Errorf("%v, %s, %+v", err, r.Text, b.alerts)
	}
	q.Action, q.Value = r.Buttons[0].Action, r.Buttons[0].Value
	if r, err = h.Answer(t.Context(), q); err != nil || b.alerts[10].State.Muted(commandstest.Noon) {
		t.Errorf("after Undo: %v, %s", err, r.Text)
	}
	empty := newAlertBook()
	commandstest.Has(t, empty.says(t, empty.watcher(request.Access{}), "alert pause all"), "There is no alert here")
}

func TestAnyoneMutesSeveralInTheirChannel(t *testing.T) {
	b := threeAlerts(t)
	h := b.watcher(request.Access{Admins: []string{"U9"}})
	r := b.presses(t, h, b.says(t, h, "alert mute 7, 9 and 10 until tomorrow"), "Mute 3 alerts")
	if r.Title != "3 alerts muted until tomorrow" || !b.alerts[9].State.Muted(commandstest.Noon) {
		t.Errorf("%q, %+v", r.Title, b.alerts[9])
	}
	r = b.presses(t, h, b.says(t, h, "alert unmute all"), "Unmute 2 alerts")
	if r.Title != "2 alerts unmuted" || b.alerts[9].State.Muted(commandstest.Noon) {
		t.Errorf("%q, %+v", r.Title, b.alerts[9])
	}
}

func TestAStoreThatGoesAwayInTheMiddleIsSaid(t *testing.T) {
	b := threeAlerts(t)
	h := b.watcher(request.Access{})
	b.meanwhile = func() { b.err = errAlertsAway }
	r, err := h.Do(t.Context(), standing.Command{Noun: "alert", Verb: "pause", IDs: []int64{7, 8, 9}},
		request.Question{User: "U1", At: commandstest.Noon, Place: "C1", Action: reply.ActionSure})
	if commandstest.Has(t, r, "#7", "Not known, since the store does not answer: #8", "Not tried for that reason: #9"); err == nil {
		t.Error("the operator hears nothing of it")
	}
}

func TestManyAreNamedByTheirNumbers(t *testing.T) {
	b := newAlertBook()
	for id := int64(1); id <= 60; id++ {
		b.alerts[id] = alert.Standing{Watch: alert.Watch{ID: id, Version: 1, Target: commandstest.Campaign(t, fmt.Sprintf("Campaign %d", id)), Rule: alert.Rule{Kind: alert.KindNoCalls}, Channel: "C1", By: "U1"}}
	}
	h := b.watcher(request.Access{})
	r := b.says(t, h, "alert remove all")
	commandstest.Has(t, r, "#1-60")
	if r = b.presses(t, h, r, "Remove 60 alerts"); r.Title != "60 alerts removed" {
		t.Errorf("%q: %s", r.Title, r.Text)
	}
}
