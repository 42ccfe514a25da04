package blockkit

import (
	"strconv"
	"unicode/utf8"
)

// tableBlock checks the older table: one in a message, 100 rows of 20 cells.
func tableBlock(n node) {
	n.onlyTable()
	for _, row := range n.rows(1, 100) {
		for _, cell := range row {
			cell.cell("raw_text", "raw_number", "rich_text")
		}
	}
	if list, ok := n.m["column_settings"].([]any); ok && len(list) > 20 {
		n.refuse("column_settings has %d entries; at most 20", len(list))
	}
}

func (n node) onlyTable() {
	if n.c.tables++; n.c.tables > 1 {
		n.c.add("only_one_table_allowed", n.path, "a message holds one table")
	}
}

// dataTableBlock checks the newer table: a caption, a header of plain words, equal rows.
func dataTableBlock(n node) {
	n.text("caption", 1, 3000, true)
	n.number("page_size", 1, 100)
	rows := n.rows(2, 101)
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			n.refuse("rows[%d] has %d cells, the header has %d", i, len(row), len(rows[0]))
		}
		for _, cell := range row {
			if i == 0 {
				cell.cell("raw_text")
			} else {
				cell.cell("raw_text", "raw_number", "rich_text", "action_cell")
			}
		}
	}
	if len(rows) > 0 {
		n.number("row_header_column_index", 0, float64(len(rows[0])-1))
	}
}

// rows returns a table's cells, after checking their number.
func (n node) rows(least, most int) [][]node {
	raw, _ := n.m["rows"].([]any)
	if len(raw) < least || len(raw) > most {
		n.refuse("rows has %d entries; %d to %d are allowed", len(raw), least, most)
	}
	out := make([][]node, 0, len(raw))
	for i, r := range raw {
		row := node{n.c, n.path, map[string]any{"rows[" + strconv.Itoa(i) + "]": r}}
		out = append(out, row.list("rows["+strconv.Itoa(i)+"]", 1, 20, true))
	}
	return out
}

// mostCells is how many characters the cells of all tables of a message may hold together,
// by Slack's page about tables.
const mostCells = 10_000

func (n node) cell(kinds ...string) {
	before := n.c.cells
	if n.c.cells += utf8.RuneCountInString(textOf(n.m["text"])); before <= mostCells && n.c.cells > mostCells {
		n.refuse("the cells of all tables have over %d characters", mostCells)
	}
	if n.m["type"] == nil {
		n.refuse("type is missing")
	}
	n.oneOf("type", kinds...)
	switch n.m["type"] {
	case "raw_text":
		n.text("text", 0, 3000, true)
	case "raw_number":
		if _, ok := n.m["value"].(float64); !ok {
			n.refuse("value is missing or not a number")
		}
	case "rich_text":
		richTextBlock(n)
	case "action_cell":
		n.elementAt("element", true, "accessory")
	}
}

// chartBlock checks data_visualization.
func chartBlock(n node) {
	n.text("title", 1, 50, true)
	chart, ok := n.object("chart", true)
	if !ok {
		return
	}
	switch chart.m["type"] {
	case "pie":
		for _, s := range chart.list("segments", 1, 6, true) {
			s.text("label", 1, 20, true)
			if v, ok := s.m["value"].(float64); !ok || v <= 0 {
				s.refuse("value must be over zero")
			}
		}
	case "bar", "line", "area":
		chart.series()
	default:
		chart.refuse("unknown chart type %v", chart.m["type"])
	}
}

// series checks that every series has one point for every category.
func (n node) series() {
	axis, ok := n.object("axis_config", true)
	if !ok {
		return
	}
	axis.text("x_label", 0, 50, false)
	axis.text("y_label", 0, 50, false)
	categories := axis.categories()
	names := map[string]bool{}
	for _, s := range n.list("series", 1, 6, true) {
		name := s.text("name", 1, 20, true)
		if names[name] {
			s.refuse("name %q is used twice", name)
		}
		names[name] = true
		seen := map[string]bool{}
		points := s.list("data", 1, 20, true)
		for _, p := range points {
			label := p.text("label", 1, 20, true)
			if !categories[label] || seen[label] {
				p.refuse("label %q is not a category, or comes twice", label)
			}
			seen[label] = true
			if _, ok := p.m["value"].(float64); !ok {
				p.refuse("value is missing or not a number")
			}
		}
		if len(points) != len(categories) {
			s.refuse("%d points for %d categories", len(points), len(categories))
		}
	}
}

func (n node) categories() map[string]bool {
	list, _ := n.m["categories"].([]any)
	if len(list) < 1 || len(list) > 20 {
		n.refuse("categories has %d entries; 1 to 20 are allowed", len(list))
	}
	out := map[string]bool{}
	for i, v := range list {
		c := node{n.c, n.path, map[string]any{"categories[" + strconv.Itoa(i) + "]": v}}.text("categories["+strconv.Itoa(i)+"]", 1, 20, true)
		if out[c] {
			n.refuse("category %q comes twice", c)
		}
		out[c] = true
	}
	return out
}
