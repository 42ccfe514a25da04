package slacksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/sim/slacksim/members"
	"ahtbot/internal/sim/slacksim/views"
)

// View is a modal or a Home tab as the person has it before them, who reads it, fills it in and presses its buttons.
type View struct {
	w  *Workspace
	of *views.View // guarded by w.mu
}

// What keeps a person from doing something with a view.
var (
	ErrNotOpen    = errors.New("slacksim: the view is not on the screen")
	ErrSending    = errors.New("slacksim: the view is being submitted")
	ErrIncomplete = errors.New("slacksim: the view is not filled in as it has to be")
)

// Modal returns the modal on a person's screen; nil if there is none.
func (w *Workspace) Modal(user string) *View {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.view(w.views.Top(user))
}

// Home returns the Home tab last published for a person; nil if none was.
func (w *Workspace) Home(user string) *View {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.view(w.views.Home(user))
}

func (w *Workspace) view(of *views.View) *View {
	if of == nil {
		return nil
	}
	return &View{w, of}
}

// WaitModal returns the modal on a person's screen as soon as one matches; nil matches any.
func (w *Workspace) WaitModal(ctx context.Context, user string, match func(*View) bool) (*View, error) {
	changes, stop := w.Subscribe()
	defer stop()
	for {
		if v := w.Modal(user); v != nil && (match == nil || match(v)) {
			return v, nil
		}
		select {
		case _, ok := <-changes:
			if !ok {
				return nil, net.ErrClosed
			}
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// read calls f with v as it stands.
func read[T any](v *View, f func(*views.View) T) T {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	return f(v.of)
}

// ID is the view's id, which stays the same while it changes.
func (v *View) ID() string { return v.of.ID }

// Open reports whether the view is on its person's screen.
func (v *View) Open() bool { return read(v, v.w.views.IsTop) }

// Title is a modal's title.
func (v *View) Title() string { return v.word("title") }

// SubmitLabel is the word on the button that submits a modal; empty without one.
func (v *View) SubmitLabel() string { return v.word("submit") }

// CloseLabel is the word on the button that closes a modal; empty: Slack's own.
func (v *View) CloseLabel() string { return v.word("close") }

func (v *View) word(part string) string {
	return read(v, func(of *views.View) string { return of.Text(part) })
}

// Metadata is the view's private_metadata, which no person sees.
func (v *View) Metadata() string { return read(v, (*views.View).Metadata) }

// JSON is the view as the app wrote it, with the ids that Slack gives to blocks and elements without one.
func (v *View) JSON() json.RawMessage {
	return read(v, func(of *views.View) json.RawMessage { return of.Body })
}

// Object is the view as the app is told of it, with what is filled in.
func (v *View) Object() json.RawMessage {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	return mustJSON(v.w.viewJSON(v.of))
}

// Sending reports whether the view was submitted and the app has not answered yet.
func (v *View) Sending() bool { return read(v, func(of *views.View) bool { return of.Sending }) }

// Fields are what is to be filled in, as it stands, in reading order; conversations and people by their names.
func (v *View) Fields() []views.Field {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	fields := v.of.Fields()
	for _, f := range fields {
		for i, o := range f.Value {
			if f.IsConversation() {
				f.Value[i].Label = v.w.called(o.Value)
			}
		}
	}
	return fields
}

// Errors is what stands beside the fields, by block_id.
func (v *View) Errors() map[string]string { return read(v, (*views.View).Errors) }

// Trouble is what Slack itself says in the view; empty: nothing.
func (v *View) Trouble() string { return read(v, func(of *views.View) string { return of.Trouble }) }

// Buttons are the view's buttons in reading order, those that submit and close it left out.
func (v *View) Buttons() []blockkit.Button {
	return blockkit.Buttons(read(v, (*views.View).Blocks))
}

// Part is one block of a view as a person meets it.
type Part struct {
	Text    string // in words; several lines, or none
	Fields  []views.Field
	Buttons []blockkit.Button
}

// Parts are the blocks of the view in reading order.
func (v *View) Parts() []Part {
	var blocks []json.RawMessage
	_ = json.Unmarshal(read(v, (*views.View).Blocks), &blocks) // it passed blockkit.ValidateView
	fields := v.Fields()
	out := make([]Part, len(blocks))
	for i, b := range blocks {
		var is struct {
			ID string `json:"block_id"`
		}
		_ = json.Unmarshal(b, &is) // the same
		one := json.RawMessage("[" + string(b) + "]")
		out[i] = Part{Text: blockkit.Plain("", one, v.w.nameOf), Buttons: blockkit.Buttons(one)}
		for _, f := range fields {
			if f.BlockID == is.ID {
				out[i].Fields = append(out[i].Fields, f)
			}
		}
	}
	return out
}

// Plain is the view as a person reads it: lines of words, fields and buttons left out.
func (v *View) Plain() string { return blockkit.Plain("", read(v, (*views.View).Blocks), v.w.nameOf) }

// Field finds a field by its block_id and action_id with a slash between, by either of them, or by its label.
func (v *View) Field(name string) (views.Field, error) {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	return v.field(name)
}

// field is Field of a view that can be used now; mu is held.
func (v *View) field(name string) (views.Field, error) {
	switch f, ok := v.of.Field(name); {
	case !v.w.views.IsTop(v.of):
		return f, ErrNotOpen
	case v.of.Sending:
		return f, ErrSending
	case !ok:
		return f, fmt.Errorf("slacksim: %w: %s", views.ErrNoField, name)
	default:
		return f, nil
	}
}

// Set fills in a field: types text over what is there, or chooses options by their values or labels, or conversations and people
// by their ids or names. Without a value it empties the field. What is chosen of an external select has to be among what [View.Type] got.
// It returns the last of what the app was told by it; nil: nothing.
func (v *View) Set(field string, chosen ...string) (*Delivery, error) {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	f, err := v.field(field)
	if err != nil {
		return nil, err
	}
	options, err := v.w.options(v.of.User, f, chosen)
	if err != nil {
		return nil, err
	}
	if f.TellsTyping() && len(chosen) == 1 && chosen[0] != "" {
		return v.typeOut(f, []rune(chosen[0]))
	}
	tells, err := v.of.Fill(f, options)
	v.w.tell(Change{Kind: "view", User: v.of.User})
	if err != nil || !tells {
		return nil, err
	}
	if f.KeepsNothing() {
		f.Value, _ = f.Chosen(options) // Fill took them
		return v.act("choosing in "+f.Label, f.Action(timestamp(time.Now().UnixMicro()))), nil
	}
	return v.changed(field), nil
}

// options are what a person means in f by values or labels, conversations and people by their ids or names; mu is held.
func (w *Workspace) options(user string, f views.Field, chosen []string) (out []views.Option, err error) {
	for _, name := range chosen {
		o := views.Option{Label: name, Value: name}
		if f.IsConversation() {
			if o, err = w.meant(user, f, name); err != nil {
				return nil, err
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// typeOut types text into f, of which the app is told character by character. What it goes on from, or is cut short to, is not typed
// again; mu is held.
func (v *View) typeOut(f views.Field, text []rune) (d *Delivery, err error) {
	before, begin := "", 0
	if len(f.Value) > 0 {
		before = f.Value[0].Value
	}
	switch {
	case strings.HasPrefix(string(text), before):
		begin = min(utf8.RuneCountInString(before), len(text)-1)
	case strings.HasPrefix(before, string(text)):
		begin = len(text) - 1
	}
	for i := begin; i < len(text); i++ {
		soFar := string(text[:i+1])
		tells, err := v.of.Fill(f, []views.Option{{Label: soFar, Value: soFar}})
		if err != nil {
			return d, err
		}
		if tells {
			d = v.changed(f.BlockID)
		}
	}
	return d, nil
}

// Enter has the person press Enter in a field that is typed; nil: the app is not told.
func (v *View) Enter(field string) (*Delivery, error) {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	f, err := v.field(field)
	if err != nil || !f.TellsEnter() {
		return nil, err
	}
	return v.changed(field), nil
}

// changed tells the app what is in a field; mu is held.
func (v *View) changed(field string) *Delivery {
	f, _ := v.of.Field(field)
	return v.act("filling in "+f.Label, f.Action(timestamp(time.Now().UnixMicro())))
}

// act delivers a block_actions payload of the view: it names no channel and no message, and has no response_url (Slack: block_actions
// payload; slack.md §2.4); mu is held.
func (v *View) act(what string, action map[string]any) *Delivery {
	return v.w.interact(interaction{kind: "block_actions", user: v.of.User, channel: v.of.Channel(), what: what, in: v.of},
		map[string]any{"container": v.container(), "actions": []any{action}}, nil)
}

func (v *View) container() map[string]any { return map[string]any{"type": "view", "view_id": v.of.ID} }

// Press has the person press the button with this action_id (the first one) or [blockkit.Button.ID], and accept its confirm dialog
// if it has one.
func (v *View) Press(id string) (*Delivery, error) {
	b, err := buttonOf(v.Buttons(), id)
	if err != nil {
		return nil, err
	}
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	switch {
	case !v.w.views.IsTop(v.of):
		return nil, ErrNotOpen
	case v.of.Sending:
		return nil, ErrSending
	}
	return v.act("pressing "+b.Label, actionOf(b)), nil
}

// Type has the person type into a select and returns what they are offered then: of an external select what the app suggests, which
// it is asked for once enough is typed, and which is nothing if it does not answer in time (slack.md §1.3).
func (v *View) Type(ctx context.Context, field, text string) ([]views.Option, error) {
	known, d, err := v.typeIn(field, text)
	if err != nil || d == nil {
		return known, err
	}
	if err := d.Wait(ctx); err != nil {
		return nil, err
	}
	f, err := v.Field(field)
	return f.Options, err
}

// typeIn is Type as far as the person's own screen knows; with a delivery, the app is being asked.
func (v *View) typeIn(field, text string) (known []views.Option, asked *Delivery, err error) {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	f, err := v.field(field)
	switch {
	case err != nil:
		return nil, nil, err
	case f.IsConversation():
		f.Options = v.w.offered(v.of.User, f)
		return f.Matching(text), nil, nil
	case !f.IsExternal():
		return f.Matching(text), nil, nil
	}
	v.of.Suggested(f, nil)
	if utf8.RuneCountInString(text) < f.LeastQuery() {
		return nil, nil, nil
	}
	return nil, v.w.interact(interaction{kind: "block_suggestion", user: v.of.User, what: "typing into " + f.Label, in: v.of},
		map[string]any{"container": v.container(), "block_id": f.BlockID, "action_id": f.ActionID, "value": text}, v.suggested(f)), nil
}

// suggested takes the suggestions out of an acknowledgement; mu is held.
func (v *View) suggested(f views.Field) func(payload []byte, err error) {
	return func(payload []byte, err error) {
		if err != nil {
			return
		}
		options, wrong := views.ReadSuggestions(payload)
		if wrong != "" {
			v.w.violate("acknowledgement of block_suggestion: %s (slack.md §1.3)", wrong)
		}
		v.of.Suggested(f, options)
		v.w.tell(Change{Kind: "view", User: v.of.User})
	}
}

// Submit has the person press the button that submits the view. It fails where their own screen does not let them, and says why
// beside the field. What becomes of it shows once the delivery is settled: the view has closed or changed, or says what is wrong.
func (v *View) Submit() (*Delivery, error) {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	switch field, why := v.of.Incomplete(); {
	case !v.w.views.IsTop(v.of):
		return nil, ErrNotOpen
	case v.of.Sending:
		return nil, ErrSending
	case v.of.Text("submit") == "":
		return nil, errors.New("slacksim: the view has no button that submits it")
	case why != "":
		v.of.Refuse(map[string]string{field: why})
		v.w.tell(Change{Kind: "view", User: v.of.User})
		return nil, fmt.Errorf("%w: %s: %s", ErrIncomplete, field, why)
	}
	v.of.Refuse(nil)
	v.of.Sending = true
	return v.w.interact(interaction{kind: "view_submission", user: v.of.User, channel: v.of.Channel(), what: "submitting " + v.of.Text("title"), in: v.of},
		map[string]any{"response_urls": []any{}}, v.w.submitted(v.of)), nil
}

// Close has the person press the button that closes the modal's view, and with clear_on_close all below it; CloseAll has them press
// the X, which closes all. The app is told only where it asked for it with notify_on_close; without, the delivery is nil. What was
// filled in is not in that payload: Slack's examples have no values.
func (v *View) Close() (*Delivery, error) { return v.close(false) }

// CloseAll is Close of the whole modal.
func (v *View) CloseAll() (*Delivery, error) { return v.close(true) }

func (v *View) close(all bool) (d *Delivery, err error) {
	v.w.mu.Lock()
	defer v.w.mu.Unlock()
	if v.of.Home || !v.w.views.IsTop(v.of) {
		return nil, ErrNotOpen
	}
	all = all || v.of.Flag("clear_on_close")
	if v.of.Flag("notify_on_close") {
		view := v.w.viewJSON(v.of)
		view["state"] = map[string]any{"values": map[string]any{}}
		d = v.w.interact(interaction{kind: "view_closed", user: v.of.User, what: "closing " + v.of.Text("title")},
			map[string]any{"view": view, "is_cleared": all}, nil)
	}
	if all {
		v.w.views.Clear(v.of.User)
	} else {
		v.w.views.Close(v.of)
	}
	v.w.tell(Change{Kind: "view", User: v.of.User})
	return d, nil
}

// meant is the conversation or the person that a person chooses in f by its id or name; mu is held.
func (w *Workspace) meant(user string, f views.Field, name string) (views.Option, error) {
	name = strings.TrimLeft(name, "#@")
	all := w.offered(user, f)
	i := slices.IndexFunc(all, func(o views.Option) bool { return o.Value == name || strings.EqualFold(o.Label, name) })
	if i < 0 {
		return views.Option{}, fmt.Errorf("slacksim: %s does not offer %s", f.Label, name)
	}
	return all[i], nil
}

// offered are the conversations or people that f offers to a person: those that they see and that its filter lets through; mu is held.
func (w *Workspace) offered(user string, f views.Field) []views.Option {
	var out []views.Option
	if strings.Contains(f.Type, "users_select") {
		for _, p := range w.dir.People() {
			out = append(out, views.Option{Label: p.Name, Value: p.ID})
		}
		return out
	}
	for _, c := range w.dir.Channels() {
		if kind := kindOf(c); c.Members[user] && !c.State.Archived || kind == "public" && !c.State.Archived {
			if f.TakesConversation(kind, c.Direct, c.State.Shared) {
				out = append(out, views.Option{Label: w.offeredAs(c), Value: c.ID})
			}
		}
	}
	return out
}

// offeredAs is what a conversation is called where it is chosen: a direct message goes by whom it is with.
func (w *Workspace) offeredAs(c *members.Channel) string {
	if c.Direct {
		return w.called(botUserID)
	}
	return c.Name
}

// kindOf is what the filter of a select calls a conversation. All direct messages here are with the bot.
func kindOf(c *members.Channel) string {
	switch {
	case c.Direct:
		return "im"
	case c.State.Private:
		return "private"
	default:
		return "public"
	}
}
