package alerts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// aims are targets of campaigns, in memory.
type aims map[string]time.Duration

func (a aims) Goal(t aht.Target) (aht.Goal, bool) {
	mean, ok := a[t.Name()]
	return aht.Goal{Target: t, Mean: mean, By: "U1"}, ok
}

func (a aims) All() (all []aht.Goal) { return nil }

func (a aims) SetGoal(_ context.Context, g aht.Goal) error {
	a[g.Target.Name()] = g.Mean
	return nil
}

func (a aims) DropGoal(_ context.Context, t aht.Target, _ string) error {
	delete(a, t.Name())
	return nil
}

func (a aims) ChangeGoal(ctx context.Context, now, next aht.Goal, by string) (bool, error) {
	if mean, ok := a[now.Target.Name()]; !ok || mean != now.Mean {
		return false, nil
	}
	if next.Target.IsZero() {
		return true, a.DropGoal(ctx, now.Target, by)
	}
	return true, a.SetGoal(ctx, next)
}

// says answers a line of U1 in C1.
func (b *alertBook) says(t *testing.T, h *commands.Handler, line string) reply.Reply {
	t.Helper()
	r, err := h.Answer(t.Context(), request.Question{User: "U1", At: b.now, Place: "C1", Channel: true, Text: line, Ref: "abc234"})
	if err != nil {
		t.Errorf("%s: %v", line, err)
	}
	return r
}

// presses presses the button of r with a label that begins so, as U1 in C1.
func (b *alertBook) presses(t *testing.T, h *commands.Handler, r reply.Reply, label string) reply.Reply {
	t.Helper()
	for _, button := range commands.Pressable(r).Buttons {
		if strings.HasPrefix(button.Label, label) {
			r, err := h.Answer(t.Context(), request.Question{User: "U1", At: b.now, Place: "C1", Channel: true, Action: button.Action, Value: button.Value, Ref: "abc234"})
			if err != nil {
				t.Errorf("%s: %v", label, err)
			}
			return r
		}
	}
	t.Fatalf("no button %q: %+v", label, r)
	return r
}

// steady is a History of four weeks with a mean of 4m, every five minutes of the hours around
// commandstest.Noon.
func steady(_ context.Context, t aht.Target, from, to time.Time) (readings []aht.Reading, _ error) {
	for day := commandstest.Noon.AddDate(0, 0, -28); !day.After(commandstest.Noon); day = day.AddDate(0, 0, 1) {
		for at := day.Add(-3 * time.Hour); !at.After(day.Add(3 * time.Hour)); at = at.Add(5 * time.Minute) {
			if at.Before(from) || !at.Before(to) {
				continue
			}
			readings = append(readings, aht.Reading{Target: t, Mean: 4*time.Minute + time.Duration(at.Unix()/300%7)*time.Second, At: at})
		}
	}
	return readings, nil
}

func TestALineOnTheTargetFollowsIt(t *testing.T) {
	b, goals := newAlertBook(), aims{"Sales": 270 * time.Second}
	h := b.watcher(request.Access{})
	h.Goals = goals
	r := b.says(t, h, "alert add campaign Sales 10% over target")
	commandstest.Has(t, r, "above target by 10% (now 4m 57s) for 15 min",
		"moves with the campaign's target", `Read as /aht alert add campaign "Sales" above target by 10%`)
	commandstest.Has(t, b.pressed(t, h, r, "Details"), "clear 10% inside: ends when it is at or under 4m 27s")
	commandstest.Has(t, b.announced[0], "above target by 10% (now 4m 57s) for 15 min")
	want := alert.Offset{Of: alert.BaseTarget, Percent: 10}
	if got := b.alerts[7].Watch.Rule; got.Line != want || got.High != 0 || got.Check() != nil {
		t.Errorf("kept %+v", got)
	}
	r = b.says(t, h, "target campaign Sales 5m")
	commandstest.Has(t, r, "Alert #7 follows it.")
	commandstest.Has(t, b.says(t, h, "alert show 7"), "above target by 10% (now 5m 30s)", "It waits for its first reading")
	if cell := b.says(t, h, "alert list").Table.Rows[0][2].Text; cell != "above target by 10% (now 5m 30s) for 15 min" {
		t.Errorf("listed as %q", cell)
	}
	r = b.says(t, h, "target campaign Sales clear")
	commandstest.Has(t, r, "Alert #7 followed it, and waits for a new one.")
	r = b.says(t, h, "alert show 7")
	commandstest.Has(t, r, "It waits for a target, and never fires without one.")
	if r.Buttons[0].Label != "Set a target" || r.Buttons[0].Action != reply.ActionForm || r.Buttons[0].Value != "target campaign Sales" {
		t.Errorf("nothing sets one: %+v", r.Buttons)
	}
	commandstest.Has(t, b.says(t, h, "alert list"), "waits: no target")
	commandstest.Has(t, b.says(t, h, "alert test 7"), "nothing was posted", "waits for a target")
	if len(b.posted) != 0 {
		t.Errorf("posted %+v", b.posted)
	}
	goals["Sales"] = 200 * time.Second
	commandstest.Has(t, b.says(t, h, "alert test 7"), "Posted a test of alert #7")
	card := alertpost.Card(b.posted[0], time.UTC)
	commandstest.Has(t, card, "🔴 Firing: Sales, 4m 02s", "Above target by 10% (now 3m 40s)")
}

