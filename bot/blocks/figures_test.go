package blocks

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"ahtbot/commands/reply"
	"ahtbot/internal/sim/slacksim/blockkit"
)

// drawings are messages with tables, charts and credits, by the name of their golden file.
func drawings() map[string]Message {
	words := reply.Reply{
		Text: "Outbound AHT, 2 h to 13:00 IST: 1 of 4 campaigns is over target, 1 has no calls.", Title: "Outbound AHT · Fri 20 Nov · 11:00–13:00 IST",
		Lines: []string{"1 of 4 campaigns is over target, 1 has no calls."}, Note: "Next at 15:00.", Public: true,
	}
	with := func(change func(*reply.Reply)) Message {
		r := words
		change(&r)
		return Message{Reply: r, For: ForAll}
	}
	plainly := func(m Message) Message {
		m.plain = true
		return m
	}
	table := with(func(r *reply.Reply) { r.Table = floorTable(4) })
	chart := with(func(r *reply.Reply) { r.Chart = floorChart() })
	both := with(func(r *reply.Reply) { r.Table, r.Chart = floorTable(4), floorChart() })
	hostile := with(func(r *reply.Reply) { r.Table, r.Chart = hostileFigures() })
	return map[string]Message{
		"table": table, "chart": chart, "table-chart": both, "table-hostile": hostile,
		"table-plain": plainly(table), "chart-plain": plainly(chart), "table-chart-plain": plainly(both), "table-hostile-plain": plainly(hostile),
		"table-long-plain": plainly(with(func(r *reply.Reply) { r.Table = floorTable(12) })),
		"credits": with(func(r *reply.Reply) {
			r.Credits = []reply.Credit{
				{Role: reply.RoleSetUp, ID: "U1"},
				{Role: reply.RoleSent, ID: "U2", Quiet: true, Name: "Asha <!here>"},
				{Role: reply.RoleAcknowledged, ID: "W2", When: "at 14:12"},
				{Role: reply.RolePlace, ID: "C1"},
			}
			r.Buttons = []reply.Button{
				{Action: reply.ActionRefresh, Label: "Mute 30 min", Value: "30m"},
				{Action: reply.ActionRefresh, Label: "Mute 1 h", Value: "1h"},
				{Action: reply.ActionAsk, Label: "Details", Value: "7"},
			}
		}),
	}
}

