package alert_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// weekdays are nine to six, Monday to Friday.
var weekdays = alert.Hours{Days: 0b0111110, From: 9 * time.Hour, To: 18 * time.Hour, Zone: ist}

// notify is Notify, with only what is told checked.
func notify(t *testing.T, r alert.Rule, s alert.State, now time.Time, want alert.Reason) alert.State {
	t.Helper()
	got, s := alert.Notify(r, s, now)
	if got != want {
		t.Errorf("at %v people are told %q, want %q", now, got, want)
	}
	if again, same := alert.Notify(r, s, now); again != "" || same != s {
		t.Errorf("at %v people are told twice: %q, then %q", now, got, again)
	}
	return s
}

func TestEachTransitionIsToldOnce(t *testing.T) {
	r, s, next := firing(t)
	s = notify(t, r, s, next, alert.Fired)
	_, s = tell(r, s, next, 6*m)
	s = notify(t, r, s, next, "")
	_, s = tell(r, s, next.Add(5*m), 4*m)
	s = notify(t, r, s, next, alert.Recovering)
	_, s = tell(r, s, next.Add(10*m), 6*m)
	s = notify(t, r, s, next, alert.Relapsed)
	_, s = tell(r, s, next.Add(15*m), times(4, 4*m)...)
	s = notify(t, r, s, next, alert.Cleared)
	_, s = tell(r, s, next.Add(35*m), 7*m, 6*m, 8*m, 6*m)
	s = notify(t, r, s, next, alert.Reopened)
	_, s = tell(r, s, next.Add(55*m), 0)
	notify(t, r, s, next, alert.NoCalls)
}

func TestNoticesWaitForActiveHours(t *testing.T) {
	r, s, next := firing(t)
	r.Active = weekdays
	evening, morning := nine.Add(10*time.Hour), nine.AddDate(0, 0, 1)
	notify(t, r, s, evening, "")
	notify(t, r, s, morning.Add(-1), "")
	notify(t, r, s, morning, alert.Fired)

	_, recovering := tell(r, s, next, 4*m)
	notify(t, r, recovering, morning, alert.Fired) // it still stands, and nobody has heard of it

	_, over := tell(r, s, next, times(4, 4*m)...)
	notify(t, r, over, morning, "") // it came and went in the night

	told := notify(t, r, s, nine.Add(time.Hour), alert.Fired)
	_, told = tell(r, told, next, times(4, 4*m)...)
	notify(t, r, told, evening, "")
	notify(t, r, told, morning, alert.Cleared)
}

func TestNoticesWaitForTheEndOfAMute(t *testing.T) {
	r, s, next := firing(t)
	until := next.Add(2 * time.Hour)
	s = alert.Mute(s, until)
	notify(t, r, s, next, "")
	notify(t, r, s, until.Add(-1), "")
	notify(t, r, s, until, alert.Fired)
	notify(t, r, alert.Mute(s, time.Time{}), next, alert.Fired)
}

func TestThreeRemindersTwoHoursApart(t *testing.T) {
	r, s, next := firing(t)
	if due, _ := alert.Remind(r, s, next.Add(9*time.Hour)); due {
		t.Error("a reminder of what nobody was told")
	}
	_, s = alert.Notify(r, s, next)
	var reminded []time.Duration
	for after := time.Duration(0); after < 12*time.Hour; after += m {
		var due bool
		if due, s = alert.Remind(r, s, next.Add(after)); due {
			reminded = append(reminded, after)
		}
	}
	if len(reminded) != 3 || reminded[0] != 2*time.Hour || reminded[2] != 6*time.Hour || s.Reminders != r.Reminders {
		t.Errorf("reminders after %v, want 2, 4 and 6 hours", reminded)
	}
}

