package render

import (
	"slices"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// A series is one line, area or colour of bars: a figure for each category.
type series struct {
	name   string
	points map[string]float64 // by category; one may be missing
}

// graph is what a line, area or bar chart shows.
type graph struct {
	kind       string
	x, y       string // what the axes are called; may be empty
	categories []string
	series     []series
}

// segment is a slice of a pie.
type segment struct {
	label string
	value float64
}

// chart draws a data_visualization block: its title, a drawing that says all its figures, and what its colours mean.
func (d *drawing) chart(b object) g.Node {
	c, _ := b["chart"].(object)
	kind := words(c["type"])
	var plot g.Node
	var said, keys []string
	switch kind {
	case "line", "area", "bar":
		all := readGraph(kind, c)
		plot, said = all.draw(), all.said()
		for _, s := range all.series {
			keys = append(keys, s.name)
		}
	case "pie":
		all := readPie(c)
		plot = drawPie(all)
		for _, s := range all {
			keys = append(keys, s.label+": "+figure(s.value))
		}
		said = keys
	default:
		return notDrawn(b)
	}
	title := words(b["title"])
	whole := strings.Join(slices.Concat([]string{title, strings.ToUpper(kind[:1]) + kind[1:] + " chart"}, said), ". ") + "."
	return h.Figure(h.Class("bk-chart"), h.TabIndex("0"), h.FigCaption(g.Text(title)),
		h.SVG(h.Class("bk-plot"), g.Attr("viewBox", viewBox), h.Role("img"), h.Aria("label", whole), plot), legend(keys))
}

func legend(keys []string) g.Node {
	list := g.Group{h.Class("bk-legend")}
	for i, k := range keys {
		list = append(list, h.Li(h.Span(h.Class(coloured("bk-key", i)), h.Aria("hidden", "true")), g.Text(k)))
	}
	return h.Ul(list)
}

func readGraph(kind string, c object) graph {
	axis, _ := c["axis_config"].(object)
	out := graph{kind: kind, x: words(axis["x_label"]), y: words(axis["y_label"])}
	list, _ := axis["categories"].([]any)
	for _, category := range list {
		out.categories = append(out.categories, words(category))
	}
	for _, s := range objects(c["series"]) {
		one := series{words(s["name"]), map[string]float64{}}
		for _, p := range objects(s["data"]) {
			if v, ok := p["value"].(float64); ok {
				one.points[words(p["label"])] = v
			}
		}
		out.series = append(out.series, one)
	}
	return out
}

func readPie(c object) []segment {
	var out []segment
	for _, s := range objects(c["segments"]) {
		out = append(out, segment{words(s["label"]), number(s["value"], 0)})
	}
	return out
}

// said is every figure in words, for who cannot see the drawing.
func (c graph) said() []string {
	var out []string
	for _, axis := range []struct{ name, label string }{{"Across", c.x}, {"Up", c.y}} {
		if axis.label != "" {
			out = append(out, axis.name+": "+axis.label)
		}
	}
	for _, s := range c.series {
		var figures []string
		for _, category := range c.categories {
			if v, ok := s.points[category]; ok {
				figures = append(figures, category+" "+figure(v))
			}
		}
		out = append(out, s.name+": "+strings.Join(figures, ", "))
	}
	return out
}
