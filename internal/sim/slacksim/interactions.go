package slacksim

import (
	"fmt"
	"maps"
	"slices"
	"time"

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
	e := w.msgAt[m.key()]
	if e == nil || e.Deleted || !w.sees(user, e.Message) {
		return nil, fmt.Errorf("slacksim: %s sees no message %s in %s", user, m.TS, m.Channel)
	}
	b, err := buttonOf(e.Buttons(), id)
	if err != nil {
		return nil, err
	}
	payload := map[string]any{
		"channel": map[string]any{"id": m.Channel, "name": w.dir.PayloadName(m.Channel)},
		"container": map[string]any{
			"type": "message", "message_ts": e.TS, "channel_id": e.Channel, "is_ephemeral": e.EphemeralFor != "",
		},
		"state":   map[string]any{"values": map[string]any{}},
		"actions": []any{actionOf(b)},
	}
	if e.EphemeralFor == "" {
		payload["message"] = w.messageJSON(e.Message)
	}
	return w.interact(interaction{kind: "block_actions", user: user, channel: m.Channel, what: "pressing " + b.Label, on: e}, payload, nil), nil
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
