package digestpost_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahtbot/commands/commandstest"
	"ahtbot/commands/digests/digestpost"
	"ahtbot/commands/reply"
	"ahtbot/internal/aht"
	"ahtbot/internal/digest"
)

// one is a slot of 13:00 in India, and what a report of it is made of.
var one = digest.Slot{Local: "2026-11-23T13:00 Asia/Kolkata", At: time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)}

// rowOf is a campaign with its mean now, before, and its target, in seconds. Zero is no
// calls, or none; below zero now is not read.
func rowOf(t interface {
	Helper()
	Fatal(...any)
}, name string, mean, before, goal int,
) digest.Row {
	t.Helper()
	c, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		t.Fatal(err)
	}
	r := digest.Row{Target: c, Reading: aht.Reading{Target: c, Mean: time.Duration(max(0, mean)) * time.Second, At: one.At.Add(-time.Minute)}}
	if mean < 0 {
		r.Reading, r.Failure = aht.Reading{}, commandstest.UpstreamError{Class: "limit", Reason: "limit-exceeded", In: time.Minute}
	}
	if before != 0 {
		r.Previous = aht.Reading{Target: c, Mean: time.Duration(max(0, before)) * time.Second, At: one.At.Add(-2 * time.Hour)}
	}
	if goal > 0 {
		r.Goal = aht.Goal{Target: c, Mean: time.Duration(goal) * time.Second}
	}
	return r
}

func reportOf(t *testing.T, rows ...digest.Row) digest.Report {
	t.Helper()
	spec := digest.Spec{Days: digest.MondayToSaturday, Every: digest.Every{Hours: 2, From: 11 * 60, To: 19 * 60}, Zone: "Asia/Kolkata"}
	rule, err := digest.NewRule(spec)
	if err != nil {
		t.Fatal(err)
	}
	return digest.Report{
		Digest: digest.Digest{ID: 3, By: "U1", Channel: "C1", Order: digest.Order{Selection: digest.Selection{Campaigns: []string{"A"}}, Rule: rule}},
		Slot:   one, At: one.At, Rows: rows, Next: digest.Slot{Local: "2026-11-23T15:00 Asia/Kolkata", At: one.At.Add(2 * time.Hour)},
	}
}

func names(r reply.Reply) (out []string) {
	if r.Table == nil {
		return nil
	}
	for _, row := range r.Table.Rows {
		out = append(out, row[0].Text)
	}
	return out
}

func TestAMessageIsSortedByWhatMatters(t *testing.T) {
	r := digestpost.Message(reportOf(t,
		rowOf(t, "quiet b", 0, 0, 0), rowOf(t, "failed", -1, 0, 0), rowOf(t, "zeta", 100, 0, 0), rowOf(t, "little over", 210, 0, 200),
		rowOf(t, "Alpha", 100, 0, 200), rowOf(t, "far over", 300, 0, 200), rowOf(t, "Quiet a", 0, 0, 0)))
	if want := []string{"far over", "little over", "Alpha", "zeta", "Quiet a", "quiet b", "failed"}; !slices.Equal(names(r), want) {
		t.Errorf("%q, want %q", names(r), want)
	}
	if want := "2 of 7 campaigns over target · 2 without calls · 1 not read · 4 without a target."; r.Lines[0] != want {
		t.Errorf("%q, want %q", r.Lines[0], want)
	}
	if !r.Public || r.Title != "Outbound AHT · Mon 23 Nov · 11:00–13:00 IST" || !strings.Contains(r.Note, "Next: 15:00.") || r.Credits[0].ID != "U1" {
		t.Errorf("%+v", r)
	}
}

