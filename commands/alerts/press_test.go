package alerts_test

import (
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/commands/standing"
	"ahtbot/internal/alert"
)

// firing is a book with one alert that fires, in its episode 3.
func firing(t *testing.T, access request.Access) (*alertBook, *commands.Handler) {
	t.Helper()
	b := newAlertBook()
	h := b.watcher(access)
	b.do(t, h, "U1", alertline.Add{Draft: above(t, 5*time.Minute)}, false)
	b.fires(7, 3)
	return b, h
}

func TestTheFirstToAcknowledgeHasIt(t *testing.T) {
	b, h := firing(t, request.Access{Admins: []string{"U9"}})
	r := b.press(t, h, "U2", reply.ActionAck, "7/3")
	if commandstest.Has(t, r, "your name"); b.alerts[7].State.AckedBy != "U2" || len(b.turns) != 1 || b.turns[0].Person != "U2" || b.turns[0].Action != alert.Acked {
		t.Errorf("acknowledged by %q, told %+v", b.alerts[7].State.AckedBy, b.turns)
	}
	commandstest.Has(t, b.press(t, h, "U2", reply.ActionAck, "7/3"), "You have taken this on")
	r = b.press(t, h, "U3", reply.ActionAck, "7/3")
	if len(b.turns) != 1 || len(r.Credits) != 1 || r.Credits[0].ID != "U2" || r.Credits[0].Role != reply.RoleAcknowledged {
		t.Errorf("pressed after somebody: %+v, %d told", r, len(b.turns))
	}
	if n := len(b.changes[7]); n != 2 {
		t.Errorf("%d changes are noted, want made and acknowledged", n)
	}
}

func TestAPressOnAnAlertThatIsOverChangesNothing(t *testing.T) {
	b, h := firing(t, request.Access{})
	before := b.alerts[7]
	for _, action := range []reply.Action{reply.ActionAck, reply.ActionMute} {
		value := "7/2"
		if action == reply.ActionMute {
			value += "/1h"
		}
		if commandstest.Has(t, b.press(t, h, "U2", action, value), "is over", "newer message"); b.alerts[7] != before {
			t.Errorf("%s changed %+v", action, b.alerts[7].State)
		}
		if commandstest.Has(t, b.press(t, h, "U2", action, strings.Replace(value, "/2", "/0", 1)), "only a test"); b.alerts[7] != before {
			t.Errorf("%s on a test changed %+v", action, b.alerts[7].State)
		}
	}
	s := b.alerts[7]
	s.State.Phase, s.State.Ended, s.State.EndedAt = alert.PhaseOK, alert.Cleared, commandstest.Noon
	b.alerts[7] = s
	commandstest.Has(t, b.press(t, h, "U2", reply.ActionAck, "7/3"), "ended at 08:35")
	if len(b.turns) != 0 {
		t.Errorf("told %+v", b.turns)
	}
}

func TestAnAlertThatEndsDuringThePressIsNotTakenOn(t *testing.T) {
	b, h := firing(t, request.Access{})
	b.meanwhile = func() {
		s := b.alerts[7]
		s.State.Phase, s.State.Ended, s.State.EndedAt = alert.PhaseOK, alert.Cleared, commandstest.Noon
		b.alerts[7] = s
	}
	if commandstest.Has(t, b.press(t, h, "U2", reply.ActionAck, "7/3"), "ended at"); b.alerts[7].State.AckedBy != "" || len(b.turns) != 0 {
		t.Errorf("acknowledged by %q", b.alerts[7].State.AckedBy)
	}
}

func TestMuteButtonsMuteForWhatTheySay(t *testing.T) {
	for value, until := range map[string]time.Time{
		"30m": commandstest.Noon.Add(30 * time.Minute), "2h": commandstest.Noon.Add(2 * time.Hour), "tomorrow": time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC),
	} {
		b, h := firing(t, request.Access{Admins: []string{"U9"}})
		r := b.press(t, h, "U2", reply.ActionMute, "7/3/"+value)
		if got := b.alerts[7].State.MutedUntil; !got.Equal(until) || len(b.turns) != 1 || b.turns[0].Action != alert.Muted || b.turns[0].Person != "U2" {
			t.Errorf("%s: muted until %v, told %+v", value, got, b.turns)
		}
		commandstest.Has(t, r, "is muted until", "/aht alert unmute 7")
		if b.press(t, h, "U3", reply.ActionMute, "7/3/off"); b.alerts[7].State.Muted(commandstest.Noon) || b.turns[1].Action != alert.Unmuted {
			t.Errorf("off: muted until %v, told %+v", b.alerts[7].State.MutedUntil, b.turns[1:])
		}
		if commandstest.Has(t, b.press(t, h, "U3", reply.ActionMute, "7/3/off"), "not muted any more"); len(b.turns) != 2 {
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
		"weekdays from nine":       {hours(0b0111110, 9*h, 18*h), commandstest.Noon, time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		"over the week end":        {hours(0b0111110, 9*h, 18*h), commandstest.Noon.AddDate(0, 0, 5), time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)},
		"a night shift, before 12": {hours(127, 22*h, 6*h), time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)},
		"around the clock":         {hours(127, 0, 24*h), commandstest.Noon, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)},
	} {
		b := newAlertBook()
		b.now = c.at
		d := above(t, 5*time.Minute)
		d.Active = c.active
		handler := b.watcher(request.Access{})
		b.do(t, handler, "U1", alertline.Add{Draft: d}, false)
		b.do(t, handler, "U1", standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, Tomorrow: true}, false)
		if got := b.alerts[7].State.MutedUntil; !got.Equal(c.want) {
			t.Errorf("%s: muted until %v, want %v", name, got, c.want)
		}
	}
}

