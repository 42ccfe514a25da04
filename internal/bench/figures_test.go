package bench

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// percentile returns the smallest of values that p in a hundred do not exceed; zero of none.
func percentile[T cmp.Ordered](values []T, p int) T {
	if len(values) == 0 {
		var zero T
		return zero
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*p+99)/100-1]
}

// median is the lower one of the two in the middle when there are two.
func median[T cmp.Ordered](values []T) T { return percentile(values, 50) }

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// row is one figure: its measurements for each contender, and what we want it to be.
type row struct {
	figure string
	format string // of one value
	target string // in words; empty: none
	values map[string][]float64
}

// table is figures side by side.
type table struct{ rows []*row }

// row returns the row of a figure, adding it below the others when it is new.
func (t *table) row(figure, format, target string) *row {
	for _, r := range t.rows {
		if r.figure == figure {
			return r
		}
	}
	r := &row{figure, format, target, map[string][]float64{}}
	t.rows = append(t.rows, r)
	return r
}

// add notes one measurement.
func (r *row) add(c contender, value float64) { r.values[c.name] = append(r.values[c.name], value) }

// of returns the median for c; zero when there is none.
func (r *row) of(c contender) float64 { return median(r.values[c.name]) }

// print writes the medians, with the least and the most of ours behind them.
func (t *table) print(out io.Writer, title string, columns []contender) {
	fmt.Fprintf(out, "\n%s\n", title)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "\t")
	for _, c := range columns {
		fmt.Fprint(w, c.name, "\t")
	}
	fmt.Fprintln(w, "ahtbot from … to\ttarget for ahtbot")
	for _, r := range t.rows {
		fmt.Fprint(w, r.figure, "\t")
		for _, c := range columns {
			if len(r.values[c.name]) == 0 {
				fmt.Fprint(w, "-\t")
				continue
			}
			fmt.Fprintf(w, r.format+"\t", r.of(c))
		}
		if own := r.values[ours.name]; len(own) > 0 {
			fmt.Fprintf(w, r.format+" … "+r.format, slices.Min(own), slices.Max(own))
		}
		fmt.Fprintf(w, "\t%s\n", r.target)
	}
	_ = w.Flush() // a table that cannot be printed is seen to be missing
	fmt.Fprintln(out)
}
