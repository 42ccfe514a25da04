package render

import (
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// picture is an image block.
func (d *drawing) picture(b object) g.Node {
	image := d.image(b, "bk-image")
	if b["title"] == nil {
		return h.Figure(h.Class("bk-figure"), image)
	}
	return h.Figure(h.Class("bk-figure"), h.FigCaption(d.text(b["title"])), image)
}

// image draws an image by its address; one that may not be loaded is what it shows, in words.
func (d *drawing) image(e object, class string) g.Node {
	address := words(e["image_url"])
	if file, ok := e["slack_file"].(object); ok && address == "" {
		address = words(file["url"])
	}
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return h.Span(h.Class(class), h.Role("img"), h.Aria("label", words(e["alt_text"])), g.Text(words(e["alt_text"])))
	}
	return h.Img(h.Class(class), h.Src(address), h.Alt(words(e["alt_text"])), h.Loading("lazy"))
}
