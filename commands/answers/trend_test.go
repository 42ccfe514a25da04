package answers_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/answers"
	"ahtbot/commands/commandstest"
	"ahtbot/commands/reply"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

func TestTrendLinesReadAsTheyAreMeant(t *testing.T) {
	for line, want := range map[string]answers.Trend{
		"trend campaign Sales":            {Target: commandstest.Campaign(t, "Sales")},
		"trend Sales Outbound":            {Target: commandstest.Campaign(t, "Sales Outbound")},
		"trend campaign Sales TODAY":      {Target: commandstest.Campaign(t, "Sales")},
		"trend campaign Sales 24h":        {Target: commandstest.Campaign(t, "Sales"), Span: reply.SpanDay},
		`trend campaign "Sales 24h" 7d`:   {Target: commandstest.Campaign(t, "Sales 24h"), Span: reply.SpanWeek},
		`trend campaign "Sales 7d"`:       {Target: commandstest.Campaign(t, "Sales 7d")},
		"trend campaign Sales 7d 24h":     {Target: commandstest.Campaign(t, "Sales 7d"), Span: reply.SpanDay},
		"trend campaign “Sales Outbound”": {Target: commandstest.Campaign(t, "Sales Outbound")},
	} {
		got, err := commands.Parse(line)
		if err != nil || got != request.Command(want) {
			t.Errorf("%s: %v, %v; want %v", line, got, err, want)
			continue
		}
		if again, err := commands.Parse(strings.TrimPrefix(request.Line(got), request.CommandWord)); err != nil || again != got {
			t.Errorf("%s is written %s, which reads as %v, %v", line, request.Line(got), again, err)
		}
	}
	for line, fault := range map[string]request.Fault{
		"trend": request.FaultEmpty, "trend campaign": request.FaultEmpty, "trend agent 42": request.FaultPerson,
		`trend campaign "Sales" 30d`: request.FaultSpan, "trend campaign 7d": request.FaultEmpty, "trend campaign A agent 42": request.FaultBoth,
	} {
		_, err := commands.Parse(line)
		if ue, ok := errors.AsType[*request.UsageError](err); !ok || ue.Fault != fault {
			t.Errorf("%s: %v, want fault %d", line, err, fault)
		}
	}
}

// kept is a Handler with these readings of whatever target, at minutes before commandstest.Noon.
func kept(means map[int]time.Duration, err error) *commands.Handler {
	w := &commandstest.World{Remembered: true}
	h := w.Handler(request.Access{})
	h.History = func(_ context.Context, t aht.Target, from, to time.Time) ([]aht.Reading, error) {
		var out []aht.Reading
		for ago, mean := range means {
			if r := (aht.Reading{Target: t, Mean: mean, At: commandstest.Noon.Add(-time.Duration(ago) * time.Minute)}); !r.At.Before(from) && !r.At.After(to) {
				out = append(out, r)
			}
		}
		slices.SortFunc(out, func(a, b aht.Reading) int { return a.At.Compare(b.At) })
		return out, err
	}
	return h
}