func TestForgedAndOldValuesOfButtonsAreRefused(t *testing.T) {
	b, h := firing(t, request.Access{})
	before := b.alerts[7]
	for _, value := range []string{"", "7", "7/", "/3", "x/3", "7/x", "-7/3", "7/-1", "7/3/", "7/3/0s", "7/3/-1h", "7/3/1h/2", "99999999999999999999/1"} {
		for _, action := range []reply.Action{reply.ActionAck, reply.ActionMute} {
			r, err := h.Answer(t.Context(), request.Question{User: "U2", At: commandstest.Noon, Action: action, Value: value, Open: true})
			if err == nil && value != "7/3/" || b.alerts[7] != before {
				t.Errorf("%s %q: %s", action, value, r.Text)
			}
		}
	}
	if r, err := h.Answer(t.Context(), request.Question{User: "U2", At: commandstest.Noon, Action: reply.ActionMute, Value: "7/3", Open: true}); err == nil {
		t.Errorf("mute for no time: %s", r.Text)
	}
}

func TestPausingEndsWhatFires(t *testing.T) {
	b, h := firing(t, request.Access{})
	b.do(t, h, "U1", standing.About("alert", "pause", 7), false)
	s := b.alerts[7].State
	if !s.Paused || s.Ended != alert.Stopped || s.Unnotified != "" || len(b.turns) != 1 || b.turns[0].Why != alert.Stopped || b.turns[0].Person != "U1" {
		t.Errorf("state %+v, told %+v", s, b.turns)
	}
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "pause", 7), false), "paused already")
	b.do(t, h, "U1", standing.About("alert", "resume", 7), false)
	if b.alerts[7].State.Paused {
		t.Error("it is still paused")
	}
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "resume", 7), false), "not paused")
}

func TestPausingWhileMutedIsToldLater(t *testing.T) {
	b, h := firing(t, request.Access{})
	b.do(t, h, "U1", standing.Command{Noun: "alert", Verb: "mute", IDs: []int64{7}, For: time.Hour}, false)
	b.do(t, h, "U1", standing.About("alert", "pause", 7), false)
	if s := b.alerts[7].State; len(b.turns) != 1 || b.turns[0].Action != alert.Muted || s.Unnotified != alert.Stopped {
		t.Errorf("told %+v, left to tell %q", b.turns, s.Unnotified)
	}
}

func TestARemovedAlertComesBackForTenMinutes(t *testing.T) {
	b, h := firing(t, request.Access{})
	r := b.do(t, h, "U1", standing.About("alert", "remove", 7), false)
	if s := b.alerts[7]; s.State.Open() || s.State.Paused || !s.Watch.Removed.Equal(commandstest.Noon) || len(b.turns) != 1 || b.turns[0].Why != alert.Stopped {
		t.Errorf("removed: %+v, told %+v", s, b.turns)
	}
	if len(r.Buttons) != 1 || r.Buttons[0].Action != reply.ActionLine || r.Buttons[0].Value != "alert restore 7" {
		t.Errorf("undo is %+v", r.Buttons)
	}
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "show", 7), false), "was removed at 08:35", "/aht alert restore 7")
	b.now = commandstest.Noon.Add(9 * time.Minute)
	b.do(t, h, "U1", standing.About("alert", "restore", 7), false)
	if w := b.alerts[7].Watch; !w.Removed.IsZero() {
		t.Errorf("restored: %+v", w)
	}
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "restore", 7), false), "nothing to bring back")
	b.do(t, h, "U1", standing.About("alert", "remove", 7), false)
	b.now = b.now.Add(10 * time.Minute)
	if r := b.do(t, h, "U1", standing.About("alert", "restore", 7), false); b.alerts[7].Watch.Removed.IsZero() {
		t.Errorf("restored after ten minutes: %s", r.Text)
	}
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "show", 7), false), "There is no alert #7")
}

func TestATestLooksLikeAnAlertAndChangesNothing(t *testing.T) {
	b, h := firing(t, request.Access{})
	h.History = past(4*time.Minute, 0, 250*time.Second)
	before := b.alerts[7]
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "test", 7), false), "Posted a test", "this channel")
	if len(b.posted) != 1 || b.alerts[7] != before {
		t.Fatalf("posted %d, state %+v", len(b.posted), b.alerts[7].State)
	}
	c := b.posted[0]
	if !c.Test || c.State.Mean <= c.Watch.Rule.High || len(c.Course) != 3 || c.State.Episode != 0 {
		t.Errorf("posted %+v", c)
	}
	b.postErr = &request.PlaceError{Code: "not_in_channel", Channel: "C1"}
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "test", 7), false), "/invite @ahtbot")
	b.postErr = errAlertsAway
	commandstest.Has(t, b.do(t, h, "U1", standing.About("alert", "test", 7), false), "did not say whether")
}
