package commands_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// firing is a book with one alert that fires, in its episode 3.
func firing(t *testing.T, access commands.Access) (*alertBook, *commands.Handler) {
	t.Helper()
	b := newAlertBook()
	h := b.watcher(access)
	b.do(t, h, "U1", commands.AddAlert{Draft: above(t, 5*time.Minute)}, false)
	b.fires(7, 3)
	return b, h
}

func TestTheFirstToAcknowledgeHasIt(t *testing.T) {
	b, h := firing(t, commands.Access{Admins: []string{"U9"}})
	r := b.press(t, h, "U2", commands.ActionAck, "7/3")
	if has(t, r, "your name"); b.alerts[7].State.AckedBy != "U2" || len(b.turns) != 1 || b.turns[0].Person != "U2" || b.turns[0].Did != alert.Acked {
		t.Errorf("acknowledged by %q, told %+v", b.alerts[7].State.AckedBy, b.turns)
	}
	has(t, b.press(t, h, "U2", commands.ActionAck, "7/3"), "You have taken this on")
	r = b.press(t, h, "U3", commands.ActionAck, "7/3")
	if len(b.turns) != 1 || len(r.Credits) != 1 || r.Credits[0].ID != "U2" || r.Credits[0].Role != commands.RoleAcknowledged {
		t.Errorf("pressed after somebody: %+v, %d told", r, len(b.turns))
	}
	if n := len(b.changes[7]); n != 2 {
		t.Errorf("%d changes are noted, want made and acknowledged", n)
	}
}

func TestAPressOnAnAlertThatIsOverChangesNothing(t *testing.T) {
	b, h := firing(t, commands.Access{})
	before := b.alerts[7]
	for _, action := range []commands.Action{commands.ActionAck, commands.ActionMute} {
		value := "7/2"
		if action == commands.ActionMute {
			value += "/1h"
		}
		if has(t, b.press(t, h, "U2", action, value), "is over", "newer message"); b.alerts[7] != before {
			t.Errorf("%s changed %+v", action, b.alerts[7].State)
		}
		if has(t, b.press(t, h, "U2", action, strings.Replace(value, "/2", "/0", 1)), "only a test"); b.alerts[7] != before {
			t.Errorf("%s on a test changed %+v", action, b.alerts[7].State)
		}
	}
	s := b.alerts[7]
	s.State.Phase, s.State.Ended, s.State.EndedAt = alert.PhaseOK, alert.Cleared, noon
	b.alerts[7] = s
	has(t, b.press(t, h, "U2", commands.ActionAck, "7/3"), "ended at 08:35")
	if len(b.turns) != 0 {
		t.Errorf("told %+v", b.turns)
	}
}

func TestAnAlertThatEndsDuringThePressIsNotTakenOn(t *testing.T) {
	b, h := firing(t, commands.Access{})
	b.meanwhile = func() {
		s := b.alerts[7]
		s.State.Phase, s.State.Ended, s.State.EndedAt = alert.PhaseOK, alert.Cleared, noon
		b.alerts[7] = s
	}
	if has(t, b.press(t, h, "U2", commands.ActionAck, "7/3"), "ended at"); b.alerts[7].State.AckedBy != "" || len(b.turns) != 0 {
		t.Errorf("acknowledged by %q", b.alerts[7].State.AckedBy)
	}
}

func TestMuteButtonsMuteForWhatTheySay(t *testing.T) {
	for value, until := range map[string]time.Time{
		"30m": noon.Add(30 * time.Minute), "2h": noon.Add(2 * time.Hour), "tomorrow": time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
	} {
		b, h := firing(t, commands.Access{Admins: []string{"U9"}})
		r := b.press(t, h, "U2", commands.ActionMute, "7/3/"+value)
		if got := b.alerts[7].State.MutedUntil; !got.Equal(until) || len(b.turns) != 1 || b.turns[0].Did != alert.Muted || b.turns[0].Person != "U2" {
			t.Errorf("%s: muted until %v, told %+v", value, got, b.turns)
		}
		has(t, r, "is muted until", "/aht alert unmute 7")
		if b.press(t, h, "U3", commands.ActionMute, "7/3/off"); b.alerts[7].State.Muted(noon) || b.turns[1].Did != alert.Unmuted {
			t.Errorf("off: muted until %v, told %+v", b.alerts[7].State.MutedUntil, b.turns[1:])
		}
		if has(t, b.press(t, h, "U3", commands.ActionMute, "7/3/off"), "not muted any more"); len(b.turns) != 2 {
			t.Errorf("off twice told %+v", b.turns)
		}
	}
}

