package alert_test

import (
	"slices"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

const m = time.Minute

var (
	ist  = zone("Asia/Kolkata")
	nine = time.Date(2026, time.November, 23, 9, 0, 0, 0, ist) // a Monday
)

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// newRule returns a rule with the defaults, polled every five minutes.
func newRule(tb testing.TB, kind alert.Kind, low, high time.Duration) alert.Rule {
	tb.Helper()
	r, err := alert.NewRule(kind, low, high, 5*m)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// tell judges means that were read every interval from start on, without a usual band.
func tell(r alert.Rule, s alert.State, start time.Time, means ...time.Duration) (story []alert.Reason, _ alert.State) {
	for i, mean := range means {
		var why alert.Reason
		why, s = alert.Judge(r, s, alert.BaseValues{}, aht.Reading{Mean: mean, At: start.Add(time.Duration(i) * r.Interval)})
		story = append(story, why)
	}
	return story, s
}

// times returns n readings of mean.
func times(n int, mean time.Duration) []time.Duration { return slices.Repeat([]time.Duration{mean}, n) }

func TestJudge(t *testing.T) {
	above, below := newRule(t, alert.KindAbove, 0, 5*m), newRule(t, alert.KindBelow, 2*m, 0)
	outside, silent := newRule(t, alert.KindOutside, 2*m, 5*m), newRule(t, alert.KindNoCalls, 0, 0)
	for _, c := range []struct {
		claim string
		rule  alert.Rule
		means []time.Duration
		want  []alert.Reason
	}{
		{"one spike is one long call", above, []time.Duration{9 * m, 4 * m}, []alert.Reason{alert.OverLine, alert.UnderLine}},
		{"no calls is not recovery", above, []time.Duration{6 * m, 0}, []alert.Reason{alert.OverLine, alert.NoCalls}},
		{"the line itself is not past it", above, []time.Duration{5 * m}, []alert.Reason{alert.UnderLine}},
		{
			"fifteen minutes fire", above,
			[]time.Duration{6 * m, 7 * m, 6 * m, 8 * m, 9 * m},
			[]alert.Reason{alert.OverLine, alert.PendingSince, alert.PendingSince, alert.Fired, alert.StillFiring},
		},
		{
			"a step back over the line starts anew", above,
			[]time.Duration{6 * m, 7 * m, 4 * m, 8 * m, 9 * m},
			[]alert.Reason{alert.OverLine, alert.PendingSince, alert.UnderLine, alert.OverLine, alert.PendingSince},
		},
		{
			"no calls ends an alert", above,
			[]time.Duration{6 * m, 7 * m, 6 * m, 8 * m, 0, 0, 4 * m},
			[]alert.Reason{alert.OverLine, alert.PendingSince, alert.PendingSince, alert.Fired, alert.NoCalls, alert.StillNoCalls, alert.UnderLine},
		},
		{
			"no calls is not below", below,
			[]time.Duration{0, 0, 0, 0, 0},
			[]alert.Reason{alert.NoCalls, alert.StillNoCalls, alert.StillNoCalls, alert.StillNoCalls, alert.StillNoCalls},
		},
		{"too fast fires", below, []time.Duration{1 * m, m, m, m}, []alert.Reason{alert.OverLine, alert.PendingSince, alert.PendingSince, alert.Fired}},
		{"outside fires on both sides", outside, []time.Duration{6 * m, m, 6 * m, m}, []alert.Reason{alert.OverLine, alert.PendingSince, alert.PendingSince, alert.Fired}},
		{
			"no calls fires when that is watched", silent,
			[]time.Duration{0, 0, 0, 0, 3 * m, 4 * m},
			[]alert.Reason{alert.OverLine, alert.PendingSince, alert.PendingSince, alert.Fired, alert.Cleared, alert.UnderLine},
		},
		{
			"between the lines is neither", above,
			[]time.Duration{6 * m, 7 * m, 6 * m, 8 * m, 5 * m, 4 * m, 5 * m, 4 * m, 4 * m, 4 * m, 4 * m, 4 * m},
			[]alert.Reason{
				alert.OverLine, alert.PendingSince, alert.PendingSince, alert.Fired, alert.BetweenLines, alert.Recovering, alert.Relapsed,
				alert.Recovering, alert.StillRecovering, alert.StillRecovering, alert.Cleared, alert.UnderLine,
			},
		},
	} {
		if got, _ := tell(c.rule, alert.State{}, nine, c.means...); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.claim, got, c.want)
		}
	}
}

