package render

import (
	"slices"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// label is what a control is called, and what stands below it.
type label struct {
	text      string // in words
	id        string // of the control, which a <label> points to; empty: the control says its label itself
	describes string // ids of the hint and the error
	wrong     bool   // the app refused what is in it
	required  bool
}

// input draws an input block: a label, the control, a hint, and what is wrong with it.
func (d *drawing) input(b object) g.Node {
	e, _ := b["element"].(object)
	d.told = b["dispatch_action"] == true
	l := label{text: words(b["label"]), id: d.id(), required: b["optional"] != true}
	var below g.Group
	var ids []string
	if b["hint"] != nil {
		id := l.id + "-hint"
		ids, below = append(ids, id), append(below, h.P(h.Class("bk-hint"), h.ID(id), d.text(b["hint"])))
	}
	class := "bk-input"
	if wrong := d.errors[d.block]; wrong != "" {
		id := l.id + "-error"
		l.wrong, class = true, class+" bk-invalid"
		ids, below = append(ids, id), append(below, h.P(h.Class("bk-error"), h.ID(id), h.Role("alert"), g.Text(wrong)))
	}
	l.describes = strings.Join(ids, " ")
	name := g.Group{h.Class("bk-label"), d.text(b["label"])}
	if !l.required {
		name = append(name, g.Text(" "), h.Span(h.Class("bk-optional"), g.Text("(optional)")))
	}
	if kind := words(e["type"]); kind == "radio_buttons" || kind == "checkboxes" {
		return h.Div(h.Class(class), h.Data("block", d.block), d.choices(e, l, h.Legend(name)), below)
	}
	return h.Div(h.Class(class), h.Data("block", d.block), h.Label(h.For(l.id), name), d.control(e, l), below)
}

// attributes are those of every control: what it is called, what describes it, and whether it can be used.
func (d *drawing) attributes(l label) g.Group {
	var out g.Group
	if l.id != "" {
		out = append(out, h.ID(l.id))
	} else {
		out = append(out, h.Aria("label", l.text))
	}
	if l.describes != "" {
		out = append(out, h.Aria("describedby", l.describes))
	}
	if l.wrong {
		out = append(out, h.Aria("invalid", "true"))
	}
	if d.disabled {
		out = append(out, h.Disabled())
	}
	return out
}

// dispatch says on what the app is told of a control at once; nothing, when it is told with the submission alone.
func (d *drawing) dispatch(e object, otherwise string) g.Node {
	if !d.told {
		return nil
	}
	config, _ := e["dispatch_action_config"].(object)
	on, said := config["trigger_actions_on"].([]any)
	var moments []string
	if said && slices.Contains(on, any("on_enter_pressed")) || !said {
		moments = append(moments, otherwise)
	}
	if slices.Contains(on, any("on_character_entered")) {
		moments = append(moments, "character")
	}
	return h.Data("dispatch", strings.Join(moments, " "))
}

// filled is what stands in an element under a key of the view's state; what the app put there at first where there is no state.
func (d *drawing) filled(e object, key, initial string) any {
	if state, ok := d.values[d.block][words(e["action_id"])]; ok && state["type"] == e["type"] {
		return state[key]
	}
	return e[initial]
}

// The elements that are typed: the type of their <input>, the field of a view's state that has what is in them, and of the element
// what is there at first.
var typedKinds = map[string]struct{ input, key, initial string }{
	"plain_text_input": {"text", "value", "initial_value"},
	"email_text_input": {"email", "value", "initial_value"},
	"url_text_input":   {"url", "value", "initial_value"},
	"number_input":     {"number", "value", "initial_value"},
	"datepicker":       {"date", "selected_date", "initial_date"},
	"timepicker":       {"time", "selected_time", "initial_time"},
	"datetimepicker":   {"datetime-local", "selected_date_time", "initial_date_time"},
}

// typed draws an element that is typed into.
func (d *drawing) typed(e object, l label) g.Node {
	kind := typedKinds[words(e["type"])]
	moment := "change"
	if kind.key == "value" {
		moment = "enter"
	}
	value := words(d.filled(e, kind.key, kind.initial))
	if at, ok := d.filled(e, kind.key, kind.initial).(float64); ok && kind.input == "datetime-local" {
		value = time.Unix(int64(at), 0).In(d.Zone).Format("2006-01-02T15:04")
	}
	out := g.Group{h.Class("bk-text"), d.attributes(l), d.marks(e), d.dispatch(e, moment), limits(e)}
	if l.required {
		out = append(out, h.Aria("required", "true"))
	}
	if p := words(e["placeholder"]); p != "" {
		out = append(out, h.Placeholder(p))
	}
	if e["focus_on_load"] == true {
		out = append(out, h.Data("focus", "true"))
	}
	if e["multiline"] == true {
		return h.Textarea(out, h.Rows("4"), g.Text(value))
	}
	return h.Input(out, h.Type(kind.input), h.Value(value), h.AutoComplete("off"))
}

// limits are how long a text and how large a number may be.
func limits(e object) g.Group {
	var out g.Group
	for _, l := range []struct{ key, attribute string }{{"min_length", "minlength"}, {"max_length", "maxlength"}} {
		if n, ok := e[l.key].(float64); ok {
			out = append(out, g.Attr(l.attribute, figure(n)))
		}
	}
	for _, l := range []struct{ key, attribute string }{{"min_value", "min"}, {"max_value", "max"}} {
		if n := words(e[l.key]); n != "" {
			out = append(out, g.Attr(l.attribute, n))
		}
	}
	if e["is_decimal_allowed"] == true {
		out = append(out, h.Step("any"))
	}
	return out
}

// choices draws radio buttons or checkboxes.
func (d *drawing) choices(e object, l label, more ...g.Node) g.Node {
	kind := "radio"
	if words(e["type"]) == "checkboxes" {
		kind = "checkbox"
	}
	chosen, name := d.chosen(e), l.id
	if name == "" {
		name = d.id()
	}
	group := g.Group{h.Class("bk-choices"), d.marks(e), d.dispatch(e, "change"), g.Group(more)}
	if l.id == "" {
		group = append(group, h.Aria("label", l.text))
	}
	if l.describes != "" {
		group = append(group, h.Aria("describedby", l.describes))
	}
	return h.FieldSet(group, g.If(d.disabled, h.Disabled()), g.Map(objects(e["options"]), func(o object) g.Node {
		checked := slices.ContainsFunc(chosen, func(c option) bool { return c.value == words(o["value"]) })
		return h.Label(h.Class("bk-choice"),
			h.Input(h.Type(kind), h.Name(name), h.Value(words(o["value"])), g.If(checked, h.Checked())),
			h.Span(d.optionWords(o)))
	}))
}
