package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ahtbot/internal/sim/slacksim"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/sim/slacksim/views"
	"ahtbot/internal/workspace/render"
)

// deed is what a person does on the page.
type deed struct {
	As      string `json:"as"`
	Do      string `json:"do"`
	Channel string `json:"channel"` // type; of the message with TS
	Thread  string `json:"thread"`  // type: the message it is to hang from
	Text    string `json:"text"`    // type, suggest
	TS      string `json:"ts"`      // of the message whose element is used; empty: it is in a view
	View    string `json:"view"`
	Block   string `json:"block"`
	Action  string `json:"action"`
	// Values are what is to be in the field.
	Values []string `json:"values"`
	// Fields are what stands in the fields of a view that is submitted, by block_id and action_id with a slash between.
	Fields map[string][]string `json:"fields"`
	All    bool                `json:"all"` // close: the whole modal
	ID     string              `json:"id"`  // shortcut: its callback_id
}

// deeds are what a person can do. What they return is for the page; the app's answer comes as events.
var deeds = map[string]func(*Page, context.Context, members.Person, deed) (any, error){
	"type":        (*Page).typeLine,
	"press":       (*Page).press,
	"select":      (*Page).choose,
	"enter":       (*Page).enter,
	"suggest":     (*Page).suggest,
	"submit":      (*Page).submit,
	"close":       (*Page).shut,
	"home":        (*Page).openHome,
	"open_direct": (*Page).openDirect,
	"shortcut":    (*Page).shortcut,
}

// serveDo does what a person does.
func (p *Page) serveDo(rw http.ResponseWriter, r *http.Request) {
	var d deed
	if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 1<<20)).Decode(&d); err != nil {
		refuse(rw, http.StatusBadRequest, "The page sent something that can't be read. Reload it.")
		return
	}
	who, ok := p.who(rw, d.As)
	if !ok {
		return
	}
	do, known := deeds[d.Do]
	if !known {
		refuse(rw, http.StatusBadRequest, "The page asked for something that can't be done here. Reload it.")
		return
	}
	out, err := do(p, r.Context(), who, d)
	if err != nil {
		refuse(rw, http.StatusConflict, readable(err))
		return
	}
	if out == nil {
		out = struct{}{}
	}
	writeJSON(rw, out)
}

// readable is an error as the person at the page reads it.
func readable(err error) string {
	switch {
	case errors.Is(err, slacksim.ErrNotOpen):
		return "That has closed meanwhile. Reload the page to see what is open."
	case errors.Is(err, slacksim.ErrSending):
		return "This is being sent. Wait a moment."
	case errors.Is(err, slacksim.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return "The app did not answer in time. Try again."
	case errors.Is(err, slacksim.ErrNoConnection):
		return "No app is connected. Start one, then try again."
	}
	return strings.TrimPrefix(err.Error(), "slacksim: ")
}

// typeLine sends a command, or says something.
func (p *Page) typeLine(_ context.Context, who members.Person, d deed) (any, error) {
	text := strings.TrimSpace(d.Text)
	switch {
	case text == "":
		return nil, errors.New("nothing is typed yet. Type something first")
	case !p.isIn(who.ID, d.Channel):
		return nil, fmt.Errorf("%s is not in that conversation. Choose one on the left", who.Name)
	case !strings.HasPrefix(text, "/"):
		p.cfg.Slack.Say(who.ID, d.Channel, d.Thread, text)
		return nil, nil
	case d.Thread != "":
		return nil, errors.New("commands do not work in threads. Type it in the conversation itself")
	}
	name, _, _ := strings.Cut(text, " ")
	if known := p.cfg.App.Commands; known != nil && !slices.ContainsFunc(known, func(c Command) bool { return c.Name == name }) {
		return nil, fmt.Errorf("%s is not a valid command. Try %s", name, known[0].Name)
	}
	p.cfg.Slack.Type(who.ID, d.Channel, text)
	return nil, nil
}

// press presses a button of a message or a view.
func (p *Page) press(_ context.Context, who members.Person, d deed) (any, error) {
	if d.TS != "" {
		_, err := p.cfg.Slack.Press(who.ID, slacksim.Message{Channel: d.Channel, TS: d.TS}, d.Block+"/"+d.Action)
		return nil, err
	}
	v, err := p.viewOf(who, d)
	if err == nil {
		_, err = v.Press(d.Block + "/" + d.Action)
	}
	return nil, err
}

// choose fills in a field: chooses in it, or types.
func (p *Page) choose(_ context.Context, who members.Person, d deed) (any, error) {
	if d.TS != "" {
		_, err := p.cfg.Slack.Choose(who.ID, slacksim.Message{Channel: d.Channel, TS: d.TS}, d.field(), d.Values...)
		return nil, err
	}
	v, err := p.viewOf(who, d)
	if err == nil {
		_, err = v.Set(d.field(), d.Values...)
	}
	return nil, err
}

// enter presses Enter in a field that is typed.
func (p *Page) enter(_ context.Context, who members.Person, d deed) (any, error) {
	v, err := p.viewOf(who, d)
	if err == nil {
		_, err = v.Enter(d.field())
	}
	return nil, err
}

// option is one thing to choose.
type option struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// suggest types into a select and answers what is offered then.
func (p *Page) suggest(ctx context.Context, who members.Person, d deed) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	f, err := p.offered(ctx, who, d)
	if err != nil {
		return nil, err
	}
	out := struct {
		Options []option `json:"options"`
	}{[]option{}}
	for _, o := range f.Options {
		if f.IsConversation() {
			o.Label = render.Chosen(o.Value, p.context(who, ""))
		}
		out.Options = append(out.Options, option(o))
	}
	return out, nil
}

