package blocks

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"ahtbot/commands"
	"ahtbot/internal/sim/slacksim/blockkit"
)

// drawings are messages with tables, charts and credits, by the name of their golden file.
func drawings() map[string]Message {
	words := commands.Reply{
		Text: "Outbound AHT, 2 h to 13:00 IST: 1 of 4 campaigns is over target, 1 has no calls.", Title: "Outbound AHT · Fri 20 Nov · 11:00–13:00 IST",
		Lines: []string{"1 of 4 campaigns is over target, 1 has no calls."}, Note: "Next at 15:00.", Public: true,
	}
	with := func(change func(*commands.Reply)) Message {
		r := words
		change(&r)
		return Message{Reply: r, For: ForAll}
	}
	plainly := func(m Message) Message {
		m.plain = true
		return m
	}
	table := with(func(r *commands.Reply) { r.Table = floorTable(4) })
	chart := with(func(r *commands.Reply) { r.Chart = floorChart() })
	both := with(func(r *commands.Reply) { r.Table, r.Chart = floorTable(4), floorChart() })
	hostile := with(func(r *commands.Reply) { r.Table, r.Chart = hostileFigures() })
	return map[string]Message{
		"table": table, "chart": chart, "table-chart": both, "table-hostile": hostile,
		"table-plain": plainly(table), "chart-plain": plainly(chart), "table-chart-plain": plainly(both), "table-hostile-plain": plainly(hostile),
		"table-long-plain": plainly(with(func(r *commands.Reply) { r.Table = floorTable(12) })),
		"credits": with(func(r *commands.Reply) {
			r.Credits = []commands.Credit{
				{Role: commands.RoleSetUp, ID: "U1"},
				{Role: commands.RoleSent, ID: "U2", Quiet: true, Name: "Asha <!here>"},
				{Role: commands.RoleAcknowledged, ID: "W2", When: "at 14:12"},
				{Role: commands.RolePlace, ID: "C1"},
			}
			r.Buttons = []commands.Button{
				{Action: commands.ActionRefresh, Label: "Mute 30 min", Value: "30m"},
				{Action: commands.ActionRefresh, Label: "Mute 1 h", Value: "1h"},
				{Action: commands.ActionAsk, Label: "Details", Value: "7"},
			}
		}),
	}
}