func TestALineOnATargetThatIsNotSetIsRefusedWithAButtonThatSetsOne(t *testing.T) {
	b, goals := newAlertBook(), aims{}
	h := b.watcher(request.Access{})
	h.Goals, h.History = goals, steady
	for _, line := range []string{"alert add campaign Sales above target", "alert preview campaign Sales above target"} {
		r := b.says(t, h, line)
		if commandstest.Has(t, r, "Campaign Sales has no target for a line to follow", "nothing was done", "about what is usual there"); len(b.alerts) != 0 || r.Outcome != "usage" {
			t.Errorf("kept %v, %s", b.alerts, r.Outcome)
		}
	}
	r := b.says(t, h, "alert add campaign Sales above target")
	commandstest.Has(t, b.presses(t, h, r, "Set the target to 4m 00s"), "The target of campaign Sales is 4m 00s from now on")
	commandstest.Has(t, b.presses(t, h, r, "Then this: alert add"), "Alert #7", "above target (now 4m 00s)")
	commandstest.Has(t, b.says(t, h, "alert add campaign Sales below target by 4m"), "at no time at all")
	commandstest.Has(t, b.says(t, h, "alert edit 7 > target + 30s"), "above target by 30s (now 4m 30s)", "Read as /aht alert edit 7 above target by 30s")
	if b.alerts[7].Watch.Rule.Line != (alert.Offset{Of: alert.BaseTarget, By: 30 * time.Second}) {
		t.Errorf("kept %+v", b.alerts[7].Watch.Rule)
	}
	delete(goals, "Sales")
	if r := b.says(t, h, "alert edit 7 above target by 20%"); b.alerts[7].Watch.Rule.Line.Percent != 0 {
		t.Errorf("without a target it was edited: %s", r.Text)
	}
	commandstest.Has(t, b.says(t, h, "alert edit 7 for 30m"), "no target, so nothing is judged")
}

func TestALineOnTheUsualFollowsIt(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	commandstest.Has(t, b.says(t, h, "alert add campaign Sales 20% above usual"), "above usual by 20% for 15 min", "until then nothing is judged")
	commandstest.Has(t, b.says(t, h, "alert show 7"), "waits until it is known what is usual")
	h.History = steady
	commandstest.Has(t, b.says(t, h, "alert show 7"), "above usual by 20% (now 4m 52s)", "Usual at this hour: 3m 52s to 4m 14s", "moves with what is usual at each hour")
	r := b.says(t, h, "alert preview campaign Sales 20% above usual")
	commandstest.Has(t, r, "Would not have fired", "above usual by 20%", "In the first days what is usual was not known yet, so nothing was judged there.")
	if r.Chart == nil || len(r.Chart.Series) != 2 || !strings.HasPrefix(r.Chart.Series[1].Name, "above usual by 20%") && !strings.HasPrefix(r.Chart.Series[1].Name, "above 4m") {
		t.Errorf("drawn as %+v", r.Chart)
	}
	if commandstest.Has(t, r, "Your alert #7 is just that."); len(r.Buttons) != 0 {
		t.Errorf("to make it once more: %+v", r.Buttons)
	}
}

func TestAnAHTOverAnHourIsAskedBack(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	r := b.says(t, h, "alert add campaign Sales above 5h")
	if commandstest.Has(t, r, "5h 00m 00s", "Nothing was done yet"); len(b.alerts) != 0 {
		t.Fatalf("kept %v", b.alerts)
	}
	commandstest.Has(t, b.presses(t, h, r, "No: alert add"), "Alert #7", "above 5m 00s")
	commandstest.Has(t, b.presses(t, h, r, "Yes, 5h"), "Alert #8", "above 5h 00m 00s")
	commandstest.Has(t, b.says(t, h, "alert edit 7 above 2h"), "Nothing was done yet")
	commandstest.Has(t, b.says(t, h, "alert preview campaign Sales above 90m"), "Nothing was done yet")
	if got := b.alerts[7].Watch.Rule.High; got != 5*time.Minute {
		t.Errorf("#7 is above %v", got)
	}
	h.Names = commandstest.Names{"Sales"}
	r = b.says(t, h, "alert add campaign Salse above 5h")
	commandstest.Has(t, r, "never seen a campaign “Salse”", "5h 00m 00s, and no calls take that long")
	commandstest.Has(t, b.presses(t, h, r, "Sales"), "Nothing was done yet. Is it meant?")
	h.Names = nil
	for _, line := range []string{"alert add campaign Sales over 300", "alert add campaign Sales above 7200", "alert add campaign Sales 24h above 5m"} {
		for _, button := range commands.Pressable(b.says(t, h, line)).Buttons {
			if strings.Contains(button.Value, "h") && strings.Contains(button.Value, "above 5h") || strings.Contains(button.Value, "above 24h") || strings.Contains(button.Value, "above 2h") {
				t.Errorf("%q offers %q", line, button.Value)
			}
		}
	}
}

// What an add or an edit changed is changed back by one press.
func TestAddingAndEditingAnAlertAreUndone(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	h.Goals = aims{"Sales": 4 * time.Minute}
	r := b.says(t, h, "alert add campaign Sales > 5m")
	b.presses(t, h, r, "Undo")
	if b.alerts[7].Watch.Removed.IsZero() {
		t.Fatal("the alert stands")
	}
	b.says(t, h, "alert restore 7")
	was := b.alerts[7].Watch.Rule
	for _, line := range []string{
		"above 6m", "above target by 10%", "no calls", "below 2m clear 3m", "for 30m clear 4m remind off", "outside usual warmup off readings 4",
		"guard off active mon-sat 9-18", "above 6m for 5m clear for 5m",
	} {
		r := b.says(t, h, "alert edit 7 "+line)
		if b.alerts[7].Watch.Rule == was {
			t.Errorf("%s: nothing changed: %s", line, r.Text)
		}
		if b.presses(t, h, r, "Undo"); b.alerts[7].Watch.Rule != was {
			t.Errorf("%s: after Undo it is %+v, was %+v", line, b.alerts[7].Watch.Rule, was)
		}
	}
}
