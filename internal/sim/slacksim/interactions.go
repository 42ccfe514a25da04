package slacksim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ahtbot/internal/sim/slacksim/blockkit"
	"ahtbot/internal/sim/slacksim/views"
)

// interaction is what a person did with a message, with a view, or with neither.
type interaction struct {
	kind          string // Slack's name of the payload
	user, channel string
	what          string // in words, for what is wrong with its answer
	on            *entry
	in            *views.View
}

// Which interactions come with a trigger_id, and of which the acknowledgement takes a payload (Slack: the pages of each payload;
// slack.md §1.2, §1.3).
var (
	triggers = []string{"block_actions", "shortcut", "view_submission"}
	answered = []string{"view_submission", "block_suggestion"}
)

// interact delivers an interaction: more, and what every such payload says (slack.md §1.2). With a message there is a
// response_url. heard takes its acknowledgement, if it takes one; mu is held.
func (w *Workspace) interact(i interaction, more map[string]any, heard func([]byte, error)) *Delivery {
	d := w.newDelivery(Interactive, slices.Contains(answered, i.kind))
	d.user, d.channel, d.line, d.heard = i.user, i.channel, i.what, heard
	p, _ := w.dir.Person(i.user)
	payload := map[string]any{
		"type": i.kind, "token": "deprecated", "api_app_id": appID,
		"user": map[string]any{"id": p.ID, "username": p.Handle(), "name": p.Handle(), "team_id": p.TeamID},
		"team": map[string]any{"id": teamID, "domain": "demo"}, "enterprise": nil, "is_enterprise_install": false,
	}
	if slices.Contains(triggers, i.kind) {
		d.TriggerID = w.newTrigger(trigger{user: i.user, channel: i.channel, in: i.in})
		payload["trigger_id"] = d.TriggerID
	}
	if i.on != nil {
		d.ResponseURL = w.newResponseURL("actions", i.on)
		w.urls[urlPath(d.ResponseURL)].d = d
		payload["response_url"] = d.ResponseURL
	}
	if i.in != nil {
		payload["view"] = w.viewJSON(i.in)
	}
	maps.Copy(payload, more)
	d.Payload = mustJSON(payload)
	w.send(d)
	return d
}

// Press has a person press the button with this action_id (the first one) or [blockkit.Button.ID] in the newest state of a
// message, and accept its confirm dialog if it has one. It fails if the message is gone,
// the person cannot see it, or it has no such button. A private message is not repeated in
// the payload, as Slack does not store it (slack.md §2.4).
func (w *Workspace) Press(user string, m Message, id string) (*Delivery, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, err := w.onScreen(user, m)
	if err != nil {
		return nil, err
	}
	b, err := buttonOf(e.Buttons(), id)
	if err != nil {
		return nil, err
	}
	payload := w.inMessage(e, map[string]any{})
	payload["actions"] = []any{actionOf(b)}
	return w.interact(interaction{kind: "block_actions", user: user, channel: m.Channel, what: "pressing " + b.Label, on: e}, payload, nil), nil
}

// Choose has a person choose options in an element of a message, by its block_id and action_id with a slash between, by their values
// or labels. What is chosen of an external select has to be among what [Workspace.Suggest] got. The message stays as it is: what
// stands in the element then, their own screen knows alone.
func (w *Workspace) Choose(user string, m Message, element string, chosen ...string) (*Delivery, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, f, err := w.element(user, m, element)
	if err != nil {
		return nil, err
	}
	options, err := w.options(user, f, chosen)
	if err == nil {
		f.Value, err = f.Chosen(options)
	}
	if err != nil {
		return nil, err
	}
	action := f.Action(timestamp(time.Now().UnixMicro()))
	values := map[string]any{}
	if !f.KeepsNothing() {
		values[f.BlockID] = map[string]any{f.ActionID: action}
	}
	payload := w.inMessage(e, values)
	payload["actions"] = []any{action}
	return w.interact(interaction{kind: "block_actions", user: user, channel: m.Channel, what: "choosing in " + f.ActionID, on: e}, payload, nil), nil
}