// floorTable has n campaigns, the second without calls.
func floorTable(n int) *reply.Table {
	t := &reply.Table{
		Caption: "AHT of 4 campaigns, off target first", Header: []string{"Campaign", "AHT", "Target", "Change", "State"},
		Narrow: []int{0, 1, 3, 4},
	}
	names := []string{"Collections – North", "Winter Trial", "Sales Outbound", "Sales Outbound Second Line of the West"}
	for i := range n {
		name := names[i%len(names)]
		if i >= len(names) {
			name = fmt.Sprintf("Campaign number %d of the floor", i)
		}
		row := []reply.Cell{reply.Words(name), reply.Number("4m 05s", 245), reply.Number("3m 30s", 210), reply.Number("+53s", 53), reply.Words("over target")}
		if i == 1 {
			row = []reply.Cell{reply.Words(name), reply.Number("no calls", -1), reply.Number("3m 30s", 210), {}, reply.Words("no calls")}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func floorChart() *reply.Chart {
	return &reply.Chart{
		Title: "AHT since 09:00 IST", Categories: []string{"09:00", "11:00", "13:00"}, YLabel: "seconds",
		Series: []reply.Series{
			{Name: "Collections – North", Values: []float64{192, 210, 245}},
			{Name: "Sales Outbound Second Line of the West", Values: []float64{180, 175, 171}},
			{Name: "Sales Outbound Second Line of the East", Values: []float64{160, 165, 168.5}},
		},
	}
}

// hostileFigures are made by somebody who wants to alarm a channel or break the drawing.
func hostileFigures() (*reply.Table, *reply.Chart) {
	names := []string{"<!channel> @here", "*b* _i_ `c` <@U1>", "a\nb\tc\u2028d", "", "x | <https://evil.example|good>"}
	t := &reply.Table{Caption: "AHT of <!everyone>", Header: []string{"Campaign", "<!here>"}}
	c := &reply.Chart{Title: "<!channel>\n@everyone", Categories: []string{"09:00", "09:00", "<!here>"}, YLabel: "<!here>"}
	for _, n := range names {
		t.Rows = append(t.Rows, []reply.Cell{reply.Words(n), reply.Number("@channel", 1)})
		c.Series = append(c.Series, reply.Series{Name: n, Values: []float64{1, 2, 3}})
	}
	return t, c
}

func problems(t *testing.T, m Message) []blockkit.Problem {
	t.Helper()
	return blockkit.Validate(pretty(t, m.Payload()))
}

func TestATableOfAnySizeIsTaken(t *testing.T) {
	huge := floorTable(250)
	for i := range huge.Rows {
		huge.Rows[i][0].Text = strings.Repeat("नाम ", 60)
	}
	wide := &reply.Table{Caption: strings.Repeat("c", 5000), Header: slices.Repeat([]string{"h"}, 40), Rows: [][]reply.Cell{{}, slices.Repeat([]reply.Cell{reply.Words("x")}, 60)}}
	odd := &reply.Table{Header: []string{"a", "b"}, Rows: [][]reply.Cell{{reply.Number("", math.NaN()), reply.Number("∞", math.Inf(1))}}, Narrow: []int{1, 7, -1}}
	for name, table := range map[string]*reply.Table{
		"103 rows": floorTable(103), "long names": huge, "40 columns": wide, "no numbers": odd,
		"empty": {Caption: "nothing"}, "no rows": {Caption: "c", Header: []string{"a"}},
	} {
		for _, plain := range []bool{false, true} {
			m := Message{Reply: reply.Reply{Text: "words", Lines: []string{"words"}, Table: table}, plain: plain}
			if p := problems(t, m); len(p) > 0 {
				t.Errorf("%s, plain %v: %v", name, plain, p)
			}
		}
	}
}

func TestWhatATableLeavesOutIsCounted(t *testing.T) {
	for rows, want := range map[int]string{100: "", 101: "and 1 more", 103: "and 3 more"} {
		got := string(pretty(t, Message{Reply: reply.Reply{Table: floorTable(rows)}}.Payload()))
		if want == "" && strings.Contains(got, "more") || !strings.Contains(got, want) {
			t.Errorf("%d rows: want %q", rows, want)
		}
	}
	for rows, want := range map[int]string{10: "", 11: "and 1 more", 12: "and 2 more"} {
		got := string(pretty(t, Message{Reply: reply.Reply{Table: floorTable(rows)}, plain: true}.Payload()))
		if want == "" && strings.Contains(got, "more") || !strings.Contains(got, want) {
			t.Errorf("%d rows in plain: want %q", rows, want)
		}
	}
}

func TestAPlainTableFitsAPhoneAndTellsItsRowsApart(t *testing.T) {
	table := floorTable(10)
	for i := range table.Rows {
		table.Rows[i][0].Text = fmt.Sprintf("Collections of the north and the south, line %d", i)
	}
	block, ok := plainTable(*table).(*slack.RichTextBlock)
	if !ok {
		t.Fatal("no rich_text")
	}
	body, ok := block.Elements[1].(*slack.RichTextPreformatted).Elements[0].(*slack.RichTextSectionTextElement)
	if !ok {
		t.Fatal("no text")
	}
	lines := strings.Split(body.Text, "\n")
	if len(lines) != 11 {
		t.Errorf("%d lines", len(lines))
	}
	for i, l := range lines {
		if utf8.RuneCountInString(l) > plainWidth {
			t.Errorf("%d characters: %q", utf8.RuneCountInString(l), l)
		}
		if name := l[:leastName]; slices.ContainsFunc(lines[:i], func(o string) bool { return o == l }) {
			t.Errorf("two rows look the same: %q", name)
		}
	}
}

func TestAChartThatCanNotBeDrawnIsLeftOut(t *testing.T) {
	many := &reply.Chart{Title: "many", Categories: make([]string, 30)}
	for i := range many.Categories {
		many.Categories[i] = "a category that is longer than Slack allows"
	}
	for range 9 {
		many.Series = append(many.Series, reply.Series{Name: "one name, which all nine have", Values: make([]float64, 30)})
	}
	short := &reply.Chart{Categories: []string{"a", "b"}, Series: []reply.Series{{Name: "gap", Values: []float64{1}}, {Name: "whole", Values: []float64{1, 2}}}}
	for name, c := range map[string]struct {
		chart *reply.Chart
		drawn bool
	}{
		"too many of all": {many, true}, "a series with a gap": {short, true},
		"nothing":   {&reply.Chart{Title: "x"}, false},
		"no series": {&reply.Chart{Categories: []string{"a"}}, false},
		"no number": {&reply.Chart{Categories: []string{"a"}, Series: []reply.Series{{Name: "x", Values: []float64{math.NaN()}}}}, false},
	} {
		m := Message{Reply: reply.Reply{Text: "words", Lines: []string{"words"}, Chart: c.chart}}
		if p := problems(t, m); len(p) > 0 {
			t.Errorf("%s: %v", name, p)
		}
		if drawn := len(figures(m.Reply, m.plain)) > 0; drawn != c.drawn {
			t.Errorf("%s: drawn %v", name, drawn)
		}
	}
	block, ok := lineChart(*short).(*slack.DataVisualizationBlock)
	if !ok || strings.Contains(fmt.Sprintf("%+v", block.Chart), "gap") {
		t.Error("a series with a gap is drawn")
	}
}

func TestCreditsNameNobodyButByID(t *testing.T) {
	bad := []reply.Credit{
		{Role: reply.RoleSetUp, ID: "!channel"},
		{Role: reply.RoleSetUp, ID: "U1> <!here"},
		{Role: reply.RoleSetUp, ID: "C1"},
		{Role: reply.RoleSetUp, ID: ""},
		{Role: reply.RolePlace, ID: "U1"},
		{Role: reply.RolePlace, ID: "S123"},
		{Role: 99, ID: "U1"},
		{ID: "U1"},
	}
	if b := credits(bad); b != nil {
		t.Errorf("drawn: %s", pretty(t, b))
	}
	many := slices.Repeat([]reply.Credit{{Role: reply.RoleMuted, ID: "U1", When: "<!channel> @here"}}, 20)
	if p := problems(t, Message{Reply: reply.Reply{Text: "x", Credits: many}}); len(p) > 0 {
		t.Error(p)
	}
}

func TestATextCanBeEditedWhateverEscapesAdd(t *testing.T) {
	for _, s := range []string{strings.Repeat("&", 5000), strings.Repeat("<!channel>", 900), strings.Repeat("é", 9000), "a & b"} {
		if n := utf8.RuneCountInString(text(s)); n > 4000 || n == 0 {
			t.Errorf("%.10s…: %d characters", s, n)
		}
	}
}