func TestFiltersLeaveOutAndSayHowMany(t *testing.T) {
	rows := []digest.Row{
		rowOf(t, "over", 210, 210, 200), rowOf(t, "within", 190, 180, 200), rowOf(t, "quiet", 0, 0, 200), rowOf(t, "fell silent", 0, 100, 0),
		rowOf(t, "failed", -1, 0, 0), rowOf(t, "began", 100, -1, 0), rowOf(t, "new", 100, 0, 0),
	}
	for f, want := range map[digest.Filter][]string{
		digest.ShowOffTarget: {"over", "failed"}, digest.ShowChanged: {"began", "within", "fell silent", "failed"},
		digest.ShowWithCalls: {"over", "began", "new", "within", "failed"},
		digest.ShowAll:       {"over", "began", "new", "within", "fell silent", "quiet", "failed"},
	} {
		report := reportOf(t, rows...)
		report.Digest.Order.Filter = f
		r := digestpost.Message(report)
		if !slices.Equal(names(r), want) {
			t.Errorf("%v: %q, want %q", f, names(r), want)
		}
		if said := fmt.Sprintf("%d left out", len(rows)-len(want)); strings.Contains(r.Lines[0], said) != (f != digest.ShowAll) {
			t.Errorf("%v: %q, want %q", f, r.Lines[0], said)
		}
	}
	for f, want := range map[digest.Filter]string{
		digest.ShowOffTarget: "of 2 campaigns none is over target, 1 of them without calls.", digest.ShowChanged: "none is known to have changed",
	} {
		report := reportOf(t, rowOf(t, "within", 190, 190, 200), rowOf(t, "quiet", 0, 0, 0))
		report.Digest.Order.Filter = f
		if r := digestpost.Message(report); !strings.Contains(r.Text, want) || r.Table != nil || r.Chart != nil || len(r.Lines) != 1 {
			t.Errorf("%v: %+v", f, r)
		}
	}
}

func TestNoCallsAreNeverZero(t *testing.T) {
	all := digestpost.Message(reportOf(t, rowOf(t, "A", 0, 100, 90), rowOf(t, "B", 0, 0, 0)))
	if all.Table != nil || !strings.Contains(all.Text, "No outbound call of A and B ended from 11:00 to 13:00 IST.") || !strings.Contains(all.Text, "not zero") {
		t.Errorf("%+v", all)
	}
	same := digestpost.Message(reportOf(t, rowOf(t, "A", 0, 0, 0), rowOf(t, "B", 100, 100, 100)))
	for _, text := range []string{all.Text, same.Text} {
		if strings.Contains(text, " 0s") {
			t.Errorf("a zero in %q", text)
		}
	}
	if !strings.Contains(same.Text, "B 1m 40s, within target, target 1m 40s, change same") {
		t.Errorf("%q", same.Text)
	}
}

func TestPeopleAreNoPartOfADigest(t *testing.T) {
	person := rowOf(t, "A", 100, 0, 0)
	asha, err := aht.NewTarget(aht.KindAgent, "asha@example.com")
	if err != nil {
		t.Fatal(err)
	}
	person.Target = asha
	r := digestpost.Message(reportOf(t, person, rowOf(t, "Sales", 100, 0, 0), rowOf(t, "West", 100, 0, 0)))
	if said := fmt.Sprintf("%+v %+v", r, r.Table); strings.Contains(said, "asha") || !strings.HasPrefix(r.Lines[0], "2 campaigns") {
		t.Errorf("a person is shown: %s", said)
	}
}

func TestWhatWasNotAsPlannedIsSaid(t *testing.T) {
	report := reportOf(t, rowOf(t, "A", 100, 0, 0), rowOf(t, "B", 110, 0, 0))
	report.Late, report.Missed = 6*time.Minute, []digest.Slot{{Local: "2026-11-23T11:00 Asia/Kolkata", At: one.At.Add(-2 * time.Hour)}}
	r := digestpost.Message(report)
	if want := []string{"2 campaigns, 1m 40s to 1m 50s.", "Late by 6 min; readings taken 12:59.", "11:00 was missed."}; !slices.Equal(r.Lines, want) {
		t.Errorf("%q, want %q", r.Lines, want)
	}
	report.Late, report.Missed = 0, nil
	report.Rows[1].Reading.At = one.At.Add(-8 * time.Minute)
	r = digestpost.Message(report)
	if !slices.Contains(r.Table.Header, "Read at") || r.Lines[1] != "Readings taken 12:52 to 12:59, each at its own time." {
		t.Errorf("%q, %q", r.Table.Header, r.Lines)
	}
	report.Preview = true
	if r := digestpost.Message(report); r.Public || !strings.Contains(r.Lines[0], "only you see it") {
		t.Errorf("%+v", r)
	}
	report.Preview, report.ByHand, report.Next = false, "U7", digest.Slot{}
	if r := digestpost.Message(report); r.Credits[1] != (reply.Credit{Role: reply.RoleSent, ID: "U7", Quiet: true}) || !strings.HasSuffix(r.Text, "This was the last one.") {
		t.Errorf("%+v", r)
	}
}