// firing returns a rule above five minutes and the state in which it has just fired; the
// next reading is due at the time returned.
func firing(tb testing.TB) (alert.Rule, alert.State, time.Time) {
	tb.Helper()
	r := newRule(tb, alert.KindAbove, 0, 5*m)
	_, s := tell(r, alert.State{}, nine, 6*m, 7*m, 6*m, 7*m)
	if s.Phase != alert.PhaseFiring || s.Episode != 1 || !s.CrossedAt.Equal(nine) {
		tb.Fatalf("not firing: %+v", s)
	}
	return r, s, nine.Add(20 * m)
}

func TestTheSameReadingTwiceChangesNothing(t *testing.T) {
	r, s, next := firing(t)
	for _, at := range []time.Time{next.Add(-5 * m), next.Add(-time.Hour), next.Add(-5*m + time.Microsecond)} {
		if why, again := alert.Judge(r, s, alert.BaseValues{}, aht.Reading{Mean: m, At: at}); why != alert.Repeated || again != s {
			t.Errorf("a reading of %v is %q and changes %+v to %+v", at, why, s, again)
		}
	}
}

func TestAGapResetsPendingButNeverFiring(t *testing.T) {
	r, s, next := firing(t)
	if why, s := alert.Judge(r, s, alert.BaseValues{}, aht.Reading{Mean: 6 * m, At: next.Add(5 * time.Hour)}); why != alert.StillFiring || s.Phase != alert.PhaseFiring {
		t.Errorf("after a gap a firing rule is %q, %v", why, s.Phase)
	}
	for gap, want := range map[time.Duration]alert.Reason{10 * m: alert.PendingSince, 12 * m: alert.PendingSince, 13 * m: alert.Gap, time.Hour: alert.Gap} {
		_, s = tell(r, alert.State{}, nine, 6*m)
		if why, s := alert.Judge(r, s, alert.BaseValues{}, aht.Reading{Mean: 6 * m, At: nine.Add(gap)}); why != want || s.Phase != alert.PhasePending {
			t.Errorf("%v after the first, a reading over the line is %q, want %q", gap, why, want)
		}
	}
}

func TestRecoveryIsCountedAnewAfterAGap(t *testing.T) {
	r, s, next := firing(t)
	_, s = tell(r, s, next, times(3, 4*m)...)
	got, _ := tell(r, s, next.Add(time.Hour), times(4, 4*m)...)
	if want := []alert.Reason{alert.Gap, alert.StillRecovering, alert.StillRecovering, alert.Cleared}; !slices.Equal(got, want) {
		t.Errorf("recovery around a gap: %q, want %q", got, want)
	}
}

func TestCrossingAgainWithinTwoHoursReopensTheEpisode(t *testing.T) {
	for _, c := range []struct {
		after    time.Duration // from clearing to crossing
		want     alert.Reason
		episodes int
	}{{10 * m, alert.Reopened, 1}, {2 * time.Hour, alert.Reopened, 1}, {2*time.Hour + 5*m, alert.Fired, 2}} {
		r, s, next := firing(t)
		_, s = tell(r, s, next, times(4, 4*m)...)
		cleared := next.Add(15 * m)
		if s.Ended != alert.Cleared || !s.EndedAt.Equal(cleared) {
			t.Fatalf("not cleared: %+v", s)
		}
		_, s = tell(r, s, next.Add(20*m), 4*m) // so that no gap is between
		got, s := tell(r, s, cleared.Add(c.after), 8*m, 6*m, 8*m, 6*m)
		if got[3] != c.want || s.Episode != c.episodes || s.Ended != "" || s.CrossedAt.After(nine) != (c.episodes == 2) {
			t.Errorf("%v after clearing: %q, episode %d; want %q, %d", c.after, got[3], s.Episode, c.want, c.episodes)
		}
	}
}

