package home

import (
	"fmt"
	"strconv"

	"ahtbot/commands/form"
	"ahtbot/commands/reply"
)

// mostRows is how many rows a page has. A row takes up to three of the hundred blocks that Slack shows.
const mostRows = 20

// section is rows of one kind, of which a page shows some or none.
type section struct {
	heading string
	rows    int
	draw    func(from, to int) []form.Part // only what is seen is put into words
}

// cut is one page of all rows, and which one of how many that is.
func cut(all []section, page int) (parts []form.Part, at, pages int) {
	total := 0
	for _, s := range all {
		total += s.rows
	}
	pages = max(1, (total+mostRows-1)/mostRows)
	at = min(max(page, 0), pages-1)
	from, to := at*mostRows, (at+1)*mostRows
	for _, s := range all {
		first, last := max(from, 0), min(to, s.rows)
		if first < last {
			drawn := s.draw(first, last)
			drawn[0].Heading = s.heading
			parts = append(parts, drawn...)
		}
		from, to = from-s.rows, to-s.rows
	}
	return parts, at, pages
}

// turning leads to the pages before and behind one.
func turning(page, pages int) form.Part {
	p := form.Part{Note: fmt.Sprintf("Page %d of %d.", page+1, pages)}
	if page > 0 {
		p.Buttons = append(p.Buttons, reply.Button{Action: reply.ActionHome, Label: "Show the page before", Value: strconv.Itoa(page - 1)})
	}
	if page < pages-1 {
		p.Buttons = append(p.Buttons, reply.Button{Action: reply.ActionHome, Label: "Show the next page", Value: strconv.Itoa(page + 1)})
	}
	return p
}