// Suggest has a person type into a select of a message and returns it with the Options that they are offered then, as [View.Type]
// does in a view.
func (w *Workspace) Suggest(ctx context.Context, user string, m Message, element, text string) (views.Field, error) {
	f, d, err := w.suggestIn(user, m, element, text)
	if err != nil || d == nil {
		return f, err
	}
	if err := d.Wait(ctx); err != nil {
		return f, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, f, err = w.element(user, m, element)
	return f, err
}

// suggestIn is Suggest as far as the person's own screen knows; with a delivery, the app is being asked.
func (w *Workspace) suggestIn(user string, m Message, element, text string) (f views.Field, asked *Delivery, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, f, err := w.element(user, m, element)
	if err != nil {
		return f, nil, err
	}
	if f.IsConversation() {
		f.Options, text = w.offered(user, f), strings.TrimLeft(text, "#@") // as people write them
	}
	if !f.IsExternal() {
		f.Options = f.Matching(text)
		return f, nil, nil
	}
	if f.Options = nil; utf8.RuneCountInString(text) < f.LeastQuery() {
		return f, nil, nil
	}
	payload := w.inMessage(e, nil)
	payload["block_id"], payload["action_id"], payload["value"] = f.BlockID, f.ActionID, text
	return f, w.interact(interaction{kind: "block_suggestion", user: user, channel: m.Channel, what: "typing into " + f.ActionID}, payload,
		func(answer []byte, err error) {
			if err != nil {
				return
			}
			options, wrong := views.ReadSuggestions(answer)
			if wrong != "" {
				w.violate("acknowledgement of block_suggestion: %s (slack.md §1.3)", wrong)
			}
			if e.suggested == nil {
				e.suggested = map[string][]views.Option{}
			}
			e.suggested[element] = options
		}), nil
}

// onScreen is the newest state of a message that a person sees; mu is held.
func (w *Workspace) onScreen(user string, m Message) (*entry, error) {
	e := w.msgAt[m.key()]
	if e == nil || e.Deleted || !w.sees(user, e.Message) {
		return nil, fmt.Errorf("slacksim: %s sees no message %s in %s", user, m.TS, m.Channel)
	}
	return e, nil
}

// element finds an element of a message in which something is chosen; mu is held.
func (w *Workspace) element(user string, m Message, id string) (*entry, views.Field, error) {
	e, err := w.onScreen(user, m)
	if err != nil {
		return nil, views.Field{}, err
	}
	all := views.Elements(e.Blocks)
	i := slices.IndexFunc(all, func(f views.Field) bool { return f.BlockID+"/"+f.ActionID == id })
	if i < 0 {
		return nil, views.Field{}, fmt.Errorf("slacksim: there is nothing to choose in %q", id)
	}
	if all[i].IsExternal() {
		all[i].Options = e.suggested[id]
	}
	return e, all[i], nil
}

// inMessage is what a payload says of the message somebody did something with; values nil: it says nothing of what is chosen in it.
// A private message is not repeated, as Slack does not store it (slack.md §2.4); mu is held.
func (w *Workspace) inMessage(e *entry, values map[string]any) map[string]any {
	payload := map[string]any{
		"channel": map[string]any{"id": e.Channel, "name": w.dir.PayloadName(e.Channel)},
		"container": map[string]any{
			"type": "message", "message_ts": e.TS, "channel_id": e.Channel, "is_ephemeral": e.EphemeralFor != "",
		},
	}
	if values != nil {
		payload["state"] = map[string]any{"values": values}
	}
	if e.EphemeralFor == "" {
		payload["message"] = w.messageJSON(e.Message)
	}
	return payload
}

// Shortcut has a person use a global shortcut of the app: it names no conversation and has no response_url (Slack: shortcuts
// payload).
func (w *Workspace) Shortcut(user, callbackID string) *Delivery {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.interact(interaction{kind: "shortcut", user: user, what: "the shortcut " + callbackID},
		map[string]any{"callback_id": callbackID, "action_ts": timestamp(time.Now().UnixMicro())}, nil)
}

func buttonOf(buttons []blockkit.Button, id string) (blockkit.Button, error) {
	i := slices.IndexFunc(buttons, func(b blockkit.Button) bool { return b.ActionID == id || b.ID() == id })
	if i < 0 {
		return blockkit.Button{}, fmt.Errorf("slacksim: there is no button %q", id)
	}
	return buttons[i], nil
}

// actionOf is a pressed button as a payload says it.
func actionOf(b blockkit.Button) map[string]any {
	action := map[string]any{
		"type": "button", "action_id": b.ActionID, "block_id": b.BlockID,
		"text":      map[string]any{"type": "plain_text", "text": b.Label, "emoji": true},
		"action_ts": timestamp(time.Now().UnixMicro()),
	}
	if b.Value != "" {
		action["value"] = b.Value
	}
	if b.Style != "" {
		action["style"] = b.Style
	}
	return action
}