func TestAfterNoCallsAnEpisodeIsNotReopened(t *testing.T) {
	r, s, next := firing(t)
	_, s = tell(r, s, next, 0)
	got, s := tell(r, s, next.Add(5*m), 6*m, 7*m, 6*m, 7*m, 6*m, 7*m, 6*m)
	if got[3] != alert.WarmingUp || got[5] != alert.WarmingUp || got[6] != alert.Fired || s.Episode != 2 {
		t.Errorf("calls came back slow: %q, episode %d; want 30 minutes of warm-up and episode 2", got, s.Episode)
	}
}

func TestTheGuardFiresBeyondTheUsualBandOnly(t *testing.T) {
	usual := aht.Band{Low: 3 * m, High: 7 * m, Median: 5 * m, Spread: m, Readings: 10}
	for _, c := range []struct {
		rule alert.Rule
		mean time.Duration
		want alert.Reason
	}{
		{newRule(t, alert.KindAbove, 0, 5*m), 7 * m, alert.WithinUsual},
		{newRule(t, alert.KindAbove, 0, 5*m), 7*m + time.Second, alert.Fired},
		{newRule(t, alert.KindBelow, 4*m, 0), 3 * m, alert.WithinUsual},
		{newRule(t, alert.KindBelow, 4*m, 0), 3*m - time.Second, alert.Fired},
		{newRule(t, alert.KindOutside, 4*m, 6*m), 6*m + time.Second, alert.WithinUsual},
		{newRule(t, alert.KindOutside, 4*m, 6*m), 8 * m, alert.Fired},
		{newRule(t, alert.KindOutside, 4*m, 6*m), 2 * m, alert.Fired},
	} {
		var s alert.State
		var why alert.Reason
		for i := range 4 {
			why, s = alert.Judge(c.rule, s, alert.BaseValues{Usual: usual}, aht.Reading{Mean: c.mean, At: nine.Add(time.Duration(i) * 5 * m)})
		}
		if why != c.want {
			t.Errorf("%v, four times %v in a usual band of 3 to 7 minutes: %q, want %q", c.rule.Kind, c.mean, why, c.want)
		}
		c.rule.Guard = false
		if got, _ := tell(c.rule, alert.State{}, nine, times(4, c.mean)...); got[3] != alert.Fired {
			t.Errorf("%v without guard, four times %v: %q", c.rule.Kind, c.mean, got)
		}
	}
}

func TestARuleThatLearnsSaysSo(t *testing.T) {
	r := newRule(t, alert.KindAbove, 0, 5*m)
	_, s := alert.Judge(r, alert.State{}, alert.BaseValues{}, aht.Reading{Mean: 4 * m, At: nine})
	if s.Phase != alert.PhaseLearning {
		t.Errorf("with the guard and no band, the phase is %v", s.Phase)
	}
	usual := aht.Band{Low: 3 * m, High: 5 * m, Median: 4 * m, Spread: m, Readings: 10}
	if _, s = alert.Judge(r, s, alert.BaseValues{Usual: usual}, aht.Reading{Mean: 4 * m, At: nine.Add(5 * m)}); s.Phase != alert.PhaseOK || s.Usual != usual {
		t.Errorf("with a band, the phase is %v and the band %+v", s.Phase, s.Usual)
	}
}

func TestWarmUpHoldsTheFirstHourOfActiveHours(t *testing.T) {
	r := newRule(t, alert.KindAbove, 0, 5*m)
	r.Active = alert.Hours{Days: 1 << time.Monday, From: 9 * time.Hour, To: 18 * time.Hour, Zone: ist}
	means := slices.Repeat([]time.Duration{6 * m, 7 * m}, 10)
	got, _ := tell(r, alert.State{}, nine, means...)
	if i := slices.Index(got, alert.Fired); i != 12 || got[3] != alert.WarmingUp || got[11] != alert.WarmingUp {
		t.Errorf("over the line since nine, hours from nine: %q; want it to fire at ten", got)
	}
	if got, _ := tell(r, alert.State{}, nine.Add(-15*m-30*time.Second), means...); got[3] != alert.WarmingUp {
		t.Errorf("the reading of nine came 30 s early and was not held: %q", got)
	}
	r.WarmUp = 0
	if got, _ := tell(r, alert.State{}, nine, means...); got[3] != alert.Fired {
		t.Errorf("without warm-up: %q", got[:4])
	}
}

