package alert_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

var (
	usualBand = aht.Band{Low: 200 * time.Second, High: 280 * time.Second, Median: 240 * time.Second, Spread: 17 * time.Second, Readings: 20}
	aBasis    = alert.BaseValues{Goal: 270 * time.Second, Usual: usualBand}
)

func onTarget(percent int, by time.Duration) alert.Offset {
	return alert.Offset{Of: alert.BaseTarget, Percent: percent, By: by}
}

func onUsual(percent int, by time.Duration) alert.Offset {
	return alert.Offset{Of: alert.BaseUsual, Percent: percent, By: by}
}

func TestARelativeLineStandsForAFigure(t *testing.T) {
	inside := func(percent int, by time.Duration) alert.Offset {
		return alert.Offset{Of: alert.BaseLine, Percent: percent, By: by}
	}
	for claim, c := range map[string]struct {
		kind                           alert.Kind
		line, clear                    alert.Offset
		low, high, clearLow, clearHigh int // seconds
	}{
		"the target itself":             {alert.KindAbove, onTarget(0, 0), alert.Offset{}, 0, 270, 0, 243},
		"a tenth more":                  {alert.KindAbove, onTarget(10, 0), alert.Offset{}, 0, 297, 0, 267},
		"half a minute more":            {alert.KindAbove, onTarget(0, 30*time.Second), alert.Offset{}, 0, 300, 0, 270},
		"a tenth before it":             {alert.KindAbove, onTarget(-10, 0), alert.Offset{}, 0, 243, 0, 219},
		"half a minute less":            {alert.KindBelow, onTarget(0, 30*time.Second), alert.Offset{}, 240, 0, 264, 0},
		"on both sides":                 {alert.KindOutside, onTarget(20, 0), alert.Offset{}, 216, 324, 238, 297},
		"clears at the target":          {alert.KindAbove, onTarget(10, 0), onTarget(0, 0), 0, 297, 0, 270},
		"clears under the target":       {alert.KindAbove, onTarget(10, 0), onTarget(-10, 0), 0, 297, 0, 243},
		"clears over the target":        {alert.KindBelow, onTarget(10, 0), onTarget(-10, 0), 243, 0, 297, 0},
		"clears a fifth inside":         {alert.KindAbove, onTarget(10, 0), inside(20, 0), 0, 297, 0, 238},
		"clears on the line":            {alert.KindAbove, onTarget(10, 0), inside(0, 0), 0, 297, 0, 297},
		"clears ten seconds inside":     {alert.KindAbove, onTarget(10, 0), inside(0, 10*time.Second), 0, 297, 0, 287},
		"never past its line":           {alert.KindAbove, onTarget(0, 10*time.Second), onTarget(20, 0), 0, 280, 0, 280},
		"the edge of the usual":         {alert.KindAbove, onUsual(0, 0), alert.Offset{}, 0, 280, 0, 260},
		"the lower edge of it":          {alert.KindBelow, onUsual(0, 0), alert.Offset{}, 200, 0, 220, 0},
		"both edges":                    {alert.KindOutside, onUsual(0, 0), alert.Offset{}, 200, 280, 220, 260},
		"a fifth over its middle":       {alert.KindAbove, onUsual(20, 0), alert.Offset{}, 0, 288, 0, 264},
		"a minute under its middle":     {alert.KindBelow, onUsual(0, time.Minute), alert.Offset{}, 180, 0, 198, 0},
		"clears at the edge":            {alert.KindAbove, onUsual(20, 0), onUsual(0, 0), 0, 288, 0, 280},
		"clears at half of both":        {alert.KindOutside, onUsual(20, 0), onUsual(10, 0), 192, 288, 216, 264},
		"clears never beyond the usual": {alert.KindAbove, onUsual(2, 0), inside(50, 0), 0, 245, 0, 243},
	} {
		r, err := alert.NewRelative(c.kind, c.line, 5*m)
		if c.clear != (alert.Offset{}) {
			r.Clear = c.clear
		}
		at, ok := r.At(aBasis)
		if err = errors.Join(err, r.Check()); err != nil || !ok {
			t.Errorf("%s: %v, %v", claim, err, ok)
			continue
		}
		if at.Low != seconds(c.low) || at.High != seconds(c.high) || at.ClearLow != seconds(c.clearLow) || at.ClearHigh != seconds(c.clearHigh) {
			t.Errorf("%s: %v..%v clears at %v..%v", claim, at.Low, at.High, at.ClearLow, at.ClearHigh)
		}
	}
}

