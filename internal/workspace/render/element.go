package render

import (
	"cmp"
	"encoding/json"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// element draws what a person uses, or an accessory image, where no block gives it a label.
func (d *drawing) element(e object) g.Node {
	return d.control(e, label{text: cmp.Or(words(e["placeholder"]), "Choose")})
}

// control draws an element with the label that its block gives it.
func (d *drawing) control(e object, l label) g.Node {
	switch kind := words(e["type"]); kind {
	case "button":
		return d.button(e)
	case "image":
		return d.image(e, "bk-thumb")
	case "overflow":
		return d.overflow(e)
	case "radio_buttons", "checkboxes":
		return d.choices(e, l)
	case "plain_text_input", "email_text_input", "url_text_input", "number_input", "datepicker", "timepicker", "datetimepicker":
		return d.typed(e, l)
	default:
		if strings.HasSuffix(kind, "_select") {
			return d.menu(e, l)
		}
	}
	return notDrawn(e)
}

// marks say which element this is, and ask before it is used if the app wants so.
func (d *drawing) marks(e object) g.Group {
	out := d.which(e)
	if c, ok := e["confirm"].(object); ok {
		out = append(out,
			h.Data("confirm-title", words(c["title"])), h.Data("confirm-text", d.plainly(c["text"])),
			h.Data("confirm-yes", cmp.Or(words(c["confirm"]), "Yes")), h.Data("confirm-no", cmp.Or(words(c["deny"]), "Cancel")),
			h.Data("confirm-style", cmp.Or(words(c["style"]), "primary")))
	}
	return out
}

func (d *drawing) which(e object) g.Group {
	return g.Group{h.Data("kind", words(e["type"])), h.Data("block", d.block), h.Data("action", words(e["action_id"]))}
}

// plainly is a text object in plain words; empty for what is none.
func (d *drawing) plainly(v any) string {
	if words(v) == "" {
		return ""
	}
	b, _ := json.Marshal([]object{{"type": "section", "text": v}}) // it came from JSON
	return blockkit.Plain("", b, func(id string) string { return d.name(id, "") })
}

func (d *drawing) button(e object) g.Node {
	class := "bk-button"
	switch e["style"] {
	case "primary", "danger":
		class += " bk-" + words(e["style"])
	}
	inside := g.Group{h.Class(class), d.marks(e), h.Data("value", words(e["value"])), d.text(e["text"])}
	if said := words(e["accessibility_label"]); said != "" {
		inside = append(inside, h.Aria("label", said))
	}
	if address := words(e["url"]); isSafe(address) {
		return h.A(inside, h.Href(address), h.Target("_blank"), h.Rel("noopener noreferrer"))
	}
	return h.Button(h.Type("button"), g.If(d.disabled, h.Disabled()), inside)
}

// overflow is a menu behind three dots; each of its entries does something at once.
func (d *drawing) overflow(e object) g.Node {
	items := g.Map(objects(e["options"]), func(o object) g.Node {
		inside := g.Group{h.Class("bk-item"), d.marks(e), h.Data("value", words(o["value"])), d.optionWords(o)}
		if address := words(o["url"]); isSafe(address) {
			return h.Li(h.A(inside, h.Href(address), h.Target("_blank"), h.Rel("noopener noreferrer")))
		}
		return h.Li(h.Button(h.Type("button"), g.If(d.disabled, h.Disabled()), inside))
	})
	return h.Details(h.Class("bk-overflow"), d.which(e), h.Summary(h.Aria("label", "More actions"), g.Text("⋮")), h.Ul(h.Class("bk-menu"), items))
}

// optionWords are the words of an option and, smaller, what describes it.
func (d *drawing) optionWords(o object) g.Node {
	if o["description"] == nil {
		return d.text(o["text"])
	}
	return g.Group{d.text(o["text"]), g.Text(" "), h.Span(h.Class("bk-detail"), d.text(o["description"]))}
}