func TestNobodyIsRemindedOfWhatIsTakenCareOf(t *testing.T) {
	r, s, next := firing(t)
	_, s = alert.Notify(r, s, next)
	later := next.Add(3 * time.Hour)
	if due, _ := alert.Remind(r, s, later); !due {
		t.Fatal("no reminder after three hours")
	}
	acked, _ := alert.Acknowledge(s, "U1", next)
	_, recovering := tell(r, s, next, 4*m)
	_, stale := alert.DetectStale(r, s, later)
	_, paused := alert.Pause(s, next)
	evening, off := r, r
	evening.Active, off.Remind = weekdays, 0
	for claim, c := range map[string]struct {
		rule alert.Rule
		s    alert.State
		now  time.Time
	}{
		"acknowledged": {r, acked, later}, "recovering": {r, recovering, later}, "stale": {r, stale, later},
		"muted": {r, alert.Mute(s, later.Add(m)), later}, "paused": {r, paused, later},
		"after hours": {evening, s, nine.Add(12 * time.Hour)}, "off": {off, s, later},
	} {
		if due, _ := alert.Remind(c.rule, c.s, c.now); due {
			t.Errorf("a reminder although %s", claim)
		}
	}
}

func TestTheFirstAcknowledgementCountsUntilTheAlertReopens(t *testing.T) {
	r, s, next := firing(t)
	if _, ok := alert.Acknowledge(alert.State{}, "U1", next); ok {
		t.Error("acknowledged an alert that does not stand")
	}
	s, first := alert.Acknowledge(s, "U1", next)
	s, second := alert.Acknowledge(s, "U2", next.Add(m))
	if !first || second || s.AckedBy != "U1" || !s.AckedAt.Equal(next) {
		t.Errorf("acknowledged by %q at %v (%v, %v)", s.AckedBy, s.AckedAt, first, second)
	}
	_, s = tell(r, s, next, times(4, 4*m)...)
	_, s = tell(r, s, next.Add(20*m), 6*m, 7*m, 6*m, 7*m)
	if s.Reopens != 1 || s.AckedBy != "" {
		t.Errorf("reopened %d times, acknowledged by %q", s.Reopens, s.AckedBy)
	}
}

func TestPauseEndsAnAlertInAPersonsName(t *testing.T) {
	r, s, next := firing(t)
	_, s = alert.Notify(r, s, next)
	why, s := alert.Pause(s, next)
	if why != alert.Stopped || s.Open() || s.Ended != alert.Stopped {
		t.Errorf("paused while firing: %q, %+v", why, s)
	}
	s = notify(t, r, s, next, alert.Stopped)
	got, s := tell(r, s, next, times(6, 9*m)...)
	if got[0] != alert.Paused || s.Open() {
		t.Errorf("a paused rule is judged: %q", got)
	}
	got, s = tell(r, alert.Resume(s), next.Add(30*m), 9*m, 8*m, 9*m, 8*m)
	if got[0] != alert.OverLine || got[3] != alert.Fired || s.Episode != 2 {
		t.Errorf("resumed: %q, episode %d; want a new episode after the full wait", got, s.Episode)
	}
	_, stale := alert.DetectStale(r, s, next.Add(5*time.Hour))
	if _, s = alert.Pause(stale, next); s.Phase != alert.PhaseOK || s.BeforeStale != alert.PhaseOK || s.Moves != (alert.Moves{}) {
		t.Errorf("a pause leaves %+v", s)
	}
	if why, _ := alert.Pause(alert.State{}, next); why != "" {
		t.Errorf("pausing a quiet rule ends %q", why)
	}
}

func TestStaleAndFreshAreToldOfStandingAlertsOnly(t *testing.T) {
	r, s, next := firing(t)
	_, s = alert.Notify(r, s, next)
	if why, _ := alert.DetectStale(r, s, next.Add(12*m)); why != "" {
		t.Errorf("two and a half missing readings are %q", why)
	}
	why, s := alert.DetectStale(r, s, next.Add(13*m))
	if why != alert.Stale || s.Phase != alert.PhaseStale || s.BeforeStale != alert.PhaseFiring || !s.Open() {
		t.Errorf("three missing readings: %q, %+v", why, s)
	}
	s = notify(t, r, s, next, alert.Stale)
	got, s := tell(r, s, next.Add(20*m), 6*m)
	if got[0] != alert.Fresh || s.Phase != alert.PhaseFiring {
		t.Errorf("the reading after silence is %q, %v", got[0], s.Phase)
	}
	notify(t, r, s, next, alert.Fresh)

	_, idle := tell(r, alert.State{}, nine, 4*m)
	why, idle = alert.DetectStale(r, idle, nine.Add(time.Hour))
	if why != alert.Stale || idle.Unnotified != "" {
		t.Errorf("a rule without an alert is %q, and people are told %q", why, idle.Unnotified)
	}
	if got, _ := tell(r, idle, nine.Add(time.Hour), 4*m); got[0] != alert.UnderLine {
		t.Errorf("its next reading is %q", got[0])
	}
}