func TestUntilTomorrowIsWhenWorkBegins(t *testing.T) {
	const h = time.Hour
	hours := func(days uint8, from, to time.Duration) *alert.Hours {
		return &alert.Hours{Days: days, From: from, To: to, Zone: time.UTC}
	}
	for name, c := range map[string]struct {
		active *alert.Hours
		at     time.Time
		want   time.Time
	}{ // 2026-11-22 is a Sunday
		"weekdays from nine":       {hours(0b0111110, 9*h, 18*h), noon, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		"over the week end":        {hours(0b0111110, 9*h, 18*h), noon.AddDate(0, 0, 5), time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)},
		"a night shift, before 12": {hours(127, 22*h, 6*h), time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)},
		"around the clock":         {hours(127, 0, 24*h), noon, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)},
	} {
		b := newAlertBook()
		b.now = c.at
		d := above(t, 5*time.Minute)
		d.Active = c.active
		handler := b.watcher(commands.Access{})
		b.do(t, handler, "U1", commands.AddAlert{Draft: d}, false)
		b.do(t, handler, "U1", commands.MuteAlert{ID: 7, Tomorrow: true}, false)
		if got := b.alerts[7].State.MutedUntil; !got.Equal(c.want) {
			t.Errorf("%s: muted until %v, want %v", name, got, c.want)
		}
	}
}

func TestForgedAndOldValuesOfButtonsAreRefused(t *testing.T) {
	b, h := firing(t, commands.Access{})
	before := b.alerts[7]
	for _, value := range []string{"", "7", "7/", "/3", "x/3", "7/x", "-7/3", "7/-1", "7/3/", "7/3/0s", "7/3/-1h", "7/3/1h/2", "99999999999999999999/1"} {
		for _, action := range []commands.Action{commands.ActionAck, commands.ActionMute} {
			r, err := h.Answer(t.Context(), commands.Question{User: "U2", At: noon, Action: action, Value: value, Open: true})
			if err == nil && value != "7/3/" || b.alerts[7] != before {
				t.Errorf("%s %q: %s", action, value, r.Text)
			}
		}
	}
	if r, err := h.Answer(t.Context(), commands.Question{User: "U2", At: noon, Action: commands.ActionMute, Value: "7/3", Open: true}); err == nil {
		t.Errorf("mute for no time: %s", r.Text)
	}
}

func TestPausingEndsWhatFires(t *testing.T) {
	b, h := firing(t, commands.Access{})
	b.do(t, h, "U1", commands.PauseAlert{ID: 7}, false)
	s := b.alerts[7].State
	if !s.Paused || s.Ended != alert.Stopped || s.Untold != "" || len(b.turns) != 1 || b.turns[0].Why != alert.Stopped || b.turns[0].Person != "U1" {
		t.Errorf("state %+v, told %+v", s, b.turns)
	}
	has(t, b.do(t, h, "U1", commands.PauseAlert{ID: 7}, false), "paused already")
	b.do(t, h, "U1", commands.ResumeAlert{ID: 7}, false)
	if b.alerts[7].State.Paused {
		t.Error("it is still paused")
	}
	has(t, b.do(t, h, "U1", commands.ResumeAlert{ID: 7}, false), "not paused")
}

func TestPausingWhileMutedIsToldLater(t *testing.T) {
	b, h := firing(t, commands.Access{})
	b.do(t, h, "U1", commands.MuteAlert{ID: 7, For: time.Hour}, false)
	b.do(t, h, "U1", commands.PauseAlert{ID: 7}, false)
	if s := b.alerts[7].State; len(b.turns) != 1 || b.turns[0].Did != alert.Muted || s.Untold != alert.Stopped {
		t.Errorf("told %+v, left to tell %q", b.turns, s.Untold)
	}
}