func TestARelativeRuleWithoutSenseIsRefused(t *testing.T) {
	good, err := alert.NewRelative(alert.KindAbove, onTarget(10, 0), 5*m)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want error
		with func(r *alert.Rule)
	}{
		{alert.ErrOffset, func(r *alert.Rule) { r.Kind = alert.KindNoCalls }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Line.By = time.Second }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Line.Percent = 901 }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Line.Percent = -91 }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Line = onTarget(0, 2*time.Hour) }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Line = onTarget(0, time.Millisecond) }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Line = onUsual(-10, 0) }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Line.Of = alert.BaseLine }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Kind, r.Line = alert.KindOutside, onTarget(-10, 0) }},
		{alert.ErrOffset, func(r *alert.Rule) { r.Clear = alert.Offset{} }},
		{alert.ErrLines, func(r *alert.Rule) { r.Kind, r.Line = alert.KindOutside, onTarget(0, 0) }},
		{alert.ErrClear, func(r *alert.Rule) { r.Clear = onTarget(15, 0) }},
		{alert.ErrClear, func(r *alert.Rule) { r.Clear = onUsual(0, 0) }},
		{alert.ErrClear, func(r *alert.Rule) { r.Clear = alert.Offset{Of: alert.BaseLine, Percent: -1} }},
	} {
		r := good
		if c.with(&r); !errors.Is(r.Check(), c.want) {
			t.Errorf("%+v: %v, want %v", r, r.Check(), c.want)
		}
	}
	for _, r := range []alert.Rule{good, newRule(t, alert.KindOutside, 2*m, 5*m)} {
		back, err := r.Default()
		if err != nil || back != r {
			t.Errorf("%+v is by default %+v, %v", r, back, err)
		}
	}
}

// drawRelative draws any valid rule whose line hangs on something.
func drawRelative(t *rapid.T) alert.Rule {
	r := drawRule(t)
	if r.Kind == alert.KindNoCalls {
		r.Kind = alert.KindAbove
	}
	r.Low, r.High, r.ClearLow, r.ClearHigh = 0, 0, 0, 0
	r.Line = drawOffset(t, alert.Base(rapid.IntRange(int(alert.BaseTarget), int(alert.BaseUsual)).Draw(t, "base")))
	r.Clear = alert.Offset{Of: alert.BaseLine, Percent: 10}
	if rapid.Bool().Draw(t, "clear") {
		r.Clear = drawOffset(t, rapid.SampledFrom([]alert.Base{alert.BaseLine, r.Line.Of}).Draw(t, "clear base"))
	}
	if r.Check() != nil {
		t.Skip("not a rule")
	}
	return r
}

func drawOffset(t *rapid.T, of alert.Base) alert.Offset {
	o := alert.Offset{Of: of}
	switch rapid.IntRange(0, 2).Draw(t, "step") {
	case 1:
		o.Percent = rapid.IntRange(-90, 200).Draw(t, "percent")
	case 2:
		o.By = time.Duration(rapid.IntRange(-120, 240).Draw(t, "by")) * time.Second
	}
	return o
}

// drawBasis draws what lines hang on, now and then nothing.
func drawBasis(t *rapid.T) (b alert.BaseValues) {
	if rapid.IntRange(0, 5).Draw(t, "goal known") > 0 {
		b.Goal = time.Duration(rapid.IntRange(1, 900).Draw(t, "goal")) * time.Second
	}
	if rapid.IntRange(0, 5).Draw(t, "usual known") > 0 {
		low := rapid.IntRange(0, 400).Draw(t, "usual low")
		median := low + rapid.IntRange(1, 200).Draw(t, "usual median")
		high := median + rapid.IntRange(1, 200).Draw(t, "usual high")
		b.Usual = aht.Band{Low: seconds(low), Median: seconds(median), High: seconds(high), Spread: time.Second, Readings: 10}
	}
	return b
}

