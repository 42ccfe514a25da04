package alerts_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

func TestEditedLinesBringTheirClearLines(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	edit := func(d alertline.Draft) (reply.Reply, alert.Rule) {
		t.Helper()
		r := b.do(t, h, "U1", alertline.Edit{ID: 7, Draft: d}, false)
		return r, b.alerts[7].Watch.Rule
	}
	r, rule := edit(alertline.Draft{Kind: alert.KindAbove, High: 6 * time.Minute})
	if rule.High != 6*time.Minute || rule.ClearHigh != 324*time.Second {
		t.Errorf("default clear line: %+v", rule)
	}
	commandstest.Has(t, r, "next reading", "clear 5m24s")
	edit(alertline.Draft{Clear: new(5 * time.Minute)})
	if _, rule = edit(alertline.Draft{Kind: alert.KindAbove, High: 7 * time.Minute}); rule.ClearHigh != 5*time.Minute {
		t.Errorf("a clear line that was chosen became %v", rule.ClearHigh)
	}
	if r, rule = edit(alertline.Draft{Kind: alert.KindAbove, High: 4 * time.Minute}); rule.High != 7*time.Minute {
		t.Errorf("the chosen clear line is past the new line, and yet: %+v", rule)
	}
	commandstest.Has(t, r, "good side", "/aht alert edit 7 above 4m clear 3m36s")
	if _, rule = edit(alertline.Draft{Kind: alert.KindNoCalls}); rule.Kind != alert.KindNoCalls || rule.Guard || rule.High != 0 || rule.ClearHigh != 0 {
		t.Errorf("no calls: %+v", rule)
	}
	if _, rule = edit(alertline.Draft{Kind: alert.KindBelow, Low: time.Minute}); !rule.Guard || rule.ClearLow != 66*time.Second {
		t.Errorf("below: %+v", rule)
	}
	b.fires(7, 1)
	if r, _ = edit(alertline.Draft{Readings: new(4)}); !strings.Contains(r.Text, "It is firing") {
		t.Errorf("edited while it fires: %s", r.Text)
	}
	if r, _ = edit(alertline.Draft{Readings: new(4)}); !strings.Contains(r.Text, "nothing changed") {
		t.Errorf("edited to what it is: %s", r.Text)
	}
	if r, _ = edit(alertline.Draft{Target: commandstest.Campaign(t, "Other")}); b.alerts[7].Watch.Target.Name() != "Sales" {
		t.Errorf("watches another campaign: %s", r.Text)
	}
}

func TestARuleEditedWhileItFiresIsToldInTheThreadAndClaimsNothingOfItsNewLine(t *testing.T) {
	b, h := firing(t, request.Access{})
	edit := func(d alertline.Draft) alert.State {
		t.Helper()
		b.do(t, h, "U1", alertline.Edit{ID: 7, Draft: d}, false)
		return b.alerts[7].State
	}
	if s := edit(alertline.Draft{Remind: new(time.Hour)}); !s.LineMovedAt.IsZero() || len(b.turns) != 1 || b.turns[0].Person != "U1" || b.turns[0].Action != alert.Edited {
		t.Errorf("other reminders: changed line %v, told %+v", s.LineMovedAt, b.turns)
	}
	if s := edit(alertline.Draft{Kind: alert.KindAbove, High: 10 * time.Minute}); !s.LineMovedAt.Equal(commandstest.Noon) || len(b.turns) != 2 {
		t.Errorf("another line: changed %v, told %+v", s.LineMovedAt, b.turns)
	}
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "show", 7), false), "firing: past its line (changed at 08:35) since 08:05")
	if edit(alertline.Draft{Direct: true}); len(b.turns) != 2 {
		t.Errorf("another place: told %+v", b.turns[2:])
	}
	commandstest.Has(t, alertpost.Turn(b.turns[1], time.UTC), "The rule is now: above 10m 00s for 15 min, clears at or under 9m 00s.")
}

func TestAChangeThatCrossesAnotherIsNotMade(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	b.meanwhile = func() {
		s := b.alerts[7]
		s.Watch.Version++
		b.alerts[7] = s
	}
	r := b.do(t, h, "U1", alertline.Edit{ID: 7, Draft: alertline.Draft{Readings: new(5)}}, false)
	if b.alerts[7].Watch.Rule.Readings != 3 || r.Outcome != "changed" {
		t.Errorf("%d readings, %s", b.alerts[7].Watch.Rule.Readings, r.Text)
	}
}

func TestOnlyTheMakerAndAdminsChangeAnAlert(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{Admins: []string{"U9"}})
	b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	before := b.alerts[7]
	for _, cmd := range []request.Command{
		alertline.Edit{ID: 7, Draft: alertline.Draft{Readings: new(5)}},
		standing.About("alert", "pause", 7),
		standing.About("alert", "resume", 7),
		standing.About("alert", "test", 7),
		standing.About("alert", "remove", 7),
	} {
		if r := b.do(t, h, "U2", cmd, false); r.Outcome != "denied" || b.alerts[7] != before || len(b.posted) != 0 {
			t.Errorf("%T by somebody else: %s", cmd, r.Text)
		}
	}
	b.do(t, h, "U9", standing.About("alert", "remove", 7), false)
	if r := b.do(t, h, "U2", standing.About("alert", "restore", 7), false); r.Outcome != "denied" {
		t.Errorf("restored by somebody else: %s", r.Text)
	}
	b.do(t, h, "U1", standing.About("alert", "restore", 7), false)
	for _, cmd := range []request.Command{standing.About("alert", "show", 7), standing.List{Noun: "alert"}, standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, For: time.Hour}} {
		if r := b.do(t, h, "U2", cmd, false); r.Outcome != "alert" {
			t.Errorf("%T is kept from somebody: %s", cmd, r.Text)
		}
	}
	elsewhere := request.Question{User: "U2", At: b.now, Place: "C2", Channel: true}
	r, err := h.Do(t.Context(), standing.About("alert", "unmute", 7), elsewhere)
	if commandstest.Has(t, r, "Somebody else made alert #7", "In the channel it is told in, anybody"); err != nil || !b.alerts[7].State.Muted(b.now) {
		t.Errorf("unmuted from another channel: %v, %s", err, r.Text)
	}
	d := above(t, 6*time.Minute)
	d.Direct = true
	b.do(t, h, "U1", alertline.Add{Draft: d}, false)
	if r := b.do(t, h, "U2", standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{8}, For: time.Hour}, false); r.Outcome != "denied" {
		t.Errorf("somebody mutes what another person alone is told: %s", r.Text)
	}
}
