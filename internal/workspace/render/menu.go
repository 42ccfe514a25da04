package render

import (
	"slices"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// option is something that is chosen, by its value.
type option struct{ words, value string }

// chosen is what is chosen in an element, in the order in which it was.
func (d *drawing) chosen(e object) []option {
	what := map[string]string{"conversations": "conversation", "channels": "channel", "users": "user"}
	kind := strings.TrimPrefix(words(e["type"]), "multi_")
	key := what[strings.TrimSuffix(kind, "_select")]
	if key == "" {
		key = "option"
	}
	if takesMany(e) {
		key += "s"
	}
	switch v := d.filled(e, "selected_"+key, "initial_"+key).(type) {
	case []any:
		var out []option
		for _, one := range v {
			out = append(out, d.option(one))
		}
		return out
	case nil:
		return nil
	default:
		return []option{d.option(v)}
	}
}

// takesMany reports whether several things may be chosen in an element.
func takesMany(e object) bool {
	kind := words(e["type"])
	return kind == "checkboxes" || strings.HasPrefix(kind, "multi_")
}

// option reads an option, or the id of somebody or of a conversation.
func (d *drawing) option(v any) option {
	if o, ok := v.(object); ok {
		return option{words(o["text"]), words(o["value"])}
	}
	return option{Chosen(words(v), d.Context), words(v)}
}

// Chosen is how a menu names somebody or a conversation, by its id: #floor, @Asha.
func Chosen(id string, c Context) string {
	sign := "@"
	if strings.HasPrefix(id, "C") || strings.HasPrefix(id, "G") {
		sign = "#"
	}
	return sign + newDrawing(c).name(id, "")
}

// menu draws a select menu of any kind as a box to type in with a list below it.
func (d *drawing) menu(e object, l label) g.Node {
	chosen, many, list := d.chosen(e), takesMany(e), d.id()
	out := g.Group{h.Class("bk-select"), d.marks(e), d.dispatch(e, "change"), suggests(e)}
	value := ""
	if many {
		out[0] = h.Class("bk-select bk-many")
		out = append(out, d.chips(chosen))
		if most, ok := e["max_selected_items"].(float64); ok {
			out = append(out, h.Data("most", figure(most)))
		}
	} else if len(chosen) > 0 {
		value = chosen[0].words
		out = append(out, h.Data("value", chosen[0].value))
	}
	search := g.Group{
		h.Class("bk-search"), h.Type("text"), d.attributes(l), h.Role("combobox"), h.Aria("expanded", "false"), h.Aria("controls", list),
		h.Aria("autocomplete", "list"), h.AutoComplete("off"), h.Placeholder(placeholder(e, many)), h.Value(value),
	}
	if l.required {
		search = append(search, h.Aria("required", "true"))
	}
	if e["focus_on_load"] == true {
		search = append(search, h.Data("focus", "true"))
	}
	return h.Div(out, h.Input(search),
		h.Ul(h.Class("bk-listbox"), h.ID(list), h.Role("listbox"), h.Aria("label", l.text), g.Attr("hidden"),
			g.If(many, h.Aria("multiselectable", "true")), d.offered(e, chosen)))
}

// placeholder is what stands in an empty menu, Slack's words where the app has none.
func placeholder(e object, many bool) string {
	if p := words(e["placeholder"]); p != "" {
		return p
	}
	if many {
		return "Select options"
	}
	return "Select an option"
}

// suggests says after how many characters somebody is asked for options; nothing, where they are all in the menu.
func suggests(e object) g.Node {
	switch kind := strings.TrimPrefix(words(e["type"]), "multi_"); kind {
	case "static_select":
		return nil
	case "external_select":
		return h.Data("suggest", figure(number(e["min_query_length"], 3)))
	default:
		return h.Data("suggest", "0")
	}
}

func (d *drawing) chips(chosen []option) g.Node {
	return h.Ul(h.Class("bk-chips"), h.Aria("label", "Chosen"), g.Map(chosen, func(o option) g.Node {
		return h.Li(h.Class("bk-chip"), h.Data("value", o.value), g.Text(o.words),
			h.Button(h.Class("bk-remove"), h.Type("button"), h.Aria("label", "Remove "+o.words), g.If(d.disabled, h.Disabled()), g.Text("×")))
	}))
}

// offered draws what can be chosen, in its groups.
func (d *drawing) offered(e object, chosen []option) g.Node {
	draw := func(o object) g.Node {
		selected := "false"
		if slices.ContainsFunc(chosen, func(c option) bool { return c.value == words(o["value"]) }) {
			selected = "true"
		}
		return h.Li(h.Class("bk-option"), h.ID(d.id()), h.Role("option"), h.Aria("selected", selected),
			h.Data("value", words(o["value"])), d.optionWords(o))
	}
	return g.Group{g.Map(objects(e["options"]), draw), g.Map(objects(e["option_groups"]), func(group object) g.Node {
		return h.Li(h.Class("bk-group"), h.Role("group"), h.Aria("label", words(group["label"])),
			h.Span(h.Class("bk-detail"), h.Aria("hidden", "true"), d.text(group["label"])),
			h.Ul(h.Role("presentation"), g.Map(objects(group["options"]), draw)))
	})}
}