// offered is a select with the options that are offered to who types into it; conversations are typed as people write them.
func (p *Page) offered(ctx context.Context, who members.Person, d deed) (views.Field, error) {
	if d.TS != "" {
		m := slacksim.Message{Channel: d.Channel, TS: d.TS}
		return p.cfg.Slack.Suggest(ctx, who.ID, m, d.field(), d.Text)
	}
	v, err := p.viewOf(who, d)
	if err != nil {
		return views.Field{}, err
	}
	f, err := v.Field(d.field())
	if err != nil {
		return f, err
	}
	if f.IsConversation() {
		d.Text = strings.TrimLeft(d.Text, "#@")
	}
	f.Options, err = v.Type(ctx, d.field(), d.Text)
	return f, err
}

// submit fills in what the app has not been told of yet and submits the view. What is wrong then stands beside the fields.
func (p *Page) submit(_ context.Context, who members.Person, d deed) (any, error) {
	v, err := p.viewOf(who, d)
	if err != nil {
		return nil, err
	}
	for _, f := range v.Fields() {
		name := f.BlockID + "/" + f.ActionID
		typed, sent := d.Fields[name]
		if !sent || !f.IsTyped() || slices.Equal(typed, valuesOf(f)) {
			continue
		}
		if _, err := v.Set(name, typed...); err != nil {
			return nil, err
		}
	}
	if _, err = v.Submit(); errors.Is(err, slacksim.ErrIncomplete) {
		err = nil
	}
	return nil, err
}

func valuesOf(f views.Field) []string {
	var out []string
	for _, o := range f.Value {
		out = append(out, o.Value)
	}
	return out
}

// shut closes a modal's view, or all of it.
func (p *Page) shut(_ context.Context, who members.Person, d deed) (any, error) {
	v, err := p.viewOf(who, d)
	switch {
	case err != nil:
	case d.All:
		_, err = v.CloseAll()
	default:
		_, err = v.Close()
	}
	return nil, err
}

func (p *Page) openHome(_ context.Context, who members.Person, _ deed) (any, error) {
	p.cfg.Slack.OpenHome(who.ID)
	return nil, nil
}

func (p *Page) openDirect(_ context.Context, who members.Person, _ deed) (any, error) {
	p.cfg.Slack.OpenMessages(who.ID)
	return nil, nil
}

func (p *Page) shortcut(_ context.Context, who members.Person, d deed) (any, error) {
	if !slices.ContainsFunc(p.cfg.App.Shortcuts, func(s Shortcut) bool { return s.ID == d.ID }) {
		return nil, errors.New("the app has no such shortcut. Reload the page")
	}
	p.cfg.Slack.Shortcut(who.ID, d.ID)
	return nil, nil
}

// viewOf is the view of a person's in which they do something.
func (p *Page) viewOf(who members.Person, d deed) (*slacksim.View, error) {
	for _, v := range []*slacksim.View{p.cfg.Slack.Modal(who.ID), p.cfg.Slack.Home(who.ID)} {
		if v != nil && v.ID() == d.View {
			return v, nil
		}
	}
	return nil, slacksim.ErrNotOpen
}

// field names the field of a view in which something is done.
func (d deed) field() string { return d.Block + "/" + d.Action }