func TestANoCallsRuleRestsOutsideActiveHours(t *testing.T) {
	r := newRule(t, alert.KindNoCalls, 0, 0)
	r.Active = alert.Hours{Days: 1 << time.Monday, From: 9 * time.Hour, To: 10*time.Hour + 30*m, Zone: ist}
	got, _ := tell(r, alert.State{}, nine.Add(-time.Hour), times(13, 0)...)
	if got[0] != alert.OutsideHours || got[11] != alert.OutsideHours || got[12] != alert.OverLine {
		t.Errorf("no calls before nine: %q", got)
	}
	got, _ = tell(r, alert.State{}, nine.Add(-30*time.Second), 0)
	if got[0] != alert.OverLine {
		t.Errorf("the reading of nine came 30 s early and rests: %q", got)
	}
	got, s := tell(r, alert.State{}, nine, times(20, 0)...)
	if i := slices.Index(got, alert.Fired); i != 12 || s.Phase != alert.PhaseFiring {
		t.Errorf("no calls from nine: %q; want an alert at ten that stands after hours", got)
	}
	got, _ = tell(r, alert.State{}, nine.Add(85*m), times(3, 0)...)
	if want := []alert.Reason{alert.OverLine, alert.OutsideHours, alert.OutsideHours}; !slices.Equal(got, want) {
		t.Errorf("no calls at the end of hours: %q, want %q", got, want)
	}
}

func TestMovesAreComparedBetweenNeighboursOnly(t *testing.T) {
	r := newRule(t, alert.KindAbove, 0, 5*m)
	_, s := tell(r, alert.State{}, nine, 4*m, 4*m+time.Second, 4*m+9*time.Second, 4*m+9*time.Second)
	if v := s.Moves; v.Seen != 0b111 || v.Changed != 0b110 || v.Jumped != 0b010 {
		t.Errorf("four readings leave %b seen, %b changed, %b jumped", v.Seen, v.Changed, v.Jumped)
	}
	_, asked := alert.Judge(r, s, alert.BaseValues{}, aht.Reading{Mean: m, At: nine.Add(16 * m)})
	if asked.Moves != s.Moves {
		t.Errorf("a reading a person asked for between counts as one more: %+v", asked.Moves)
	}
	if _, s = tell(r, s, nine.Add(25*m), m); s.Moves.Seen != 0b11100 || s.Moves.Changed != 0b11000 {
		t.Errorf("over a missing reading values are compared: %+v", s.Moves)
	}
}

func TestFewCallsHold(t *testing.T) {
	r := newRule(t, alert.KindAbove, 0, 5*m)
	_, s := tell(r, alert.State{}, nine, times(8, 4*m)...)
	got, _ := tell(r, s, nine.Add(40*m), 7*m, 7*m, 7*m, 7*m, 7*m)
	if got[3] != alert.FewCalls || got[4] != alert.FewCalls {
		t.Errorf("a value that moved once in an hour: %q", got)
	}
	still := []time.Duration{299 * time.Second, 300 * time.Second, 300 * time.Second, 300 * time.Second, 301 * time.Second}
	_, s = tell(r, alert.State{}, nine, slices.Repeat(still[:4], 3)...)
	got, _ = tell(r, s, nine.Add(time.Hour), times(4, 301*time.Second)...)
	if got[3] != alert.Fired {
		t.Errorf("a large floor that moves by single seconds: %q", got)
	}
	coarse := r
	coarse.Interval = 15 * m
	if got, _ = tell(coarse, alert.State{}, nine, slices.Concat(times(8, 4*m), times(3, 7*m))...); got[10] != alert.Fired {
		t.Errorf("every 15 minutes nothing can be said of calls: %q", got)
	}
}