func TestARemovedAlertComesBackForTenMinutes(t *testing.T) {
	b, h := firing(t, commands.Access{})
	r := b.do(t, h, "U1", commands.RemoveAlert{ID: 7}, false)
	if s := b.alerts[7]; s.State.Open() || s.State.Paused || !s.Watch.Removed.Equal(noon) || len(b.turns) != 1 || b.turns[0].Why != alert.Stopped {
		t.Errorf("removed: %+v, told %+v", s, b.turns)
	}
	if len(r.Buttons) != 1 || r.Buttons[0].Action != commands.ActionLine || r.Buttons[0].Value != "alert restore 7" {
		t.Errorf("undo is %+v", r.Buttons)
	}
	has(t, b.do(t, h, "U1", commands.ShowAlert{ID: 7}, false), "was removed at 08:35", "/aht alert restore 7")
	b.now = noon.Add(9 * time.Minute)
	b.do(t, h, "U1", commands.RestoreAlert{ID: 7}, false)
	if w := b.alerts[7].Watch; !w.Removed.IsZero() {
		t.Errorf("restored: %+v", w)
	}
	has(t, b.do(t, h, "U1", commands.RestoreAlert{ID: 7}, false), "nothing to bring back")
	b.do(t, h, "U1", commands.RemoveAlert{ID: 7}, false)
	b.now = b.now.Add(10 * time.Minute)
	if r := b.do(t, h, "U1", commands.RestoreAlert{ID: 7}, false); b.alerts[7].Watch.Removed.IsZero() {
		t.Errorf("restored after ten minutes: %s", r.Text)
	}
	has(t, b.do(t, h, "U1", commands.ShowAlert{ID: 7}, false), "There is no alert #7")
}

func TestATestLooksLikeAnAlertAndChangesNothing(t *testing.T) {
	b, h := firing(t, commands.Access{})
	h.History = past(4*time.Minute, 0, 250*time.Second)
	before := b.alerts[7]
	has(t, b.do(t, h, "U1", commands.TestAlert{ID: 7}, false), "Posted a test", "this channel")
	if len(b.posted) != 1 || b.alerts[7] != before {
		t.Fatalf("posted %d, state %+v", len(b.posted), b.alerts[7].State)
	}
	c := b.posted[0]
	if !c.Test || c.State.Mean <= c.Watch.Rule.High || len(c.Course) != 3 || c.State.Episode != 0 {
		t.Errorf("posted %+v", c)
	}
	b.postErr = &commands.PlaceError{Code: "not_in_channel", Channel: "C1"}
	has(t, b.do(t, h, "U1", commands.TestAlert{ID: 7}, false), "/invite @ahtbot")
	b.postErr = errAway
	has(t, b.do(t, h, "U1", commands.TestAlert{ID: 7}, false), "did not say whether")
}

func TestEveryReasonIsShownInWords(t *testing.T) {
	b, h := firing(t, commands.Access{})
	quiet := []alert.Reason{alert.UnderLine, alert.OverLine, alert.PendingSince, alert.FewReadings, alert.WarmingUp, alert.FewCalls, alert.WithinUsual, alert.Gap, alert.Rests, alert.Cleared}
	seen := map[string]alert.Reason{}
	for _, why := range slices.Concat(quiet, []alert.Reason{alert.Fired, alert.BetweenLines, alert.StillRecovering}) {
		s := b.alerts[7]
		s.State.Why, s.State.Phase = why, alert.PhaseOK
		b.alerts[7] = s
		r := b.press(t, h, "U2", commands.ActionDetails, "7/3")
		if first, again := seen[r.Lines[1]]; again {
			t.Errorf("%q reads as %q: %s", why, first, r.Lines[1])
		}
		seen[r.Lines[1]] = why
	}
}

func TestTheListHasWhatFiresFirst(t *testing.T) {
	b, h := firing(t, commands.Access{})
	has(t, b.do(t, h, "U1", commands.ListAlerts{}, false), "1 alert told here, 1 firing")
	d := above(t, 4*time.Minute)
	b.do(t, h, "U1", commands.AddAlert{Draft: d}, false)
	d.In.ID = "C9"
	b.do(t, h, "U1", commands.AddAlert{Draft: d}, false)
	s := b.alerts[7]
	b.alerts[7], s.Watch.ID, s.Watch.Channel = b.alerts[8], 7, "C1"
	b.fires(8, 1)
	r := b.do(t, h, "U1", commands.ListAlerts{}, false)
	if len(r.Table.Rows) != 2 || r.Table.Rows[0][0].Text != "#8" {
		t.Errorf("here: %+v", r.Table.Rows)
	}
	if r := b.do(t, h, "U1", commands.ListAlerts{All: true}, false); len(r.Table.Rows) != 3 || r.Table.Rows[2][4].Text != "another channel" {
		t.Errorf("all: %+v", r.Table.Rows)
	}
	has(t, b.do(t, newAlertBook().watcher(commands.Access{}), "U1", commands.ListAlerts{}, false), "No alert is told here", "/aht alert add")
}