// course gives r readings of the shift at minutes before the slot; zero is no calls.
func course(r digest.Row, at map[int]int) digest.Row {
	for _, ago := range slices.Backward(slices.Sorted(func(yield func(int) bool) {
		for ago := range at {
			if !yield(ago) {
				return
			}
		}
	})) {
		r.Course = append(r.Course, aht.Reading{Target: r.Target, Mean: time.Duration(at[ago]) * time.Second, At: one.At.Add(-time.Duration(ago) * time.Minute)})
	}
	return r
}

func TestAChartLeavesOutWhatIsNotThereForAll(t *testing.T) {
	a := course(rowOf(t, "A", 100, 0, 0), map[int]int{0: 100, 62: 90, 121: 80, 180: 70})
	b := course(rowOf(t, "B", 200, 0, 0), map[int]int{1: 200, 60: 0, 120: 210, 181: 220})
	rare := course(rowOf(t, "C", 300, 0, 0), map[int]int{0: 300})
	r := digestpost.Message(reportOf(t, a, b, rare))
	if r.Chart == nil || !slices.Equal(r.Chart.Categories, []string{"10:00", "11:00", "13:00"}) || len(r.Chart.Series) != 2 || !slices.Equal(r.Chart.Series[1].Values, []float64{220, 210, 200}) {
		t.Fatalf("%+v", r.Chart)
	}
	for _, want := range []string{"12:00 left out", "Not drawn: C.", "A 1m 10s to 1m 40s", "B 3m 40s to 3m 20s"} {
		if !strings.Contains(r.Note, want) {
			t.Errorf("%q does not say %q", r.Note, want)
		}
	}
	odd := course(rowOf(t, "D", 300, 0, 0), map[int]int{30: 300, 90: 300})
	if r := digestpost.Message(reportOf(t, a, b, odd)); r.Chart == nil || len(r.Chart.Series) != 2 {
		t.Errorf("one campaign read at other times keeps the others away: %+v", r.Chart)
	}
	chart := reportOf(t, a, b)
	chart.Digest.Order.View = digest.ViewChart
	if r := digestpost.Message(chart); r.Table != nil || !slices.Contains(r.Lines, "B 3m 20s.") {
		t.Errorf("%+v", r.Lines)
	}
	chart.Rows = []digest.Row{rowOf(t, "A", 100, 0, 0), rowOf(t, "B", 100, 0, 0)}
	if r := digestpost.Message(chart); r.Chart != nil || r.Table == nil {
		t.Error("nothing to draw, and no table instead")
	}
	chart.Digest.Order.View = digest.ViewTable
	chart.Rows = []digest.Row{a, b}
	if r := digestpost.Message(chart); r.Chart != nil || r.Table == nil {
		t.Error("a chart that was not asked for")
	}
}

func TestAChartHasPointsThatDiffer(t *testing.T) {
	// every returns a mean at each step of minutes since the shift began, some seconds into it.
	every := func(step, shift, seconds int, mean func(ago int) int) digest.Row {
		r := rowOf(t, fmt.Sprintf("Every %d", step), 100, 0, 0)
		for ago := shift; ago >= 0; ago -= step {
			at := one.At.Add(-time.Duration(ago)*time.Minute - time.Duration(seconds)*time.Second)
			r.Course = append(r.Course, aht.Reading{Target: r.Target, Mean: time.Duration(mean(ago)) * time.Second, At: at})
		}
		return r
	}
	rises := func(ago int) int { return 400 - ago%300 }
	for name, c := range map[string]struct {
		rows   []digest.Row
		series int // 0: no chart
		points int
		apart  time.Duration
	}{
		"read at slightly other seconds":     {[]digest.Row{every(5, 60, 1, rises), every(5, 60, 58, rises)}, 2, 13, 5 * time.Minute},
		"read every minute":                  {[]digest.Row{every(1, 60, 0, rises)}, 1, 13, 5 * time.Minute},
		"a shift of six hours":               {[]digest.Row{every(5, 360, 3, rises), every(7, 360, 30, rises)}, 2, 19, 20 * time.Minute},
		"half a day":                         {[]digest.Row{every(5, 720, 3, rises), every(120, 720, 30, rises)}, 2, 7, 2 * time.Hour},
		"more than a day":                    {[]digest.Row{every(5, 1500, 0, rises)}, 1, 20, time.Hour},
		"all within the minute":              {[]digest.Row{every(1, 0, 0, rises), every(1, 0, 30, rises)}, 0, 0, 0},
		"within four minutes":                {[]digest.Row{every(1, 4, 0, rises)}, 0, 0, 0},
		"always the same":                    {[]digest.Row{every(5, 60, 0, func(int) int { return 100 })}, 0, 0, 0},
		"the same, beside one that is not":   {[]digest.Row{every(5, 60, 0, func(int) int { return 100 }), every(6, 60, 0, rises)}, 2, 13, 5 * time.Minute},
		"one that is read, one never before": {[]digest.Row{every(5, 60, 0, rises), rowOf(t, "New", 100, 0, 0)}, 1, 13, 5 * time.Minute},
	} {
		chart := digestpost.Message(reportOf(t, c.rows...)).Chart
		if chart == nil || c.series == 0 {
			if chart != nil || c.series != 0 {
				t.Errorf("%s: %+v", name, chart)
			}
			continue
		}
		first, err := time.Parse("15:04", chart.Categories[0])
		second, err2 := time.Parse("15:04", chart.Categories[1])
		if err != nil || err2 != nil || second.Sub(first) != c.apart || len(chart.Categories) != c.points || len(chart.Series) != c.series {
			t.Errorf("%s: %q of %d series, want %d points of %d, %v apart", name, chart.Categories, len(chart.Series), c.points, c.series, c.apart)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(chart.Categories)))) != len(chart.Categories) {
			t.Errorf("%s: a time twice in %q", name, chart.Categories)
		}
	}
}