func TestFiguresOfARelativeRuleMakeARule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, b := drawRelative(t), drawBasis(t)
		at, ok := r.At(b)
		known := r.Line.Of == alert.BaseTarget && b.Goal > 0 || r.Line.Of == alert.BaseUsual && b.Usual.Known()
		if at.Check() != nil || ok && !known || !ok && at != r {
			t.Fatalf("of %+v: %+v, %v, %v", b, at, ok, at.Check())
		}
		var back alert.Rule
		if doc, err := json.Marshal(r); err != nil || json.Unmarshal(doc, &back) != nil || back.Line != r.Line || back.Clear != r.Clear {
			t.Fatalf("%+v reads back as %+v, %v", r, back, err)
		}
		b.Goal++ // by less than a second
		more, _ := r.At(alert.BaseValues{Goal: b.Goal + 10*time.Second, Usual: b.Usual})
		if r.Line.Of == alert.BaseTarget && ok && r.Line.Percent > -100 && r.Kind == alert.KindAbove && more.High < at.High {
			t.Fatalf("the line falls from %v to %v with a higher target", at.High, more.High)
		}
	})
}

// A line that hangs on something is judged as the figure is that it stands for at each reading;
// while that is not known nothing fires, and what stood has ended.
func TestARelativeRuleIsJudgedAsTheFiguresItStandsFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRelative(t)
		beats := drawBeats(t, r)
		var s alert.State
		b := drawBasis(t)
		for i, beat := range beats {
			if rapid.IntRange(0, 9).Draw(t, "moves") == 0 {
				b = drawBasis(t)
			}
			figures, known := r.At(b)
			plain := figures
			plain.Line, plain.Clear = alert.Offset{}, alert.Offset{}
			before := s
			var why alert.Reason
			why, s = alert.Judge(r, before, b, beat.Reading)
			switch {
			case beat.NoCalls():
				if s.Open() {
					t.Fatalf("reading %d, without calls, leaves an alert", i)
				}
			case !known:
				if s.Open() || s.Phase != alert.PhaseWaiting || (why == alert.LineUnknown) != before.Open() || why == alert.Fired || why == alert.Reopened {
					t.Fatalf("reading %d has no line, and is %q: %+v", i, why, s)
				}
			default:
				want, as := alert.Judge(plain, before, b, beat.Reading)
				as.Goal, as.Usual, as.LineMovedAt = s.Goal, s.Usual, s.LineMovedAt
				if as.Phase == alert.PhaseLearning && !r.Guard || want != why || as != s {
					t.Fatalf("reading %d is %q, and by its figures %q:\n%+v\n%+v", i, why, want, s, as)
				}
				if moved := before.Open() && r.Line.Of == alert.BaseTarget && before.Goal > 0 && before.Goal != b.Goal; moved != (s.LineMovedAt != before.LineMovedAt) && s.Episode == before.Episode {
					t.Fatalf("the target went from %v to %v, and the line is noted as changed at %v", before.Goal, b.Goal, s.LineMovedAt)
				}
			}
			if again, same := alert.Judge(r, through(t, s), b, beat.Reading); again != alert.Repeated || same != s {
				t.Fatalf("reading %d, judged twice, is %q and changes the state", i, again)
			}
		}
	})
}

func TestAPreviewFollowsWhatWasUsualThen(t *testing.T) {
	r, err := alert.NewRelative(alert.KindAbove, onUsual(50, 0), 5*m)
	if err != nil {
		t.Fatal(err)
	}
	r.WarmUp = 0
	var readings []aht.Reading
	for i := range 24 {
		readings = append(readings, aht.Reading{Mean: 5*m + time.Duration(i%5*3)*time.Second, At: nine.Add(time.Duration(i) * 5 * m)})
	}
	noon := nine.Add(time.Hour)
	usual := func(at time.Time) (aht.Band, bool) {
		b := usualBand
		if at.Before(noon) { // 5m is usual then
			b.Low, b.Median, b.High = 4*m, 5*m, 6*m
		}
		return b, true
	}
	got := alert.Preview(r, readings, 0, usual)
	if len(got) != 0 {
		t.Fatalf("half more than the usual 4m is 6m: %+v", got)
	}
	if r.Line.Percent = 10; len(alert.Preview(r, readings, 0, usual)) != 1 {
		t.Errorf("a tenth over the usual: %+v", alert.Preview(r, readings, 0, usual))
	}
	if e := alert.Preview(r, readings, 0, usual)[0]; e.CrossedAt.Before(noon) {
		t.Errorf("crossed at %v, when 5m was usual", e.CrossedAt)
	}
	if got := alert.Preview(r, readings, 0, nil); len(got) != 0 {
		t.Errorf("without anything usual: %+v", got)
	}
	if r.Line = onTarget(0, 0); len(alert.Preview(r, readings, 0, nil)) != 0 || len(alert.Preview(r, readings, 4*m, nil)) != 1 {
		t.Errorf("on the target: %+v", alert.Preview(r, readings, 4*m, nil))
	}
}
