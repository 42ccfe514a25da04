package alerts_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/alerts/alertpost"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

func TestEveryReasonIsShownInWords(t *testing.T) {
	b, h := firing(t, request.Access{})
	quiet := []alert.Reason{alert.UnderLine, alert.OverLine, alert.PendingSince, alert.FewReadings, alert.WarmingUp, alert.FewCalls, alert.WithinUsual, alert.Gap, alert.OutsideHours, alert.Cleared}
	seen := map[string]alert.Reason{}
	for _, why := range slices.Concat(quiet, []alert.Reason{alert.Fired, alert.BetweenLines, alert.StillRecovering}) {
		s := b.alerts[7]
		s.State.Why, s.State.Phase = why, alert.PhaseOK
		b.alerts[7] = s
		r := b.press(t, h, "U2", reply.ActionDetails, "7/3")
		if first, again := seen[r.Lines[1]]; again {
			t.Errorf("%q reads as %q: %s", why, first, r.Lines[1])
		}
		seen[r.Lines[1]] = why
	}
}

func TestTheListHasWhatFiresFirst(t *testing.T) {
	b, h := firing(t, request.Access{})
	commandstest.Has(t, b.do(t, h, "U1", standing.List{Noun: "alert"}, false), "1 alert told here, 1 firing")
	d := above(t, 4*time.Minute)
	b.do(t, h, "U1", alertline.Add{Draft: d}, false)
	d.In.ID = "C9"
	b.do(t, h, "U1", alertline.Add{Draft: d}, false)
	s := b.alerts[7]
	b.alerts[7], s.Watch.ID, s.Watch.Channel = b.alerts[8], 7, "C1"
	b.fires(8, 1)
	r := b.do(t, h, "U1", standing.List{Noun: "alert"}, false)
	if len(r.Table.Rows) != 2 || r.Table.Rows[0][0].Text != "#8" {
		t.Errorf("here: %+v", r.Table.Rows)
	}
	if r := b.do(t, h, "U1", standing.List{Noun: "alert", All: true}, false); len(r.Table.Rows) != 3 || r.Table.Rows[2][4].Text != "another channel" {
		t.Errorf("all: %+v", r.Table.Rows)
	}
	commandstest.Has(t, b.do(t, newAlertBook().watcher(request.Access{}), "U1", standing.List{Noun: "alert"}, false), "No alert is told here", "/aht alert add")
}

func TestAPreviewSaysWhenAnAlertWouldHaveFired(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	var means []time.Duration
	for i := range 96 { // eight hours; high from the third to the fifth
		mean := 200 * time.Second
		if i >= 36 && i < 60 {
			mean = 330 * time.Second
		}
		means = append(means, mean+time.Duration(i%7)*time.Second)
	}
	h.History = past(means...)
	r := b.do(t, h, "U1", alertline.Preview{Draft: above(t, 5*time.Minute)}, false)
	commandstest.Has(t, r, "Would have fired once in 7 h 55 min", "96 readings", "Sun 22 Nov 03:55", "to 05:55", "5m 36s at worst", "can't know", "usual was not known yet")
	if len(b.alerts) != 0 || r.Chart == nil || len(r.Chart.Series) != 2 || r.Chart.Series[1].Values[0] != 300 {
		t.Errorf("kept %d, chart %+v", len(b.alerts), r.Chart)
	}
	commandstest.Has(t, b.do(t, h, "U1", alertline.Preview{Draft: above(t, 6*time.Minute)}, false), "Would not have fired in 7 h 55 min")
	h.History = past()
	commandstest.Has(t, b.do(t, h, "U1", alertline.Preview{Draft: above(t, 5*time.Minute)}, false), "nothing to try this on", "/aht campaign Sales")
}

func TestAPreviewOfAMonthIsQuick(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(request.Access{})
	means := make([]time.Duration, 28*24*12)
	for i := range means {
		means[i] = time.Duration(300+i%60) * time.Second
	}
	h.History = past(means...)
	r := b.do(t, h, "U1", alertline.Preview{Draft: above(t, 5*time.Minute)}, false)
	if commandstest.Has(t, r, "in 28 days"); strings.Count(r.Text, "•") > 11 {
		t.Errorf("%d lines", strings.Count(r.Text, "•"))
	}
}

func TestTheMessageSaysHowItStandsInItsFirstLine(t *testing.T) {
	rule, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	w := alert.Watch{ID: 7, Target: commandstest.Campaign(t, "Sales"), Rule: rule, Channel: "C1"}
	at := func(minutes int) time.Time { return commandstest.Noon.Add(time.Duration(minutes) * time.Minute) }
	s := alert.State{Phase: alert.PhaseFiring, Episode: 3, Mean: 322 * time.Second, Peak: 340 * time.Second, CrossedAt: at(-30), FiredAt: at(-15), Last: commandstest.Noon}
	for title, c := range map[string]struct {
		change  func(*alert.State)
		buttons int
	}{
		"🔴 Firing: Sales, 5m 22s":                   {func(*alert.State) {}, 6},
		"🟠 Acknowledged: Sales, 5m 22s":             {func(s *alert.State) { s.AckedBy, s.AckedAt = "U2", commandstest.Noon }, 5},
		"🟡 Recovering: Sales, 5m 22s":               {func(s *alert.State) { s.Phase, s.Since = alert.PhaseRecovering, commandstest.Noon }, 6},
		"⚪ No new readings: Sales, 5m 22s at 08:35": {func(s *alert.State) { s.Phase, s.BeforeStale = alert.PhaseStale, alert.PhaseFiring }, 6},
		"✅ Back in range: Sales, 4m 12s": {func(s *alert.State) {
			s.Phase, s.Ended, s.EndedAt, s.Mean = alert.PhaseOK, alert.Cleared, commandstest.Noon, 252*time.Second
		}, 1},
		"⚪ Ended, no calls: Sales": {func(s *alert.State) {
			s.Phase, s.Ended, s.EndedAt, s.Mean = alert.PhaseNoCalls, alert.NoCalls, commandstest.Noon, 0
		}, 1},
		"⚪ Stopped: Sales, 5m 22s": {func(s *alert.State) { s.Phase, s.Ended, s.EndedAt = alert.PhaseOK, alert.Stopped, commandstest.Noon }, 1},
	} {
		c2 := s
		c.change(&c2)
		r := alertpost.Card(alert.Card{Standing: alert.Standing{Watch: w, State: c2}, Goal: aht.Goal{Mean: 4 * time.Minute}}, time.UTC)
		if r.Title != title || len(r.Buttons) != c.buttons || !r.Public || !strings.HasPrefix(r.Text, title) {
			t.Errorf("%q with %d buttons, want %q with %d", r.Title, len(r.Buttons), title, c.buttons)
		}
		for _, b := range r.Buttons {
			if !strings.HasPrefix(b.Value, "7/3") {
				t.Errorf("%s carries %q", b.Label, b.Value)
			}
		}
		commandstest.Has(t, r, "above 5m 00s for 15 min", "/aht alert edit 7")
	}
}
