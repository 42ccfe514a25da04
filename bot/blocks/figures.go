package blocks

import (
	"math"
	"slices"
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
	var head []slack.DataTableCell
	length := 0
	for _, h := range t.Header[:width] {
		cell := slack.NewDataTableRawTextCell(webapi.Shorten(label(h), maxCell))
		length += utf8.RuneCountInString(cell.Text)
		head = append(head, cell)
	}
	table.AddRow(head...)
	for _, cells := range t.Rows[:min(len(t.Rows), maxRows)] {
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