// TestAnyReportHasItsWords makes reports at random: the text holds every figure shown, and
// table and chart are whole.
func TestAnyReportHasItsWords(t *testing.T) {
	base := reportOf(t)
	rapid.Check(t, func(t *rapid.T) {
		report := base
		report.Digest.Order.Filter = digest.Filter(rapid.IntRange(0, 3).Draw(t, "only"))
		report.Digest.Order.View = digest.View(rapid.IntRange(0, 2).Draw(t, "as"))
		report.Late = time.Duration(rapid.IntRange(0, 40).Draw(t, "late")) * time.Minute
		for i := range rapid.IntRange(0, 12).Draw(t, "rows") {
			value := func(what string, low int) int { return rapid.IntRange(low, 400).Draw(t, what) }
			r := rowOf(t, fmt.Sprintf("Campaign %d", i), value("mean", -1), value("before", -1), value("goal", 0))
			at := map[int]int{}
			for range rapid.IntRange(0, 8).Draw(t, "points") {
				at[rapid.IntRange(0, 300).Draw(t, "ago")] = value("point", 0)
			}
			report.Rows = append(report.Rows, course(r, at))
		}
		r := digestpost.Message(report)
		if r.Text == "" || len(r.Lines) == 0 || strings.Contains(r.Text, "%!") || strings.Contains(r.Text, "SECRET") {
			t.Fatalf("%+v", r)
		}
		if r.Table != nil {
			for _, row := range r.Table.Rows {
				if len(row) != len(r.Table.Header) {
					t.Fatalf("a row of %d cells under %q", len(row), r.Table.Header)
				}
				if !strings.Contains(r.Text, row[0].Text+" "+row[1].Text) {
					t.Fatalf("%q does not have %s %s", r.Text, row[0].Text, row[1].Text)
				}
			}
		}
		if c := r.Chart; c != nil {
			if len(c.Series) > 6 || len(c.Categories) < 2 || len(c.Categories) > 20 || len(slices.Compact(slices.Clone(c.Categories))) < len(c.Categories) {
				t.Fatalf("%+v", c)
			}
			for _, s := range c.Series {
				if len(s.Values) != len(c.Categories) || slices.Contains(s.Values, 0) || slices.ContainsFunc(s.Values, math.IsNaN) {
					t.Fatalf("%+v", c)
				}
			}
		}
	})
}

func TestNoticesEndWithTheWayOut(t *testing.T) {
	d := reportOf(t).Digest
	d.Next = one
	for name, c := range map[string]struct {
		r    reply.Reply
		want []string
	}{
		"stuck":          {digestpost.Stuck(d, "not_in_channel"), []string{"Digest 3 could not be posted", "/invite @ahtbot", "/aht digest pause 3"}},
		"stuck for ever": {digestpost.Stuck(digest.Digest{ID: 3, Channel: "C1", Order: d.Order}, "is_archived"), []string{"archived", "/aht digest send 3"}},
		"orphan":         {digestpost.Orphan(d), []string{"no active account", "/aht digest resume 3", "/aht digest remove 3"}},
	} {
		for _, w := range c.want {
			if !strings.Contains(c.r.Text, w) || c.r.Public {
				t.Errorf("%s: %q does not say %q", name, c.r.Text, w)
			}
		}
	}
}