// floorTable has n campaigns, the second without calls.
func floorTable(n int) *commands.Table {
	t := &commands.Table{
		Caption: "AHT of 4 campaigns, off target first", Header: []string{"Campaign", "AHT", "Target", "Change", "State"},
		Narrow: []int{0, 1, 3, 4},
	}
	names := []string{"Collections – North", "Winter Trial", "Sales Outbound", "Sales Outbound Second Line of the West"}
	for i := range n {
		name := names[i%len(names)]
		if i >= len(names) {
			name = fmt.Sprintf("Campaign number %d of the floor", i)
		}
		row := []commands.Cell{commands.Words(name), commands.Number("4m 05s", 245), commands.Number("3m 30s", 210), commands.Number("+53s", 53), commands.Words("over target")}
		if i == 1 {
			row = []commands.Cell{commands.Words(name), commands.Number("no calls", -1), commands.Number("3m 30s", 210), {}, commands.Words("no calls")}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func floorChart() *commands.Chart {
	return &commands.Chart{
		Title: "AHT since 09:00 IST", Categories: []string{"09:00", "11:00", "13:00"}, YLabel: "seconds",
		Series: []commands.Series{
			{Name: "Collections – North", Values: []float64{192, 210, 245}},
			{Name: "Sales Outbound Second Line of the West", Values: []float64{180, 175, 171}},
			{Name: "Sales Outbound Second Line of the East", Values: []float64{160, 165, 168.5}},
		},
	}
}

// hostileFigures are made by somebody who wants to alarm a channel or break the drawing.
func hostileFigures() (*commands.Table, *commands.Chart) {
	names := []string{"<!channel> @here", "*b* _i_ `c` <@U1>", "a\nb\tc\u2028d", "", "x | <https://evil.example|good>"}
	t := &commands.Table{Caption: "AHT of <!everyone>", Header: []string{"Campaign", "<!here>"}}
	c := &commands.Chart{Title: "<!channel>\n@everyone", Categories: []string{"09:00", "09:00", "<!here>"}, YLabel: "<!here>"}
	for _, n := range names {
		t.Rows = append(t.Rows, []commands.Cell{commands.Words(n), commands.Number("@channel", 1)})
		c.Series = append(c.Series, commands.Series{Name: n, Values: []float64{1, 2, 3}})
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
	wide := &commands.Table{Caption: strings.Repeat("c", 5000), Header: slices.Repeat([]string{"h"}, 40), Rows: [][]commands.Cell{{}, slices.Repeat([]commands.Cell{commands.Words("x")}, 60)}}
	odd := &commands.Table{Header: []string{"a", "b"}, Rows: [][]commands.Cell{{commands.Number("", math.NaN()), commands.Number("∞", math.Inf(1))}}, Narrow: []int{1, 7, -1}}
	for name, table := range map[string]*commands.Table{
		"103 rows": floorTable(103), "long names": huge, "40 columns": wide, "no numbers": odd,
		"empty": {Caption: "nothing"}, "no rows": {Caption: "c", Header: []string{"a"}},
	} {
		for _, plain := range []bool{false, true} {
			m := Message{Reply: commands.Reply{Text: "words", Lines: []string{"words"}, Table: table}, plain: plain}
			if p := problems(t, m); len(p) > 0 {
				t.Errorf("%s, plain %v: %v", name, plain, p)
			}
		}
	}
}

func TestWhatATableLeavesOutIsCounted(t *testing.T) {
	for rows, want := range map[int]string{100: "", 101: "and 1 more", 103: "and 3 more"} {
		got := string(pretty(t, Message{Reply: commands.Reply{Table: floorTable(rows)}}.Payload()))
		if want == "" && strings.Contains(got, "more") || !strings.Contains(got, want) {
			t.Errorf("%d rows: want %q", rows, want)
		}
	}
	for rows, want := range map[int]string{10: "", 11: "and 1 more", 12: "and 2 more"} {
		got := string(pretty(t, Message{Reply: commands.Reply{Table: floorTable(rows)}, plain: true}.Payload()))
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
	many := &commands.Chart{Title: "many", Categories: make([]string, 30)}
	for i := range many.Categories {
		many.Categories[i] = "a category that is longer than Slack allows"
	}
	for range 9 {
		many.Series = append(many.Series, commands.Series{Name: "one name, which all nine have", Values: make([]float64, 30)})
	}
	short := &commands.Chart{Categories: []string{"a", "b"}, Series: []commands.Series{{Name: "gap", Values: []float64{1}}, {Name: "whole", Values: []float64{1, 2}}}}
	for name, c := range map[string]struct {
		chart *commands.Chart
		drawn bool
	}{
		"too many of all": {many, true}, "a series with a gap": {short, true},
		"nothing":   {&commands.Chart{Title: "x"}, false},
		"no series": {&commands.Chart{Categories: []string{"a"}}, false},
		"no number": {&commands.Chart{Categories: []string{"a"}, Series: []commands.Series{{Name: "x", Values: []float64{math.NaN()}}}}, false},
	} {
		m := Message{Reply: commands.Reply{Text: "words", Lines: []string{"words"}, Chart: c.chart}}
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
	bad := []commands.Credit{
		{Role: commands.RoleSetUp, ID: "!channel"},
		{Role: commands.RoleSetUp, ID: "U1> <!here"},
		{Role: commands.RoleSetUp, ID: "C1"},
		{Role: commands.RoleSetUp, ID: ""},
		{Role: commands.RolePlace, ID: "U1"},
		{Role: commands.RolePlace, ID: "S123"},
		{Role: 99, ID: "U1"},
		{ID: "U1"},
	}
	if b := credits(bad); b != nil {
		t.Errorf("drawn: %s", pretty(t, b))
	}
	many := slices.Repeat([]commands.Credit{{Role: commands.RoleMuted, ID: "U1", When: "<!channel> @here"}}, 20)
	if p := problems(t, Message{Reply: commands.Reply{Text: "x", Credits: many}}); len(p) > 0 {
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
