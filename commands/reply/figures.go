package reply

import (
	"fmt"
	"time"
)

// Table is figures in rows and columns, in plain text. Package bot draws it as Slack's own
// table where the workspace has it, else as aligned text of at most ten rows.
type Table struct {
	// Caption says what the rows are. Screen readers read it first, so it is never empty.
	Caption string
	Header  []string // one word or two for each column; at most 20 columns
	// Rows are as wide as Header and sorted by what matters most: what does not fit is left
	// out from the end, and counted in [More].
	Rows [][]Cell
	// Narrow are the columns, by index, that are drawn where only text can be: a phone shows
	// about 42 characters in a line. Nil means all.
	Narrow []int
	Most   int // rows drawn where only text can be; 0 means ten
}

// Cell is one field of a Table.
type Cell struct {
	Text string // empty is drawn as a dash
	// Number is what Slack sorts a column by when every cell of it is Numeric. So a cell that
	// says "no calls" gets the number it is to be sorted under.
	Number  float64
	Numeric bool
}

// Words returns a cell that is sorted by its letters.
func Words(text string) Cell { return Cell{Text: text} }

// Number returns a cell that shows text and is sorted by n, in seconds for durations.
func Number(text string, n float64) Cell { return Cell{Text: text, Number: n, Numeric: true} }

// More says that n rows are not shown.
func More(n int) string { return fmt.Sprintf("and %d more", n) }

// Chart is a line chart. It is drawn only where the workspace has Slack's own charts, so
// the words beside it hold its figures too. There is no way to draw a gap: leave a
// category without a value out of all series, and say so in the words.
type Chart struct {
	Title      string   // at most 50 characters
	Categories []string // along the bottom, oldest first; of more than 20 the last are drawn
	Series     []Series // of more than six the first are drawn
	YLabel     string   // what the values are, with their unit; at most 50 characters
}

// Series is one line of a Chart. One without a value for each category is not drawn.
type Series struct {
	Name   string // cut to 20 characters
	Values []float64
}

// NoNumber is what a cell without a figure is sorted under: below all that have one.
const NoNumber = -1e6

// Seconds returns a cell that shows text and is sorted by d; an empty one is sorted last.
func Seconds(text string, d time.Duration) Cell {
	if text == "" {
		return Number("", NoNumber)
	}
	return Number(text, d.Seconds())
}