// Whatever is drawn, nothing is told of an alert before its beginning, and in active hours
// people know of each alert that stands, and of the newest one when it has ended.
func TestWhatPeopleAreToldIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		var s alert.State
		known := 0 // the episode people think stands; zero is none
		for _, b := range drawBeats(t, r) {
			_, s = alert.Judge(r, s, alert.BaseValues{Usual: b.usual}, b.Reading)
			var told alert.Reason
			told, s = alert.Notify(r, s, b.At)
			switch {
			case told == "":
			case told == alert.Fired || told == alert.Reopened:
				known = s.Episode
			case known != s.Episode:
				t.Fatalf("told %q of episode %d, while episode %d is the one known", told, s.Episode, known)
			case !s.Open():
				known = 0
			}
			if r.Active.Open(b.At) && s.Open() != (known == s.Episode && known > 0) {
				t.Fatalf("in active hours people know of episode %d, and the state is %+v", known, s)
			}
		}
	})
}

func TestRemindersCountFromTheNewsOfReopening(t *testing.T) {
	r, s, next := firing(t)
	_, s = alert.Notify(r, s, next)
	_, s = tell(r, s, next, times(4, 4*m)...) // cleared, and nobody told
	_, s = tell(r, s, next.Add(20*m), 6*m, 7*m, 6*m, 7*m)
	reopened := next.Add(35 * m)
	if s = notify(t, r, s, reopened, alert.Reopened); !s.RemindedAt.Equal(reopened) {
		t.Errorf("people heard at %v that it fires again, and reminders count from %v", reopened, s.RemindedAt)
	}
}

func TestUsualBandsAreNotKeptOverReadingsWithout(t *testing.T) {
	r := newRule(t, alert.KindAbove, 0, 5*m)
	usual := aht.Band{Low: 3 * m, High: 7 * m, Median: 5 * m, Spread: m, Readings: 10}
	_, s := alert.Judge(r, alert.State{}, alert.BaseValues{Usual: usual}, aht.Reading{Mean: 4 * m, At: nine})
	if _, s = tell(r, s, nine.Add(5*m), 4*m); s.Usual.Known() {
		t.Errorf("the band of the reading before is kept: %+v", s.Usual)
	}
	_, s = alert.Judge(r, s, alert.BaseValues{Usual: usual}, aht.Reading{Mean: 4 * m, At: nine.Add(10 * m)})
	r.Guard = false
	if _, s = alert.Judge(r, s, alert.BaseValues{Usual: usual}, aht.Reading{Mean: 4 * m, At: nine.Add(15 * m)}); s.Usual.Known() {
		t.Errorf("without the guard the band is kept: %+v", s.Usual)
	}
}

func TestALineChangedWhileAnAlertStandsIsNotedUntilTheNextAlert(t *testing.T) {
	at := nine
	fires := alert.State{Phase: alert.PhaseFiring, Episode: 1, Last: at, CrossedAt: at}
	if s := alert.NoteLineMoved(alert.State{Phase: alert.PhasePending}, at); !s.LineMovedAt.IsZero() {
		t.Errorf("without an alert: %+v", s)
	}
	s := alert.NoteLineMoved(fires, at)
	if !s.LineMovedAt.Equal(at) {
		t.Fatalf("changed at %v", s.LineMovedAt)
	}
	_, s = alert.Pause(s, at)
	s = alert.Resume(s)
	r, err := alert.NewRule(alert.KindAbove, 0, 5*m, 5*m)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 24 {
		_, s = alert.Judge(r, s, alert.BaseValues{}, aht.Reading{Mean: 7*m + time.Duration(i%7*3)*time.Second, At: at.Add(time.Duration(i+1) * 5 * m)})
	}
	if s.Episode != 2 || !s.LineMovedAt.IsZero() {
		t.Errorf("the next alert: %+v", s)
	}
}