func TestATrendSaysItsCourseAndWhatItDoesNotKnow(t *testing.T) {
	// commandstest.Noon is 08:35 UTC. A reading of 04:35 looks back to 02:35; the next, of 07:35, to 05:35.
	h := kept(map[int]time.Duration{240: 3 * time.Minute, 60: 5 * time.Minute, 55: 0, 5: 4 * time.Minute, 3 * 24 * 60: time.Hour}, nil)
	r, err := h.Answer(t.Context(), commandstest.Ask("trend campaign Sales"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"AHT of campaign Sales today", "From 3m 00s (04:35) to 4m 00s (08:30). Lowest 3m 00s (04:35), highest 5m 00s (07:35).",
		"From 4 readings. Without calls, and so without a point: 1.", "Nothing is known of Sun 00:00 to 02:35, Sun 04:35 to 05:35: nothing was read then.",
	} {
		if !strings.Contains(r.Text, want) {
			t.Errorf("%q is not in %q", want, r.Text)
		}
	}
	if want := []float64{180, 300, 240}; r.Chart == nil || !slices.Equal(r.Chart.Series[0].Values, want) {
		t.Errorf("chart %+v, want %v", r.Chart, want)
	}
	if len(r.Lines) != 2 || r.Lines[1] != "04:35 3m 00s · 07:35 5m 00s · 08:30 4m 00s" {
		t.Errorf("the points in words: %q", r.Lines)
	}
}

func TestATrendHasAtMostTwentyPoints(t *testing.T) {
	every := map[int]time.Duration{}
	for ago := range 7 * 24 * 60 {
		every[ago] = time.Minute + time.Duration(ago)*time.Second
	}
	h := kept(every, nil)
	for line, most := range map[string]int{"trend Sales": 9, "trend Sales 24h": 13, "trend Sales 7d": 8} {
		r, err := h.Answer(t.Context(), commandstest.Ask(line))
		if err != nil || r.Chart == nil || len(r.Chart.Categories) > min(20, most) || len(r.Chart.Categories) < most-1 {
			t.Errorf("%s: %v, %+v; want about %d points", line, err, r.Chart, most)
			continue
		}
		if seen := slices.Compact(slices.Sorted(slices.Values(r.Chart.Categories))); len(seen) != len(r.Chart.Categories) {
			t.Errorf("%s: a label comes twice: %v", line, r.Chart.Categories)
		}
	}
}

func TestATrendOfNothingSaysHowToBegin(t *testing.T) {
	for name, c := range map[string]struct {
		h    *commands.Handler
		want string
	}{
		"nothing read":     {kept(nil, nil), "No reading of campaign Sales is kept today"},
		"no calls":         {kept(map[int]time.Duration{5: 0}, nil), "found no calls: there is nothing to average"},
		"one point":        {kept(map[int]time.Duration{5: time.Minute}, nil), "One point so far: 1m 00s at 08:30."},
		"the store is off": {kept(nil, errors.New("away")), "The store that keeps past readings does not answer"},
	} {
		r, _ := c.h.Answer(t.Context(), commandstest.Ask("trend campaign Sales"))
		if !strings.Contains(r.Text, c.want) || r.Chart != nil {
			t.Errorf("%s: %q, chart %v", name, r.Text, r.Chart)
		}
	}
}

func TestAGuestSeesNoTrend(t *testing.T) {
	w := &commandstest.World{Remembered: true, Asker: request.Person{Guest: true}}
	if r, _ := w.Handler(request.Access{}).Answer(t.Context(), commandstest.Ask("trend campaign Sales")); r.Outcome != "denied" {
		t.Errorf("a guest is told %q", r.Text)
	}
}

func TestATrendFollowsTheAccountsSpellingWhenNothingIsKeptUnderAnother(t *testing.T) {
	keptUnder := ""
	h := (&commandstest.World{Remembered: true}).Handler(request.Access{})
	h.Names = commandstest.Floor
	h.History = func(_ context.Context, target aht.Target, _, _ time.Time) ([]aht.Reading, error) {
		if target.Name() != keptUnder {
			return nil, nil
		}
		return []aht.Reading{{Target: target, Mean: time.Minute, At: commandstest.Noon}}, nil
	}
	for _, c := range []struct{ kept, line, want, lacks string }{
		{"Sales Outbound", "trend sales_outbound", "I took “sales_outbound” for campaign Sales Outbound", "I know no"},
		{"sales_outbound", "trend sales_outbound", "AHT of campaign sales_outbound today", "I took"},
		{"Colections", "trend Colections", "AHT of campaign Colections today", "I know no"},
		{"", "trend Colections", "I know no campaign of that name", "I took"},
		{"", "trend Sales Outbound", "this is the first point", "I know no"},
	} {
		keptUnder = c.kept
		q := commandstest.Ask(c.line)
		q.Open = true
		r, err := h.Answer(t.Context(), q)
		if err != nil || !strings.Contains(r.Text, c.want) || strings.Contains(r.Text, c.lacks) || r.Public == strings.Contains(r.Text, "I know no") {
			t.Errorf("%s with readings of %q: public %v, %q, %v", c.line, c.kept, r.Public, r.Text, err)
		}
	}
}
