package alerts

import (
	"strings"
	"testing"
	"time"

	"ahtbot/internal/alert"
	"ahtbot/internal/store"
)

// A line that moves is kept as what it hangs on, and rules from before there were any are
// read as they were.
func TestARuleWithALineThatMovesIsKept(t *testing.T) {
	a, ctx := alertsAlone(t, nil), t.Context()
	w := newWatch(t, "Sales")
	line := alert.Offset{Of: alert.BaseTarget, Percent: 10}
	var err error
	if w.Rule, err = alert.NewRelative(alert.KindAbove, line, 5*time.Minute); err != nil {
		t.Fatal(err)
	}
	if w, err = a.Add(ctx, w); err != nil {
		t.Fatal(err)
	}
	row, _, err := a.config.DB.Alert(ctx, w.ID)
	if err != nil || !strings.Contains(row.Rule, `"line":{"of":"target","percent":10}`) || strings.Contains(row.Rule, `"high"`) {
		t.Errorf("kept as %s, %v", row.Rule, err)
	}
	judged, err := a.Amend(ctx, w.ID, "", "", func(s alert.Standing) (alert.State, alert.Update, bool) {
		s.State.Goal = 270 * time.Second
		return s.State, alert.Update{}, false
	})
	if err != nil || judged.Watch.Rule != w.Rule {
		t.Errorf("amended to %+v, %v", judged, err)
	}
	s, ok, err := a.Alert(ctx, w.ID)
	if err != nil || !ok || s.Watch.Rule != w.Rule || s.RuleAsJudged().High != 297*time.Second {
		t.Errorf("read back as %+v with a line at %v, %v", s, s.RuleAsJudged().High, err)
	}
	old, err := FromRow(store.AlertRule{Rule: `{"kind":"above","high":300000000000,"clear_high":270000000000,"readings":3,"interval":300000000000}`, State: "{}"})
	if r := old.Watch.Rule; err != nil || r.Relative() || r.High != 5*time.Minute || r.Check() != nil {
		t.Errorf("an earlier rule is read as %+v, %v", r, err)
	}
}
