package render

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// table draws a table block; its first row is the header.
func (d *drawing) table(b object) g.Node {
	settings, _ := b["column_settings"].([]any)
	return h.Div(h.Class("bk-scroll"), h.Role("group"), h.Aria("label", "Table"), h.TabIndex("0"),
		h.Table(h.Class("bk-table"), d.rows(b, columns{settings: settings, named: -1})))
}

// dataTable draws a data_table block: its first page, in the app's order. The page shows others, and sorts by the column whose head
// is pressed.
func (d *drawing) dataTable(b object) g.Node {
	name, size := words(b["caption"]), int(min(max(number(b["page_size"], 5), 1), 100))
	list, _ := b["rows"].([]any)
	return h.Div(h.Class("bk-data"), h.Div(h.Class("bk-scroll"), h.Role("group"), h.Aria("label", name), h.TabIndex("0"),
		h.Table(h.Class("bk-table"), h.Data("page-size", strconv.Itoa(size)), h.Caption(lines(name)),
			d.rows(b, columns{named: int(number(b["row_header_column_index"], 0)), sorted: true, size: size}))),
		pager(name, size, len(list)-1))
}

// pager leads to the other pages of a table of so many rows, if there are any.
func pager(name string, size, rows int) g.Node {
	if rows <= size {
		return nil
	}
	step := func(by, sign, says, disabled string) g.Node {
		return h.Button(h.Class("bk-page"), h.Type("button"), h.Data("step", by), h.Aria("label", says), h.Aria("disabled", disabled), g.Text(sign))
	}
	return h.Div(h.Class("bk-pager"), h.Role("group"), h.Aria("label", "Pages of "+name), step("-1", "‹", "Rows before", "true"),
		h.Span(h.Class("bk-pages"), g.Textf("1 to %d of %d", size, rows)), step("1", "›", "Rows after", "false"))
}

// columns are what a table does with its columns.
type columns struct {
	settings []any // how each is set, where the app says so
	named    int   // the column that heads its rows; -1: none does
	sorted   bool  // the heads are pressed to sort
	size     int   // how many rows are shown at first; 0: all
}

func (c columns) class(column int) g.Node {
	if column >= len(c.settings) {
		return nil
	}
	s, _ := c.settings[column].(object)
	class := "bk-cell"
	if a := words(s["align"]); a == "center" || a == "right" {
		class += " bk-" + a
	}
	if s["is_wrapped"] == true {
		class += " bk-wrapped"
	}
	return h.Class(class)
}

// cell is a cell of a row, its head if it is the first row; inside is what is in it.
func (c columns) cell(row, column int, inside g.Node) g.Node {
	switch {
	case row == 0 && c.sorted:
		return h.Th(h.Scope("col"), c.class(column), h.Button(h.Class("bk-sort"), h.Type("button"), inside))
	case row == 0:
		return h.Th(h.Scope("col"), c.class(column), inside)
	case column == c.named:
		return h.Th(h.Scope("row"), c.class(column), inside)
	default:
		return h.Td(c.class(column), inside)
	}
}

// rows draws a table's rows, the first of which is its head.
func (d *drawing) rows(b object, c columns) g.Node {
	var head, body g.Group
	list, _ := b["rows"].([]any)
	for i, row := range list {
		cells, _ := row.([]any)
		var drawn g.Group
		for column, v := range cells {
			o, _ := v.(object)
			drawn = append(drawn, c.cell(i, column, d.cell(v, o)))
		}
		if i == 0 {
			head = append(head, h.Tr(drawn))
		} else {
			body = append(body, h.Tr(h.Data("row", strconv.Itoa(i)), g.If(c.size > 0 && i > c.size, g.Attr("hidden")), drawn))
		}
	}
	return g.Group{h.THead(head), h.TBody(body)}
}

// cell draws what is in a cell; c is nil for what is none. A number has its value beside the words it is shown by.
func (d *drawing) cell(v any, c object) g.Node {
	switch words(c["type"]) {
	case "raw_text":
		return lines(words(c["text"]))
	case "raw_number":
		value := figure(number(c["value"], 0))
		shown := words(c["text"])
		if shown == "" {
			shown = value
		}
		return h.Span(h.Class("bk-number"), h.Data("value", value), g.Text(shown))
	case "rich_text":
		return d.rich(c)
	case "action_cell":
		d.told = true
		e, _ := c["element"].(object)
		return d.element(e)
	}
	return notDrawn(v)
}
