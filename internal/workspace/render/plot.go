package render

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// The drawing's size, and where in it the figures are, in its own units; a character of an axis is about seven wide.
const (
	viewBox                = "0 0 640 260"
	left, right            = 56.0, 630.0
	top, bottom            = 24.0, 222.0
	character              = 7.0
	widest                 = 64.0                // of a bar
	centreX, centreY, size = 320.0, 130.0, 110.0 // of a pie
)

// axis is a scale of figures in even steps.
type axis struct{ from, to, step float64 }

// span is the axis on which all figures of c have a place. Lines need not begin at nothing; areas and bars do.
func (c graph) span() axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range c.series {
		for _, v := range s.points {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		low, high = 0, 1
	}
	if c.kind != "line" {
		low, high = min(low, 0), max(high, 0)
	}
	return even(clamp(low), clamp(high))
}

// clamp keeps a figure so small that differences of two are numbers.
func clamp(v float64) float64 { return min(max(v, -1e100), 1e100) }

// even widens an interval to about four steps that are easy to read. One that is next to nothing is widened first.
func even(low, high float64) axis {
	if high-low <= 1e-9*max(1, math.Abs(low), math.Abs(high)) {
		reach := max(math.Abs(low)/10, 1)
		low, high = low-reach, high+reach
	}
	raw := (high - low) / 4
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, times := range []float64{1, 2, 2.5, 5, 10} {
		if step*times >= raw {
			step *= times
			break
		}
	}
	return axis{math.Floor(low/step) * step, math.Ceil(high/step) * step, step}
}

// at is how far down a figure is drawn.
func (a axis) at(v float64) float64 {
	return bottom - (clamp(v)-a.from)/(a.to-a.from)*(bottom-top)
}

// draw draws a line, area or bar chart.
func (c graph) draw() g.Node {
	a := c.span()
	out := g.Group{c.grid(a), c.names()}
	for i, s := range c.series {
		switch c.kind {
		case "bar":
			out = append(out, c.bars(a, i, s))
		default:
			out = append(out, c.curve(a, i, s))
		}
	}
	return out
}

// column is where a category is across.
func (c graph) column(i int) float64 {
	return left + (float64(i)+0.5)*c.band()
}

func (c graph) band() float64 { return (right - left) / float64(max(len(c.categories), 1)) }

// grid draws the lines and figures of the upright axis.
func (c graph) grid(a axis) g.Node {
	var out g.Group
	for i := range int(math.Round((a.to-a.from)/a.step)) + 1 {
		v := a.from + float64(i)*a.step
		out = append(out,
			g.El("line", h.Class("bk-grid"), at("x1", left), at("x2", right), at("y1", a.at(v)), at("y2", a.at(v))),
			caption(left-8, a.at(v)+4, "end", strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64)))
	}
	if c.y != "" {
		out = append(out, caption(8, 12, "start", c.y))
	}
	return out
}

// names draws what the categories are called, as many as there is room for.
func (c graph) names() g.Node {
	longest := 1
	for _, name := range c.categories {
		longest = max(longest, utf8.RuneCountInString(name)+1)
	}
	every := max(int(math.Ceil(float64(longest)*character/c.band())), 1)
	var out g.Group
	for i := 0; i < len(c.categories); i += every {
		out = append(out, caption(c.column(i), bottom+16, "middle", c.categories[i]))
	}
	if c.x != "" {
		out = append(out, caption((left+right)/2, bottom+34, "middle", c.x))
	}
	return out
}

func caption(x, y float64, anchor, words string) g.Node {
	return g.El("text", h.Class("bk-axis"), at("x", x), at("y", y), g.Attr("text-anchor", anchor), g.Text(words))
}

// curve draws a series as a line with a dot at each figure, and the area below it if there is one. Where a figure is missing the
// line is broken.
func (c graph) curve(a axis, i int, s series) g.Node {
	var line, dots, areas g.Group
	var run []string
	first, last := 0.0, 0.0
	end := func() {
		if len(run) == 0 {
			return
		}
		path := "M" + strings.Join(run, "L")
		line = append(line, g.El("path", h.Class(coloured("bk-line", i)), g.Attr("d", path)))
		if c.kind == "area" {
			floor := spot(last, a.at(0)) + "L" + spot(first, a.at(0))
			areas = append(areas, g.El("path", h.Class(coloured("bk-area", i)), g.Attr("d", path+"L"+floor+"Z")))
		}
		run = nil
	}
	for k, category := range c.categories {
		v, ok := s.points[category]
		if !ok {
			end()
			continue
		}
		x, y := c.column(k), a.at(v)
		if last = x; len(run) == 0 {
			first = x
		}
		run = append(run, spot(x, y))
		dots = append(dots, g.El("circle", h.Class(coloured("bk-dot", i)), at("cx", x), at("cy", y), at("r", 3.5), hover(s.name, category, v)))
	}
	end()
	return g.Group{areas, line, dots}
}

// bars draws a series as one bar in each category, beside those of the others.
func (c graph) bars(a axis, i int, s series) g.Node {
	wide := min(c.band()*0.8/float64(len(c.series)), widest)
	begin := wide * (float64(i) - float64(len(c.series))/2)
	var out g.Group
	for k, category := range c.categories {
		v, ok := s.points[category]
		if !ok {
			continue
		}
		from, to := a.at(max(v, 0)), a.at(min(v, 0))
		out = append(out, g.El("rect", h.Class(coloured("bk-bar", i)), at("x", c.column(k)+begin), at("y", from), at("width", wide), at("height", to-from),
			hover(s.name, category, v)))
	}
	return out
}

// drawPie draws a circle in slices, clockwise from the top.
func drawPie(all []segment) g.Node {
	whole := 0.0
	for _, s := range all {
		whole += clamp(max(s.value, 0))
	}
	var out g.Group
	turned := 0.0
	for i, s := range all {
		share := clamp(max(s.value, 0)) / whole
		says := g.El("title", g.Text(fmt.Sprintf("%s: %s (%.0f %%)", s.label, figure(s.value), 100*share)))
		switch class := h.Class(coloured("bk-slice", i)); {
		case !(share > 0): // of nothing, or a share of nothing
		case share > 0.9999:
			out = append(out, g.El("circle", class, at("cx", centreX), at("cy", centreY), at("r", size), says))
		default:
			out = append(out, g.El("path", class, g.Attr("d", wedge(turned, turned+share)), says))
			turned += share
		}
	}
	return out
}

// wedge is the path of a slice from one part of the whole turn to another.
func wedge(from, to float64) string {
	edge := func(turn float64) string {
		sin, cos := math.Sincos(2 * math.Pi * turn)
		return spot(centreX+size*sin, centreY-size*cos)
	}
	large := 0
	if to-from > 0.5 {
		large = 1
	}
	return fmt.Sprintf("M%sL%sA%g %g 0 %d 1 %sZ", spot(centreX, centreY), edge(from), size, size, large, edge(to))
}

// hover is what a pointer that rests on a figure is told.
func hover(name, category string, v float64) g.Node {
	return g.El("title", g.Text(name+", "+category+": "+figure(v)))
}

// coloured is a class and that of the i-th colour; a chart has six at most.
func coloured(class string, i int) string { return class + " bk-series-" + strconv.Itoa(i%6) }

// at is an attribute in the drawing's units.
func at(name string, v float64) g.Node { return g.Attr(name, strconv.FormatFloat(v, 'f', 1, 64)) }

func spot(x, y float64) string {
	return strconv.FormatFloat(x, 'f', 1, 64) + " " + strconv.FormatFloat(y, 'f', 1, 64)
}
