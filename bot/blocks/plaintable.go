package blocks

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"ahtbot/bot/webapi"
	"ahtbot/commands/reply"
)

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
	rows := t.Rows[:min(len(t.Rows), cmp.Or(t.Most, plainRows))]
	grid := make([][]string, len(columns)) // by column, the header first
	width, right := make([]int, len(columns)), make([]bool, len(columns))
	for c, i := range columns {
		grid[c], right[c] = column(t.Header, rows, i)
	}
	left := plainWidth - 2*(len(columns)-1)
	for c := range slices.Backward(grid) { // the first column, with the names, takes what is left
		most := plainCell
		if c == 0 {
			most = max(leastName, left)
		}
		grid[c] = fitWidth(grid[c], most)
		for _, s := range grid[c] {
			width[c] = max(width[c], utf8.RuneCountInString(s))
		}
		left -= width[c]
	}
	lines := make([]string, 0, len(rows)+1)
	for r := range len(rows) + 1 {
		lines = append(lines, line(grid, r, width, right))
	}
	out := []slack.RichTextElement{
		section(webapi.Shorten(label(t.Caption), maxCaption)), preformatted(strings.Join(lines, "\n")),
	}
	if more := len(t.Rows) - len(rows); more > 0 {
		out = append(out, section(reply.More(more)))
	}
	return slack.NewRichTextBlock("", out...)
}

// column returns the texts of column i, its header first, and whether it holds figures,
// which line up on the right.
func column(header []string, rows [][]reply.Cell, i int) (texts []string, right bool) {
	texts = make([]string, 0, len(rows)+1)
	if i >= 0 && i < len(header) {
		texts = append(texts, oneLine(header[i]))
	} else {
		texts = append(texts, emptyLabel)
	}
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

// line joins row r of a grid, padded to the widths.
func line(grid [][]string, r int, width []int, right []bool) string {
	var b strings.Builder
	for c := range grid {
		text := grid[c][r]
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
