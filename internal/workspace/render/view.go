package render

import (
	"encoding/json"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// Window is a modal or a Home tab as it stands for the person who has it open.
type Window struct {
	// View is the view as Slack tells it to the app: blocks with their ids, and what is filled in as its state.values.
	View    json.RawMessage
	Errors  map[string]string // what the app says is wrong, beside inputs, by block_id
	Trouble string            // what Slack itself says, such as that the app did not answer; empty: nothing
	Sending bool              // it was submitted and the answer is not there yet
}

// View draws a window, with what is filled in.
func View(w Window, c Context) string {
	var v struct {
		ID, Type             string
		Title, Submit, Close any
		Blocks               []any
		State                struct {
			Values map[string]map[string]map[string]any
		}
	}
	if err := json.Unmarshal(w.View, &v); err != nil {
		return written(h.Div(h.Class("bk-view"), unknown("no view", string(w.View))))
	}
	d := newDrawing(c)
	d.values, d.errors, d.disabled = v.State.Values, w.Errors, w.Sending
	title := d.id()
	body := g.Group{trouble(w.Trouble), h.Div(h.Class("bk bk-body"), d.list(v.Blocks))}
	if v.Type == "home" {
		return written(h.Div(h.Class("bk-view bk-home"), h.Data("view", v.ID), body))
	}
	return written(h.Form(h.Class("bk-view bk-modal"), h.Data("view", v.ID), h.Aria("labelledby", title), g.Attr("novalidate"),
		g.If(w.Sending, h.Aria("busy", "true")),
		h.Header(h.Class("bk-head"), h.H2(h.Class("bk-title"), h.ID(title), d.text(v.Title)),
			h.Button(h.Class("bk-close"), h.Type("button"), h.Data("do", "close"), h.Aria("label", "Close"), g.Text("×"))),
		body, d.foot(v.Close, v.Submit)))
}

func trouble(words string) g.Node {
	if words == "" {
		return nil
	}
	return h.P(h.Class("bk-trouble"), h.Role("alert"), g.Text(words))
}

// foot has the buttons of a modal, nothing where the app names none.
func (d *drawing) foot(shut, submit any) g.Node {
	var buttons g.Group
	if shut != nil {
		buttons = append(buttons, h.Button(h.Class("bk-button"), h.Type("button"), h.Data("do", "close"), d.text(shut)))
	}
	if submit != nil {
		buttons = append(buttons, h.Button(h.Class("bk-button bk-primary"), h.Type("submit"), h.Data("do", "submit"),
			g.If(d.disabled, h.Disabled()), d.text(submit)))
	}
	if buttons == nil {
		return nil
	}
	return h.Footer(h.Class("bk-foot"), buttons)
}
