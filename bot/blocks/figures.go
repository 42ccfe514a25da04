package blocks

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
)

// Slack's limits of its tables and charts (slack.md §3). A table's cells together may hold
// 10,000 characters by Slack's page about them.
const (
	maxRows   = 100
	maxCell   = 120
	maxCells  = 9500
	pageSize  = 20
	maxSeries = 6
	maxPoints = 20
	maxName   = 20
	maxAxis   = 50
)

// hasFigures reports whether r asks for blocks that not every workspace has.
func hasFigures(r reply.Reply) bool { return r.Table != nil || r.Chart != nil }

// figures draws the table and the chart of r; as text, the table alone.
func figures(r reply.Reply, asText bool) []slack.Block {
	var out []slack.Block
	switch t := r.Table; {
	case t == nil || len(t.Rows) == 0 || len(t.Header) == 0:
	case asText:
		out = append(out, plainTable(*t))
	default:
		out = dataTable(*t)
	}
	if r.Chart != nil && !asText {
		if c := lineChart(*r.Chart); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// dataTable draws a table as Slack's own, and below it how many rows did not fit.
func dataTable(t reply.Table) []slack.Block {
	width := min(len(t.Header), maxColumns)
	table := slack.NewDataTableBlock(webapi.Shorten(label(t.Caption), maxCaption)).WithPageSize(pageSize)
	length := 0
	for _, cells := range grid(t, maxRows) {
		row, n := dataRow(cells, width)
		if length += n; length > maxCells {
			break
		}
		table.AddRow(row...)
	}
	out := []slack.Block{table}
	if left := len(t.Rows) - (len(table.Rows) - 1); left > 0 {
		out = append(out, slack.NewContextBlock("", plain(reply.More(left))))
	}
	return out
}

// grid is the header of a table and at most n of its rows.
func grid(t reply.Table, n int) [][]reply.Cell {
	all := make([][]reply.Cell, 1, len(t.Rows)+1)
	for _, h := range t.Header {
		all[0] = append(all[0], reply.Words(h))
	}
	return append(all, t.Rows[:min(len(t.Rows), n)]...)
}

// dataRow draws one row of width cells and counts its characters.
func dataRow(cells []reply.Cell, width int) (row []slack.DataTableCell, length int) {
	for i := range width {
		var c reply.Cell
		if i < len(cells) {
			c = cells[i]
		}
		text := webapi.Shorten(label(c.Text), maxCell)
		length += utf8.RuneCountInString(text)
		if c.Numeric && finite(c.Number) {
			row = append(row, slack.NewDataTableRawNumberCell(c.Number).WithText(text))
		} else {
			row = append(row, slack.NewDataTableRawTextCell(text))
		}
	}
	return row, length
}

// lineChart draws a chart, or returns nil when nothing of it can be drawn: a series needs
// a value for each category, and a chart needs a series.
func lineChart(c reply.Chart) slack.Block {
	drop := max(0, len(c.Categories)-maxPoints) // the oldest
	categories := uniqueLabels(c.Categories[drop:], maxName)
	var names []string
	var kept []reply.Series
	for _, s := range c.Series {
		if len(kept) < maxSeries && len(s.Values) == len(c.Categories) && finite(s.Values[drop:]...) {
			kept, names = append(kept, s), append(names, s.Name)
		}
	}
	if len(kept) == 0 || len(categories) == 0 {
		return nil
	}
	names = uniqueLabels(names, maxName)
	chart := &slack.DataVisualizationLineChart{
		Type:       slack.DataVisualizationChartLine,
		AxisConfig: slack.NewDataVisualizationAxisConfig(categories...),
	}
	if c.YLabel != "" {
		chart.AxisConfig = chart.AxisConfig.WithYLabel(webapi.Shorten(label(c.YLabel), maxAxis))
	}
	for i, s := range kept {
		points := make([]slack.DataVisualizationDataPoint, len(categories))
		for j, v := range s.Values[drop:] {
			points[j] = slack.NewDataVisualizationDataPoint(categories[j], v)
		}
		chart.Series = append(chart.Series, slack.NewDataVisualizationDataSeries(names[i], points...))
	}
	return slack.NewDataVisualizationBlock(webapi.Shorten(label(c.Title), maxAxis), chart)
}

// finite reports whether JSON can carry all of values.
func finite(values ...float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// Slack's limits of a table, which one drawn as text keeps to as well (slack.md §3).
const (
	maxColumns = 20
	maxCaption = 250 // not documented
)

// What a phone shows of preformatted text. Slack publishes no figure.
const (
	plainRows  = 10
	plainWidth = 42 // characters in a line of a current telephone held upright
	plainCell  = 16 // of a column that is not the first
	leastName  = 10 // of the first, whatever the others take
)

// plainTable draws a table as lines of aligned text: the caption, at most plainRows or as many rows
// as it wants, how many there are besides.
func plainTable(t reply.Table) slack.Block {
	columns := t.Narrow
	if columns == nil {
		for i := range t.Header {
			columns = append(columns, i)
		}
	}
	columns = columns[:min(len(columns), maxColumns)]
	rows := grid(t, cmp.Or(t.Most, plainRows))
	texts := make([][]string, len(columns)) // by column
	width, right := make([]int, len(columns)), make([]bool, len(columns))
	for c, i := range columns {
		texts[c], right[c] = column(rows, i)
	}
	left := plainWidth - 2*(len(columns)-1)
	for c := range slices.Backward(texts) { // the first column, with the names, takes what is left
		most := plainCell
		if c == 0 {
			most = max(leastName, left)
		}
		texts[c] = fitWidth(texts[c], most)
		for _, s := range texts[c] {
			width[c] = max(width[c], utf8.RuneCountInString(s))
		}
		left -= width[c]
	}
	lines := make([]string, len(rows))
	for r := range rows {
		lines[r] = line(texts, r, width, right)
	}
	out := []slack.RichTextElement{
		section(webapi.Shorten(label(t.Caption), maxCaption)), preformatted(strings.Join(lines, "\n")),
	}
	if more := len(t.Rows) + 1 - len(rows); more > 0 {
		out = append(out, section(reply.More(more)))
	}
	return slack.NewRichTextBlock("", out...)
}

// column returns the texts of column i, and whether it holds figures, which line up on the right.
func column(rows [][]reply.Cell, i int) (texts []string, right bool) {
	for _, row := range rows {
		if i < 0 || i >= len(row) {
			texts = append(texts, emptyLabel)
			continue
		}
		texts, right = append(texts, oneLine(row[i].Text)), right || row[i].Numeric
	}
	return texts, right
}

// fitWidth cuts texts to n characters, and keeps those apart that the cut made alike.
func fitWidth(texts []string, n int) []string {
	out := make([]string, len(texts))
	taken := map[string]string{}
	for i, full := range texts {
		if out[i] = webapi.Shorten(full, n); taken[out[i]] != full {
			out[i] = unique(full, n, taken)
		}
	}
	return out
}

// line joins row r of columns of texts, padded to the widths.
func line(texts [][]string, r int, width []int, right []bool) string {
	var b strings.Builder
	for c := range texts {
		text := texts[c][r]
		pad := strings.Repeat(" ", width[c]-utf8.RuneCountInString(text))
		if c > 0 {
			b.WriteString("  ")
		}
		if right[c] {
			b.WriteString(pad + text)
		} else {
			b.WriteString(text + pad)
		}
	}
	return strings.TrimRight(b.String(), " ")
}
