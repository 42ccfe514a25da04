package slacksim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"ahtbot/internal/sim/slacksim/blockkit"
)

// interact delivers what a person did with a message or a view: more, and what every such
// payload says (slack.md §1.2). With a message there is a response_url. mu is held.
func (w *Workspace) interact(kind, user, channel, what string, with *entry, more map[string]any) *Delivery {
	d := w.newDelivery(Interactive, false)
	d.user, d.channel, d.line, d.TriggerID = user, channel, what, w.newTrigger()
	if with != nil {
		d.ResponseURL = w.newResponseURL("actions", with)
		w.urls[urlPath(d.ResponseURL)].d = d
		more["response_url"] = d.ResponseURL
	}
	p, _ := w.dir.Person(user)
	payload := map[string]any{
		"type": kind, "token": "deprecated", "api_app_id": appID, "trigger_id": d.TriggerID,
		"user": map[string]any{"id": p.ID, "username": p.Handle(), "name": p.Handle(), "team_id": p.TeamID},
		"team": map[string]any{"id": teamID, "domain": "demo"}, "enterprise": nil, "is_enterprise_install": false,
	}
	maps.Copy(payload, more)
	d.Payload = mustJSON(payload)
	w.send(d)
	return d
}

// Press has a person press the button with this action_id in the newest state of a
// message, and accept its confirm dialog if it has one. It fails if the message is gone,
// the person cannot see it, or it has no such button. A private message is not repeated in
// the payload, as Slack does not store it (slack.md §2.4).
func (w *Workspace) Press(user string, m Message, actionID string) (*Delivery, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.msgAt[m.key()]
	if e == nil || e.Deleted || !w.sees(user, e.Message) {
		return nil, fmt.Errorf("slacksim: %s sees no message %s in %s", user, m.TS, m.Channel)
	}
	payload := map[string]any{
		"channel": map[string]any{"id": m.Channel, "name": w.dir.PayloadName(m.Channel)},
		"container": map[string]any{
			"type": "message", "message_ts": e.TS, "channel_id": e.Channel, "is_ephemeral": e.EphemeralFor != "",
		},
		"state": map[string]any{"values": map[string]any{}},
	}
	if e.EphemeralFor == "" {
		payload["message"] = w.messageJSON(e.Message)
	}
	return w.press(user, m.Channel, actionID, e, e.Buttons(), payload)
}

// HomeButtons returns the buttons of a person's Home tab.
func (w *Workspace) HomeButtons(user string) []blockkit.Button {
	var home struct{ Blocks json.RawMessage }
	_ = json.Unmarshal(w.Homes(user), &home) // it passed blockkit.ValidateView, or is none
	return blockkit.Buttons(home.Blocks)
}

// PressHome has a person press a button of their Home tab, and accept its confirm dialog if
// it has one. A view is in no conversation: the payload names no channel and no message, and
// has no response_url (Slack: block_actions payload; slack.md §2.4).
func (w *Workspace) PressHome(user, actionID string) (*Delivery, error) {
	buttons := w.HomeButtons(user)
	w.mu.Lock()
	defer w.mu.Unlock()
	payload := map[string]any{}
	if v := w.homes[user]; v != nil {
		payload["container"], payload["view"] = map[string]any{"type": "view", "view_id": v.id}, w.viewJSON(v)
	}
	return w.press(user, "D"+user, actionID, nil, buttons, payload)
}

// press delivers a block_actions payload about one of buttons; mu is held.
func (w *Workspace) press(user, channel, actionID string, with *entry, buttons []blockkit.Button, payload map[string]any) (*Delivery, error) {
	i := slices.IndexFunc(buttons, func(b blockkit.Button) bool { return b.ActionID == actionID })
	if i < 0 {
		return nil, fmt.Errorf("slacksim: %s sees no button %q in %s", user, actionID, channel)
	}
	b := buttons[i]
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
	payload["actions"] = []any{action}
	return w.interact("block_actions", user, channel, "pressing "+b.Label, with, payload), nil
}
