package slacksim

import (
	"encoding/json"
	"fmt"
	"time"

	"ahtbot/internal/sim/slacksim/blockkit"
)

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
	d := w.newDelivery(Interactive, false)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, b := range buttons {
		if b.ActionID != actionID {
			continue
		}
		v := w.homes[user]
		d.user, d.channel, d.line = user, "D"+user, "pressing "+b.Label
		d.triggerID = w.newTrigger()
		p := w.person(user)
		d.payload = mustJSON(map[string]any{
			"type": "block_actions", "token": "deprecated", "api_app_id": w.cfg.AppID,
			"user": map[string]any{"id": p.ID, "username": p.handle(), "name": p.handle(), "team_id": p.TeamID},
			"team": map[string]any{"id": w.cfg.TeamID, "domain": "demo"}, "enterprise": nil, "is_enterprise_install": false,
			"container": map[string]any{"type": "view", "view_id": v.id}, "view": w.viewJSON(v),
			"trigger_id": d.triggerID, "actions": []any{map[string]any{
				"type": "button", "action_id": b.ActionID, "block_id": b.BlockID, "value": b.Value,
				"text":      map[string]any{"type": "plain_text", "text": b.Label, "emoji": true},
				"action_ts": stamp(time.Now().UnixMicro()),
			}},
		})
		w.send(d)
		return d, nil
	}
	return nil, fmt.Errorf("slacksim: the Home tab of %s has no button %q", user, actionID)
}