func TestAPreviewSaysWhenAnAlertWouldHaveFired(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(commands.Access{})
	var means []time.Duration
	for i := range 96 { // eight hours; high from the third to the fifth
		mean := 200 * time.Second
		if i >= 36 && i < 60 {
			mean = 330 * time.Second
		}
		means = append(means, mean+time.Duration(i%7)*time.Second)
	}
	h.History = past(means...)
	r := b.do(t, h, "U1", commands.PreviewAlert{Draft: above(t, 5*time.Minute)}, false)
	has(t, r, "Would have fired once in 1 day", "96 readings", "Sun 22 Nov 03:55", "to 05:55", "5m 36s at worst", "can't know", "usual was not known yet")
	if len(b.alerts) != 0 || r.Chart == nil || len(r.Chart.Series) != 2 || r.Chart.Series[1].Values[0] != 300 {
		t.Errorf("kept %d, chart %+v", len(b.alerts), r.Chart)
	}
	has(t, b.do(t, h, "U1", commands.PreviewAlert{Draft: above(t, 6*time.Minute)}, false), "Would not have fired in 1 day")
	h.History = past()
	has(t, b.do(t, h, "U1", commands.PreviewAlert{Draft: above(t, 5*time.Minute)}, false), "nothing to try this on", "/aht campaign Sales")
}

func TestAPreviewOfAMonthIsQuick(t *testing.T) {
	b := newAlertBook()
	h := b.watcher(commands.Access{})
	means := make([]time.Duration, 28*24*12)
	for i := range means {
		means[i] = time.Duration(300+i%60) * time.Second
	}
	h.History = past(means...)
	r := b.do(t, h, "U1", commands.PreviewAlert{Draft: above(t, 5*time.Minute)}, false)
	if has(t, r, "in 28 days"); strings.Count(r.Text, "•") > 11 {
		t.Errorf("%d lines", strings.Count(r.Text, "•"))
	}
}

func TestTheMessageSaysHowItStandsInItsFirstLine(t *testing.T) {
	rule, err := alert.NewRule(alert.KindAbove, 0, 5*time.Minute, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	w := alert.Watch{ID: 7, Target: campaign(t, "Sales"), Rule: rule, Channel: "C1"}
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	s := alert.State{Phase: alert.PhaseFiring, Episode: 3, Mean: 322 * time.Second, Peak: 340 * time.Second, CrossedAt: at(-30), FiredAt: at(-15), Last: noon}
	for title, c := range map[string]struct {
		change  func(*alert.State)
		buttons int
	}{
		"🔴 Firing: Sales, 5m 22s":                   {func(*alert.State) {}, 6},
		"🟠 Acknowledged: Sales, 5m 22s":             {func(s *alert.State) { s.AckedBy, s.AckedAt = "U2", noon }, 5},
		"🟡 Recovering: Sales, 5m 22s":               {func(s *alert.State) { s.Phase, s.Since = alert.PhaseRecovering, noon }, 6},
		"⚪ No new readings: Sales, 5m 22s at 08:35": {func(s *alert.State) { s.Phase, s.Was = alert.PhaseStale, alert.PhaseFiring }, 6},
		"✅ Back in range: Sales, 4m 12s": {func(s *alert.State) {
			s.Phase, s.Ended, s.EndedAt, s.Mean = alert.PhaseOK, alert.Cleared, noon, 252*time.Second
		}, 1},
		"⚪ Ended, no calls: Sales": {func(s *alert.State) {
			s.Phase, s.Ended, s.EndedAt, s.Mean = alert.PhaseNoCalls, alert.NoCalls, noon, 0
		}, 1},
		"⚪ Stopped: Sales, 5m 22s": {func(s *alert.State) { s.Phase, s.Ended, s.EndedAt = alert.PhaseOK, alert.Stopped, noon }, 1},
	} {
		c2 := s
		c.change(&c2)
		r := commands.AlertCard(alert.Card{Standing: alert.Standing{Watch: w, State: c2}, Goal: aht.Goal{Mean: 4 * time.Minute}}, time.UTC)
		if r.Title != title || len(r.Buttons) != c.buttons || !r.Public || !strings.HasPrefix(r.Text, title) {
			t.Errorf("%q with %d buttons, want %q with %d", r.Title, len(r.Buttons), title, c.buttons)
		}
		for _, b := range r.Buttons {
			if !strings.HasPrefix(b.Value, "7/3") {
				t.Errorf("%s carries %q", b.Label, b.Value)
			}
		}
		has(t, r, "above 5m 00s for 15 min", "/aht alert edit 7")
	}
}
