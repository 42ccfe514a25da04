package alertline_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/commands"
	"ahtbot/commands/alerts/alertline"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
	"ahtbot/internal/alert"
)

// maybe draws one of these, or nothing.
func maybe[T any](t *rapid.T, label string, draw func() T) *T {
	if !rapid.Bool().Draw(t, label+" said") {
		return nil
	}
	return new(draw())
}

// drawLine draws what an alert watches for into d.
func drawLine(t *rapid.T, d *alertline.Draft) {
	seconds := func(label string, least, most int) time.Duration {
		return time.Duration(rapid.IntRange(least, most).Draw(t, label)) * time.Second
	}
	offset := func(of alert.Base) alert.Offset {
		o := alert.Offset{Of: of}
		switch rapid.IntRange(0, 2).Draw(t, "step") {
		case 1:
			o.Percent = rapid.IntRange(-90, 900).Draw(t, "percent")
		case 2:
			o.By = seconds("by", -3600, 3600)
		}
		return o
	}
	d.Kind = alert.Kind(rapid.IntRange(int(alert.KindAbove), int(alert.KindNoCalls)).Draw(t, "kind"))
	if d.Kind != alert.KindNoCalls && rapid.Bool().Draw(t, "relative") {
		d.Line = offset(rapid.SampledFrom([]alert.Base{alert.BaseTarget, alert.BaseUsual}).Draw(t, "base"))
		d.ClearAt = maybe(t, "clear", func() alert.Offset {
			return offset(rapid.SampledFrom([]alert.Base{d.Line.Of, alert.BaseLine}).Draw(t, "clear base"))
		})
		return
	}
	low := seconds("low", 1, 7200)
	if d.Kind == alert.KindBelow || d.Kind == alert.KindOutside {
		d.Low = low
	}
	if d.Kind == alert.KindAbove || d.Kind == alert.KindOutside {
		d.High = low + seconds("range", 1, 7200)
	}
}

// drawAlert draws what a line about an alert may say.
func drawAlert(t *rapid.T) (d alertline.Draft) {
	target, err := aht.NewTarget(aht.KindCampaign, rapid.SampledFrom([]string{
		"Sales", "Above Target", "10% above target", "Sales > 5m", "For Dm", `5" pipes`, "विक्रय दल", "& Sons", "&gt; 5m", "usual", "by dm",
	}).Draw(t, "name"))
	if err != nil {
		t.Fatal(err)
	}
	d.Target = target
	drawLine(t, &d)
	duration := func() time.Duration { return time.Duration(rapid.IntRange(0, 20000).Draw(t, "duration")) * time.Second }
	d.For, d.ClearFor = maybe(t, "for", duration), maybe(t, "clear for", duration)
	d.WarmUp, d.Remind = maybe(t, "warm-up", duration), maybe(t, "remind", duration)
	d.Readings = maybe(t, "readings", func() int { return rapid.IntRange(2, 24).Draw(t, "readings") })
	d.Guard = maybe(t, "guard", func() bool { return rapid.Bool().Draw(t, "guard") })
	switch rapid.IntRange(0, 2).Draw(t, "place") {
	case 1:
		d.Direct = true
	case 2:
		d.In = grammar.Place{ID: "C1", Name: "ops"}
	}
	return d
}

// Whatever Line writes of an alert that can be made, Parse reads back to the same command.
func TestWhatLineWritesOfAnAlertIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawAlert(t)
		cmd := rapid.SampledFrom([]request.Command{alertline.Add{Draft: d}, alertline.Preview{Draft: d}, alertline.Edit{ID: 7, Draft: d}}).Draw(t, "command")
		got, err := commands.Parse(request.Line(cmd))
		if err != nil {
			rule, refused := alert.NewRelative(d.Kind, d.Line, time.Minute)
			if d.Line.Of == 0 {
				rule, refused = alert.NewRule(d.Kind, d.Low, d.High, time.Minute)
			}
			if d.ClearAt != nil {
				rule.Clear = *d.ClearAt
			}
			if refused != nil || rule.Check() != nil {
				t.Skip("makes no alert")
			}
		}
		if err != nil || !reflect.DeepEqual(got, cmd) {
			t.Fatalf("%s reads back as %v, %v", request.Line(cmd), got, err)
		}
	})
}
