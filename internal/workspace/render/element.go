package render

import (
	"cmp"
	"encoding/json"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// element draws what a person uses, or an accessory image.
func (d *drawing) element(e object) g.Node {
	switch words(e["type"]) {
	case "button":
		return d.button(e)
	case "image":
		return d.image(e, "bk-thumb")
	}
	return notDrawn(e)
}

// marks say which element this is, and ask before it is used if the app wants so.
func (d *drawing) marks(e object) g.Group {
	out := g.Group{h.Data("kind", words(e["type"])), h.Data("block", d.block), h.Data("action", words(e["action_id"]))}
	if c, ok := e["confirm"].(object); ok {
		out = append(out,
			h.Data("confirm-title", words(c["title"])), h.Data("confirm-text", d.plainly(c["text"])),
			h.Data("confirm-yes", cmp.Or(words(c["confirm"]), "Yes")), h.Data("confirm-no", cmp.Or(words(c["deny"]), "Cancel")),
			h.Data("confirm-style", cmp.Or(words(c["style"]), "primary")))
	}
	return out
}

// plainly is a text object in plain words.
func (d *drawing) plainly(v any) string {
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
