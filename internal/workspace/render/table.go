package render

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// table draws a table block; its first row is the header.
func (d *drawing) table(b object) g.Node {
	settings, _ := b["column_settings"].([]any)
	align := func(column int) g.Node {
		if column >= len(settings) {
			return nil
		}
		s, _ := settings[column].(object)
		class := "bk-cell"
		if a := words(s["align"]); a == "center" || a == "right" {
			class += " bk-" + a
		}
		if s["is_wrapped"] == true {
			class += " bk-wrapped"
		}
		return h.Class(class)
	}
	return h.Div(h.Class("bk-scroll"), h.Role("group"), h.Aria("label", "Table"), h.TabIndex("0"),
		h.Table(h.Class("bk-table"), d.rows(b, align, -1)))
}

// dataTable draws a data_table block. The page may show a page of it at a time, and sort it.
func (d *drawing) dataTable(b object) g.Node {
	caption := words(b["caption"])
	return h.Div(h.Class("bk-scroll"), h.Role("group"), h.Aria("label", caption), h.TabIndex("0"),
		h.Table(h.Class("bk-table"), h.Data("page-size", figure(number(b["page_size"], 5))), h.Caption(lines(caption)),
			d.rows(b, func(int) g.Node { return nil }, int(number(b["row_header_column_index"], 0)))))
}

// rows draws a table's rows. align is how a column is set; the column named heads its rows, -1: none does.
func (d *drawing) rows(b object, align func(column int) g.Node, named int) g.Node {
	var head, body g.Group
	list, _ := b["rows"].([]any)
	for i, row := range list {
		cells, _ := row.([]any)
		var drawn g.Group
		for column, v := range cells {
			c, _ := v.(object)
			switch {
			case i == 0:
				drawn = append(drawn, h.Th(h.Scope("col"), align(column), d.cell(v, c)))
			case column == named:
				drawn = append(drawn, h.Th(h.Scope("row"), align(column), d.cell(v, c)))
			default:
				drawn = append(drawn, h.Td(align(column), d.cell(v, c)))
			}
		}
		if i == 0 {
			head = append(head, h.Tr(drawn))
		} else {
			body = append(body, h.Tr(h.Data("row", strconv.Itoa(i)), drawn))
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
